/**
 * A frame of a task: one coroutine that has begun and not ended. The frames of a task are linked from the innermost (`task.top`)
 * to the outermost by `caller`.
 */
import type { CancelScope, CancelTarget } from "./cancelScope.js";
import type { CoreTask } from "./coreTask.js";
import type { Captured } from "./stackLine.js";

/** What the driver needs of a generator; library frames that need no generator give an object of this shape. */
export interface Resumable {
  next(value: unknown): IteratorResult<unknown, unknown>;
  throw(error: unknown): IteratorResult<unknown, unknown>;
  return(value: unknown): IteratorResult<unknown, unknown>;
}

export interface Frame {
  /** Null once the frame has ended. */
  generator: Resumable | null;
  caller: Frame | null;
  /** Set while the frame is being unwound: it got `return()` and runs its clean-ups. */
  unwinding: Unwinding | null;
  /** The scope of which this frame is the mark. */
  readonly scope: CancelScope | null;
  /** Errors are raised by resuming with `RAISED`, inside the helper `aw`; and what it returns is awaited, as of an async function. */
  readonly lowered: boolean;
  /** A frame of the library that has no place in an await chain. */
  readonly hidden: boolean;
  readonly name: string;
  /** The captured line of the call that made it. */
  readonly origin: Captured | undefined;
  /** The bits of `Coroutine.flags`. */
  flags: number;
  /**
   * Of the frame of a scope: the unwinding ends here, and the frame has been popped. Puts what the awaiting frame gets into
   * `task.value`; true: a value, false: an error to throw.
   */
  arrive(task: CoreTask, errors: unknown[] | null): boolean;
}

/** One cancellation on its way down the frames. It is handed from frame to frame and collects what the clean-ups throw. */
export class Unwinding {
  /** The scope where it ends. */
  target: CancelTarget;
  errors: unknown[] | null;

  constructor(target: CancelTarget, errors: unknown[] | null) {
    this.target = target;
    this.errors = errors;
  }

  add(error: unknown): void {
    if (!this.errors) this.errors = [error];
    else this.errors.push(error);
  }

  /** A second cancellation reached a frame that was being unwound already: the farther target, and all errors. */
  absorb(inner: Unwinding): void {
    if (inner.target.depth < this.target.depth) this.target = inner.target;
    if (inner.errors) for (const error of inner.errors) this.add(error);
  }
}
