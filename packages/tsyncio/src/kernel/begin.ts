/** Beginning tasks. */
import { CoreTask } from "./coreTask.js";
import type { Coroutine } from "./coroutine.js";
import { hooks, type TaskClass } from "./hooks.js";
import type { Root } from "./root.js";
import type { TaskOptions } from "./spawn.js";

/** Makes a task of a coroutine that the caller has taken. */
export function begin<T>(
  coroutine: Coroutine<T>,
  root: Root,
  options?: TaskOptions,
  Task: TaskClass = hooks.Task ?? CoreTask,
): CoreTask<T> {
  const { factory } = root.scheduler;
  return factory && !options?.root
    ? factory(coroutine, { ...options, root })
    : new Task<T>(coroutine, options, options?.root ?? root);
}
