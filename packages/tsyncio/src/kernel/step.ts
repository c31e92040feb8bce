/**
 * A step of a task: from where it was left to its next wait, or to its end.
 *
 * Here stands what every task has: its beginning, what it is woken with, its cancellation and its end. A task whose coroutine is no
 * frame (a sleep, an await of a promise) needs no more. Its frames, where it has some, are driven by `driver.ts`, which comes with the
 * class of frames.
 */
import type { Waitable } from "./awaitable.js";
import type { WholeTask } from "./cancelScope.js";
import type { CoreTask } from "./coreTask.js";
import { current } from "./current.js";
import { CancelledError } from "./errors.js";
import { CANCELLED, EXCEPTION } from "./futureBits.js";
import { type FrameDriver, hooks } from "./hooks.js";
import { makeFor } from "./neverAwaited.js";
import { BEGUN, CLAIMING, FORWARDED, QUEUED, RAISING, RECHECK } from "./taskBits.js";
import { type Mode, PUSHED, RAISE, RESUME, SUSPEND, type Verdict } from "./verdict.js";

/** Runs a task that has no frames. */
export function step(task: CoreTask): void {
  const before = current.task;
  const mode = beginStep(task);
  // Otherwise the task waits by now, or is woken already: the outcome is for the next step.
  if (mode !== SUSPEND) {
    if (task.top !== null) (hooks.frames as FrameDriver).tsyncioStep(task, mode);
    else task.complete(mode === RAISE, task.value);
  }
  current.task = before;
}

/** The task runs from here on. */
export function beginStep(task: CoreTask): Mode {
  current.task = task;
  if (current.maker !== task.root) makeFor(task.root);
  const bits = task.flags;
  task.flags = bits & ~(QUEUED | RAISING | FORWARDED | CLAIMING);
  if ((bits & (BEGUN | RAISING | RECHECK | CLAIMING)) !== BEGUN) return enter(task, bits);
  task.waitingOn = null;
  return RESUME;
}

/** The first step, an error to throw, something to take, or a cancellation. */
function enter(task: CoreTask, bits: number): Mode {
  const { waitingOn } = task;
  // Cancelled since it was woken: what was handed to it goes to the next waiter, or back.
  if ((bits & RECHECK) !== 0) {
    task.flags &= ~RECHECK;
    if (task.interrupt() !== null && (bits & FORWARDED) === 0) waitingOn?.abandon(task);
  }
  task.waitingOn = null;
  const { asScope } = task;
  const target = asScope === null ? null : asScope.unwindsTo;
  if (target !== null) {
    (asScope as WholeTask).unwindsTo = null;
    if ((bits & BEGUN) === 0) {
      task.coroutine.dispose();
      task.flags |= BEGUN;
    }
    // The cancellation went on to what was awaited, and its clean-up failed.
    const failed = (bits & RAISING) !== 0 && (bits & FORWARDED) !== 0 && !(task.value instanceof CancelledError);
    if (task.top !== null) return (hooks.frames as FrameDriver).unwind(task, target, failed ? [task.value] : null);
    if (failed) task.end(EXCEPTION, task.value);
    else task.end(CANCELLED, target.reason);
    return SUSPEND;
  }
  if ((bits & CLAIMING) !== 0) return follow(task, (waitingOn as Required<Waitable>).claim(task));
  if ((bits & RAISING) !== 0) {
    hooks.chain?.arrive(task.value, task, waitingOn);
    return RAISE;
  }
  if ((bits & BEGUN) !== 0) return RESUME;
  task.flags |= BEGUN;
  return follow(task, task.coroutine.begin(task));
}

/** What comes after an await outside the loop of the driver. */
export function follow(task: CoreTask, verdict: Verdict): Mode {
  if (verdict === SUSPEND && (task.flags & RECHECK) !== 0) task.deliver();
  return verdict === PUSHED ? RESUME : verdict;
}
