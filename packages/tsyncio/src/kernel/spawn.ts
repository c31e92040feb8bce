/** Making tasks. */

import type { Context } from "./context.js";
import type { Coroutine } from "./coroutine.js";
import type { Root } from "./root.js";
import { currentRoot } from "./scheduler.js";
import { Task } from "./task.js";

/** Options of `createTask`. */
export interface TaskOptions {
  /** Default: `Task-N`. */
  name?: string | undefined;
  /** The task runs in this very context; default: a copy of the current one. */
  context?: Context | undefined;
  /** Run the body at once, as far as its first wait, in place of in the next iteration of the loop. */
  eager?: boolean | undefined;
  /** @internal The run, where a task factory is asked. */
  root?: Root | undefined;
}

/** Makes a task of a coroutine that nobody has taken. */
export function spawn<T>(coroutine: Coroutine<T>, root: Root = currentRoot(), options?: TaskOptions): Task<T> {
  coroutine.take();
  return begin(coroutine, root, options);
}

/** Makes a task of a coroutine that the caller has taken. */
export function begin<T>(coroutine: Coroutine<T>, root: Root, options?: TaskOptions): Task<T> {
  const { factory } = root.scheduler;
  return factory && !options?.root
    ? factory(coroutine, { ...options, root })
    : new Task<T>(coroutine, options, options?.root ?? root);
}
