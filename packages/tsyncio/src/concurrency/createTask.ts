/** Tasks: making them, and asking about them. */
import { current } from "../kernel/current.js";
import { activeRuns, currentRoot, platformScheduler } from "../kernel/scheduler.js";
import { spawn, type TaskOptions } from "../kernel/spawn.js";
import { Task } from "../kernel/task.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";

/**
 * Runs a coroutine beside the caller (source: `asyncio.create_task`). The body starts in the next iteration of the loop, tasks in
 * the order of their creation; with `eager` at once, as far as its first wait.
 *
 * The task belongs to the run of the task that makes it; the run does not end before it.
 *
 * @throws TypeError where the argument cannot be awaited; InvalidStateError where the coroutine is awaited already
 * @example
 * ```ts
 * const ticker = createTask(tick(), { name: "ticker" });
 * ```
 */
export function createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions): Task<T> {
  return spawn(toCoroutine<T>(awaitable, "createTask"), currentRoot(), options);
}

/** The task that runs now, or `null` in a callback and in native code (source: `asyncio.current_task`). */
export function currentTask(): Task<unknown> | null {
  const { task } = current;
  return task instanceof Task ? task : null;
}

/** The unfinished tasks of this run; outside a task those of all runs (source: `asyncio.all_tasks`). */
export function allTasks(): Set<Task<unknown>> {
  const { task } = current;
  const roots = task ? [task.root] : [platformScheduler().implicit, ...activeRuns];
  return new Set(roots.flatMap((root) => [...root.tasks()].filter((each) => each instanceof Task)));
}
