/** Beginning tasks. */
import type { Coroutine } from "./coroutine.js";
import type { Root } from "./root.js";
import type { TaskOptions } from "./spawn.js";
import { Task } from "./task.js";

/** Makes a task of a coroutine that the caller has taken. */
export function begin<T>(coroutine: Coroutine<T>, root: Root, options?: TaskOptions): Task<T> {
  const { factory } = root.scheduler;
  return factory && !options?.root
    ? factory(coroutine, { ...options, root })
    : new Task<T>(coroutine, options, options?.root ?? root);
}
