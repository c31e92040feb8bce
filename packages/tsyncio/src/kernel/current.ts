/**
 * What runs at this moment. The only mutable state of the module level: one thread runs one thing at a time, and the task that
 * runs must be found without a parameter from inside user code.
 */

import type { CoreTask } from "./coreTask.js";
import type { ContextHolder } from "./currentContext.js";
import type { Runnable } from "./readyQueue.js";
import type { Root } from "./root.js";
import type { Scheduler } from "./scheduler.js";

export interface Current {
  /** The task whose step runs; null in callbacks and in native code. */
  task: CoreTask | null;
  /** The scheduler that is draining its ready queue; null in native code. */
  scheduler: Scheduler | null;
  /** The run on whose behalf coroutines are being made; null: of none, but by native code. */
  maker: Root | null;
  /** The context of the callback that runs; a task carries its own. */
  context: ContextHolder | null;
  /** The awaitable that a `yield*` has just opened; see `awaitable.ts`. */
  opened: unknown;
  /** Told of each task and callback that is made, where somebody asked for that: see `asyncLocalStorage.ts`. */
  made: ((entry: Runnable) => void) | null;
  /** Called between two iterations; for instruments. */
  endIteration: () => void;
  /** Called before the host has a turn, in which garbage may be collected; set by `neverAwaited.ts`. */
  sweep: () => void;
}

export const current: Current = {
  task: null,
  scheduler: null,
  maker: null,
  context: null,
  opened: null,
  made: null,
  endIteration() {},
  sweep() {},
};
