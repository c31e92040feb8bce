/**
 * The driver: runs one task until it waits or ends.
 *
 * A task holds its own stack of frames. Awaiting a coroutine pushes a frame and goes on in the loop below: no recursion, so a
 * chain of any depth neither overflows the stack nor costs more to resume. What a frame yields is awaited; what it returns goes to
 * the frame that awaits it; what it throws is thrown there.
 *
 * Unwinding. A cancelled task is not thrown an exception, which any `catch` could swallow: its innermost frame gets `return()`, which
 * runs `finally` blocks and nothing else. Such a frame is marked (`unwinding`); if its clean-up awaits, that is driven like any
 * other await; and whether the frame ends then by returning or by throwing, its caller is unwound next, up to the frame of the
 * cancelled scope, or to the end of the task. The mark is what native `yield*` lacks: it forgets that it was returning as soon as a
 * clean-up yields.
 *
 * The order of the tests below is by frequency. The rare paths are functions of their own, so that the loop stays small.
 */

import { isOwn, type KernelAwaitable, OWN } from "./awaitable.js";
import type { CancelTarget } from "./cancelScope.js";
import type { CoreTask } from "./coreTask.js";
import { ENDED, GENERATOR, TAKEN } from "./coroutineBits.js";
import { current } from "./current.js";
import { CancelledError } from "./errors.js";
import { type Frame, type Resumable, Unwinding } from "./frame.js";
import { CANCELLED, EXCEPTION } from "./futureBits.js";
import { type FrameDriver, hooks } from "./hooks.js";
import { awaitForeign } from "./promiseWait.js";
import { raising } from "./raised.js";
import { beginStep, follow } from "./step.js";
import { RECHECK } from "./taskBits.js";
import { show } from "./unfit.js";
import { type Mode, RAISE, RESUME, SUSPEND, UNWIND, type Verdict } from "./verdict.js";

type Body = Generator<unknown, unknown, unknown>;

// Every generator function has a hidden class of its own for its generators, so looking `next` up on them would miss the inline cache
// at this one place through which all of them go.
const nextOf: (this: Body, value: unknown) => IteratorResult<unknown, unknown> = Object.getPrototypeOf(
  Object.getPrototypeOf((function* () {})()),
).next;

/** Awaits what a frame has yielded, and what is not of this package. */
function awaitYielded(task: CoreTask, frame: Frame, value: unknown): Verdict {
  const verdict = awaitForeign(task, value);
  // `await 1` of lowered code is 1; a generator written by hand has no reason to yield what cannot be awaited.
  if (verdict !== RESUME || frame.lowered || (frame.flags & GENERATOR) === 0) return verdict;
  task.value = new TypeError(`Task got bad yield: ${show(value)}; write \`yield* …\``);
  return RAISE;
}

function resumeOtherwise(task: CoreTask, frame: Frame, mode: Mode, value: unknown): IteratorResult<unknown, unknown> {
  const generator = frame.generator as Resumable;
  // Whoever notes the line of this await looks for the frame there.
  task.top = frame;
  if (mode === UNWIND) return generator.return(undefined);
  return frame.lowered ? generator.next(raising(value)) : generator.throw(value);
}

const frames = {
  /**
   * Gives what the frame has yielded or returned; null where it threw: the error is in `task.value`. Stacks are cut at it, as at the driver, by
   * the name. Beneath the loop there, and not in it: where a loop has a `catch`, V8 loses what the names of the module stand for, and reads and
   * checks each of them anew.
   */
  tsyncioStep(task: CoreTask, frame: Frame, mode: Mode, value: unknown): IteratorResult<unknown, unknown> | null {
    try {
      if (mode !== RESUME) return resumeOtherwise(task, frame, mode, value);
      return (frame.flags & GENERATOR) !== 0
        ? nextOf.call(frame.generator as Body, value)
        : (frame.generator as Resumable).next(value);
    } catch (error) {
      task.value = error;
      return null;
    }
  },
};

function pop(task: CoreTask, frame: Frame): Frame | null {
  const { caller } = frame;
  frame.generator = null;
  frame.caller = null;
  frame.flags |= ENDED;
  task.top = caller;
  frame.scope?.exit();
  return caller;
}

function leaveByThrow(task: CoreTask, frame: Frame): Mode {
  const error = task.value;
  hooks.chain?.pass(error, task, frame);
  const { unwinding } = frame;
  const caller = pop(task, frame);
  if (unwinding !== null) {
    if (!(error instanceof CancelledError)) unwinding.add(error);
    return unwind(task, caller, unwinding);
  }
  task.value = error;
  return RAISE;
}

function leaveByReturn(task: CoreTask, frame: Frame, value: unknown): Mode {
  const { unwinding, lowered } = frame;
  const caller = pop(task, frame);
  if (unwinding !== null) return unwind(task, caller, unwinding);
  task.value = value;
  // An async function that returns an awaitable gives its value; the frame is popped already, so it catches nothing of it.
  if (lowered) {
    return follow(
      task,
      isOwn(value as object) ? (value as KernelAwaitable).awaitedBy(task) : awaitForeign(task, value),
    );
  }
  return RESUME;
}

/** Unwinds from `frame` towards the target, as far as the next frame that has clean-ups to run. */
function unwind(task: CoreTask, from: Frame | null, unwinding: Unwinding): Mode {
  for (let frame = from; frame !== null; frame = task.top) {
    if (frame.scope === null) {
      if (frame.unwinding === null) frame.unwinding = unwinding;
      else frame.unwinding.absorb(unwinding);
      task.top = frame;
      return UNWIND;
    }
    const arrived = frame.scope === unwinding.target;
    if (arrived) frame.scope.caught();
    pop(task, frame);
    if (arrived) return frame.arrive(task, unwinding.errors) ? RESUME : RAISE;
  }
  if (unwinding.errors === null) task.end(CANCELLED, unwinding.target.reason);
  else task.end(EXCEPTION, hooks.oneOrGroup("clean-ups failed", unwinding.errors));
  return SUSPEND;
}

export const driver: FrameDriver = {
  tsyncioStep(task: CoreTask, begun: Mode | null): void {
    const before = current.task;
    let mode = begun ?? beginStep(task);
    let frame = task.top;
    let value = task.value;
    // Otherwise it is for the next step.
    if (mode !== SUSPEND) task.value = undefined;
    while (mode !== SUSPEND) {
      if (frame === null) {
        task.complete(mode === RAISE, value);
        break;
      }
      // An iterator that was opened by hand and dropped must not answer for this resume.
      current.opened = null;
      const result = frames.tsyncioStep(task, frame, mode, value);
      if (result === null) mode = leaveByThrow(task, frame);
      else if (result.done === true) {
        value = result.value;
        if (
          frame.unwinding === null &&
          frame.scope === null &&
          !(frame.lowered && typeof value === "object" && value !== null)
        ) {
          const { caller }: Frame = frame;
          frame.generator = null;
          frame.caller = null;
          frame.flags |= ENDED;
          frame = caller;
          mode = RESUME;
          continue;
        }
        mode = leaveByReturn(task, frame, value);
      } else {
        const awaited = result.value as (Frame & { [OWN]?: number }) | null | undefined;
        // Looked up once, since it misses the inline cache: a program awaits things of many classes here.
        const kind = awaited?.[OWN];
        if (kind === 2 && (awaited as Frame).flags === GENERATOR) {
          (awaited as Frame).flags = GENERATOR | TAKEN;
          (awaited as Frame).caller = frame;
          frame = awaited as Frame;
          value = undefined;
          mode = RESUME;
          continue;
        }
        task.top = frame;
        const verdict = kind
          ? (awaited as KernelAwaitable & Frame).awaitedBy(task)
          : awaitYielded(task, frame, awaited);
        if (verdict === SUSPEND) {
          if ((task.flags & RECHECK) !== 0) task.deliver();
          break;
        }
        mode = verdict === RAISE ? RAISE : RESUME;
      }
      frame = task.top;
      value = task.value;
    }
    current.task = before;
  },

  unwind(task: CoreTask, target: CancelTarget, errors: unknown[] | null): Mode {
    task.value = undefined;
    return unwind(task, task.top, new Unwinding(target, errors));
  },
};
