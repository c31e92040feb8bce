/** Tasks made by the program itself (source: `loop.set_task_factory`). */
import type { Coroutine } from "../kernel/coroutine.js";
import type { TaskOptions } from "../kernel/spawn.js";
import { Task } from "../kernel/task.js";
import type { EventLoop } from "./eventLoop.js";

/** Makes the task of a coroutine: `new Task(coroutine, options)`, or an object of a class that extends `Task`. */
export type TaskFactory = <T>(loop: EventLoop, coroutine: Coroutine<T>, options: TaskOptions) => Task<T>;

/**
 * A task factory with which every task runs at once, as far as its first wait, where nothing else is asked for by `eager: false` (source:
 * `asyncio.eager_task_factory`).
 *
 * @example
 * ```ts
 * getRunningLoop().setTaskFactory(eagerTaskFactory);
 * ```
 */
export function eagerTaskFactory<T>(_loop: EventLoop, coroutine: Coroutine<T>, options: TaskOptions): Task<T> {
  return new Task(coroutine, { ...options, eager: options.eager ?? true });
}
