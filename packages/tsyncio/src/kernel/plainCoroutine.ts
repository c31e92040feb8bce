/**
 * Coroutines of async functions that contain no `await`: such a function needs no generator. The coroutine holds it, and what it will
 * be called with.
 *
 * To suspend a generator and to resume it costs about as much as all else that an await does, and a plain coroutine ends without a
 * wait. So where it is awaited in the expression that has made it, it is called on the machine's stack above the frame that awaits it,
 * which is not suspended. What goes another way (an error, a value that has to be awaited in its turn) is kept for the driver, who asks
 * for it when the frame has yielded the coroutine: he knows the callers and their lines.
 *
 * Rejected: the same for coroutines that may wait. Begun above each other, and suspended one by one where one waits, 100 of them cost
 * a third more, and 10 that do not wait were no faster: a generator is as dear to enter from another one as from the driver.
 */
import { isOwn } from "./awaitable.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { Coroutine } from "./coroutine.js";
import { ENDED, PLAIN, TAKEN } from "./coroutineBits.js";
import { current } from "./current.js";
import { FrameCoroutine } from "./frameCoroutine.js";
import { hooks } from "./hooks.js";
import { keepShape } from "./keepShape.js";
import { awaitForeign, awaitValue } from "./promiseWait.js";
import { present } from "./raised.js";
import { RAISE, RESUME, type Verdict } from "./verdict.js";

type Fn = (this: unknown, a: unknown, b: unknown, c: unknown, d: unknown) => unknown;
type Answer = (task: CoreTask) => Verdict;

const CALLED = PLAIN | TAKEN | ENDED;

/** As many arguments as there are fields for: a rest parameter would cost an array for each call. */
export class PlainCoroutine<T> extends Coroutine<T> {
  /** @internal The function; of one that was called in place, what the driver has to do. */ fn: Fn | Answer | null;
  /** @internal */ self: unknown;
  /** @internal */ a: unknown;
  /** @internal */ b: unknown;
  /** @internal */ c: unknown;
  /** @internal */ d: unknown;

  constructor(site: CodeSite, fn: Fn, self: unknown, a: unknown, b: unknown, c: unknown, d: unknown) {
    super(site);
    this.flags = PLAIN;
    this.fn = fn;
    this.self = self;
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** @internal */
  override awaitedBy(task: CoreTask): Verdict {
    const { fn } = this;
    if (this.flags !== CALLED || !fn) return super.awaitedBy(task);
    this.fn = null;
    return (fn as Answer)(task);
  }

  /** @internal */
  begin(task: CoreTask): Verdict {
    let value: unknown;
    try {
      value = this.tsyncioStepPlain();
    } catch (error) {
      return this.fail(task, error);
    }
    return awaitValue(task, value);
  }

  /** @internal Gives what `now` gives. */
  callInPlace(): unknown {
    this.flags = CALLED;
    let value: unknown;
    try {
      value = this.tsyncioStepPlain();
    } catch (error) {
      this.fn = (task: CoreTask) => this.fail(task, error);
      return undefined;
    }
    return (typeof value === "object" && value !== null) || typeof value === "function"
      ? flatten(this, value)
      : present(value);
  }

  /** @internal Calls the function. Stacks are cut here by the name; see `FrameDriver`. */
  tsyncioStepPlain(): unknown {
    const { fn, self, a, b, c, d } = this;
    this.letGo();
    return (fn as Fn).call(self, a, b, c, d);
  }

  /** @internal */
  fail(task: CoreTask, error: unknown): Verdict {
    // Of an error that is older than this call the await chain has to name the function, which has no frame.
    const frame = new FrameCoroutine<T>(this.site, null as never);
    frame.origin = this.origin;
    frame.caller = task.top;
    hooks.chain?.pass(error, task, frame);
    task.value = error;
    return RAISE;
  }

  override dispose(): void {
    super.dispose();
    this.letGo();
  }

  /** @internal */
  letGo(): void {
    this.fn = null;
    this.self = this.a = this.b = this.c = this.d = undefined;
  }
}

/** An async function that returns an awaitable gives its value. No private method, for which each object would carry a mark. */
function flatten(coroutine: PlainCoroutine<unknown>, value: object): unknown {
  const task = current.task as CoreTask;
  if (isOwn(value)) {
    coroutine.fn = () => value.awaitedBy(task);
    return undefined;
  }
  const verdict = awaitForeign(task, value);
  if (verdict === RESUME) {
    const { value: given } = task;
    task.value = undefined;
    return present(given);
  }
  coroutine.fn = () => verdict;
  return undefined;
}

keepShape(new PlainCoroutine(librarySite(""), () => {}, undefined, undefined, undefined, undefined, undefined));
