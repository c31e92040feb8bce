/**
 * What runs at this moment. The only mutable state of the module level: one thread runs one thing at a time, and the task that
 * runs must be found without a parameter from inside user code.
 */
import type { ContextHolder } from "./context.js";
import type { Scheduler } from "./scheduler.js";
import type { Task } from "./task.js";

/** The store of `AsyncLocalStorage` that was current somewhere, as Node's `AsyncResource` keeps it. */
export interface AsyncScope {
  runInAsyncScope<A extends unknown[], T>(fn: (...args: A) => T, self: unknown, ...args: A): T;
}

export interface Current {
  /** The task whose step runs; null in callbacks and in native code. */
  task: Task<unknown> | null;
  /** The scheduler that is draining its ready queue; null in native code. */
  scheduler: Scheduler | null;
  /** The context of the callback that runs; a task carries its own. */
  context: ContextHolder | null;
  /** The awaitable that a `yield*` has just opened; see `awaitable.ts`. */
  pending: unknown;
  /** Captures the current store; null as long as the program uses none. Set by `asyncLocalStorage.ts`. */
  captureScope: (() => AsyncScope) | null;
  /** For what was made before the program used a store. */
  outerScope: AsyncScope | null;
  /** Called between two iterations; set by `neverAwaited.ts`. */
  endIteration: () => void;
}

export const current: Current = {
  task: null,
  scheduler: null,
  context: null,
  pending: null,
  captureScope: null,
  outerScope: null,
  endIteration() {},
};
