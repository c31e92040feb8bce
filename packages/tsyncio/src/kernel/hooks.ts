/**
 * Where the kernel calls what only some programs need. Whoever makes it needed sets it, so that a bundler leaves it out of all
 * other programs.
 */
import type { CancelTarget } from "./cancelScope.js";
import type { CoreFuture } from "./coreFuture.js";
import type { CoreTask } from "./coreTask.js";
import type { Coroutine } from "./coroutine.js";
import type { Frame } from "./frame.js";
import type { Root } from "./root.js";
import type { Scheduler } from "./scheduler.js";
import type { TaskOptions } from "./spawn.js";
import type { Mode } from "./verdict.js";

/** What becomes of the stack of an error on its way through the frames. */
export interface AwaitChain {
  /** It comes out of what the task awaited, or called; `from` is what gave it, `above` the function that was called. */
  arrive(error: unknown, task: CoreTask | null, from?: object | null, above?: (...args: never[]) => unknown): unknown;
  /** It leaves a frame of the task. */
  pass(error: unknown, task: CoreTask, frame: Frame): void;
  /** It is thrown into a frame, from beneath it; `above` is the function that does so. */
  noteLine(error: unknown, above: (...args: never[]) => unknown): void;
  /** It leaves the last frame of a task. */
  complete(error: unknown, task: CoreTask): void;
}

/** What drives the frames of a task. */
export interface FrameDriver {
  /** Runs the task until it waits or ends. Stacks are cut at it by its name, which a minifier leaves to a method. */
  tsyncioStep(task: CoreTask, begun: Mode | null): void;
  /** Begins to unwind; `errors` are those that clean-ups elsewhere have thrown. */
  unwind(task: CoreTask, target: CancelTarget, errors: unknown[] | null): Mode;
}

/** A class of tasks. */
export type TaskClass = new <T>(coroutine: Coroutine<T>, options: TaskOptions | undefined, root: Root) => CoreTask<T>;

export interface Hooks {
  /** Set by the class of frames: `frameCoroutine.ts`. */
  frames: FrameDriver | null;
  /** What `yield*` is given; the bridge comes with `coroutine()`; see `bridge.ts`. */
  openAwait(awaitable: unknown): Iterator<unknown, unknown, unknown>;
  /** Set as soon as there can be a frame with a name; see `programSite.ts`. */
  chain: AwaitChain | null;
  /** What clean-ups threw: one error as it is, several as a group, an `ExceptionGroup` wherever several are to be expected. */
  oneOrGroup(message: string, errors: readonly unknown[]): unknown;
  /** A scope of the task was cancelled; set as soon as a scope has an `AbortController`; see `interop/controllers.ts`. */
  abortSignals: ((task: CoreTask) => void) | null;
  /** The class of all tasks, also of those that the program did not make, where it can see them; set by `task.ts`. */
  Task: TaskClass | null;
  /** Sends a cancellation on to what the task awaits; set with the first task that the program is given; see `spawn.ts`. */
  forwardCancel: ((from: CoreTask, to: CoreFuture, reason: unknown) => boolean) | null;
  /** Closes what a run has to close at its end, besides tasks; set with the first such thing; see `closables.ts`. */
  closeAll: ((root: Root, closed: () => void) => void) | null;
  /** Told of a virtual clock on which nothing can ever happen again; see `runner/deadlock.ts`. */
  stuck: ((scheduler: Scheduler) => void) | null;
}

export const hooks: Hooks = {
  frames: null,
  *openAwait(awaitable) {
    return yield awaitable;
  },
  chain: null,
  oneOrGroup: (message, errors) => (errors.length > 1 ? new AggregateError(errors, message) : errors[0]),
  abortSignals: null,
  Task: null,
  forwardCancel: null,
  closeAll: null,
  stuck: null,
};
