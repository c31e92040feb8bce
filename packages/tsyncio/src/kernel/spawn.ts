/** Making tasks. */

import { begin } from "./begin.js";
import type { Context } from "./context.js";
import type { Coroutine } from "./coroutine.js";
import { forwardCancel } from "./forwardCancel.js";
import { hooks } from "./hooks.js";
import type { Root } from "./root.js";
import { currentRoot } from "./scheduler.js";
import { Task } from "./task.js";

/** Options of `createTask`. */
export interface TaskOptions {
  /** Default: `Task-N`. */
  name?: string | undefined;
  /** The task runs in this very context; default: a copy of the current one. */
  context?: Context | undefined;
  /**
   * Run the body at once, as far as its first wait, in place of in the next iteration of the loop. Native code stands outside of the
   * loop, where no task can run: a task that it makes begins in the next iteration all the same (as in asyncio while the loop does not run).
   */
  eager?: boolean | undefined;
  /** @internal The run, where a task factory is asked. */
  root?: Root | undefined;
}

// Only who was given a task can await it.
hooks.forwardCancel = forwardCancel;

/** Makes a task of a coroutine that nobody has taken, for the program. */
export function spawn<T>(coroutine: Coroutine<T>, root: Root = currentRoot(), options?: TaskOptions): Task<T> {
  coroutine.take();
  return begin(coroutine, root, options, Task) as Task<T>;
}
