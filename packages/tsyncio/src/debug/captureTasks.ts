/** All tasks of this thread at this moment. */

import type { CoreTask } from "../kernel/coreTask.js";
import type { Runtime } from "../kernel/runtime.js";
import { type FormatTasksOptions, formatTasks } from "./formatTasks.js";
import type { TaskGraph, TaskNode } from "./graph.js";
import { located } from "./located.js";
import { readGraph } from "./readGraph.js";

/** More places would take longer than anybody waits. */
const LOCATED = 200;

/**
 * What every unfinished task does and waits for, in all runs of this thread, as plain data; with the exact places of two hundred tasks, those that
 * wait for each other among them. May be called anywhere, also outside a task.
 *
 * @param only - of which tasks
 * @example
 * ```ts
 * for (const { name, state, waitsFor } of captureTasks().tasks) console.log(name, state, waitsFor?.text);
 * ```
 */
export function captureTasks(only: (task: TaskNode) => boolean = () => true): TaskGraph {
  const graph = readGraph({ generators: true });
  if (!graph) return { version: 1, tasks: [], runs: [] };
  return located({ ...graph, tasks: graph.tasks.filter(only) }, LOCATED);
}

/**
 * Writes what every task does and waits for to the standard output, by `console.log`.
 *
 * @example
 * ```ts
 * process.on("SIGUSR2", () => printTasks());
 * ```
 */
export function printTasks(options: FormatTasksOptions = {}): void {
  const { console } = globalThis as unknown as { console: { log(text: string): void } };
  console.log(formatTasks(captureTasks(), options));
}

/** The unfinished tasks by the numbers that `readGraph` has given them. */
export function tasksByNumber(): Map<number, CoreTask> {
  const runtime = (globalThis as unknown as Record<symbol, Runtime & { look: { ids: WeakMap<object, number> } }>)[
    Symbol.for("tsyncio.runtime")
  ];
  const tasks = new Map<number, CoreTask>();
  for (const { roots } of runtime?.copies ?? [])
    for (const root of roots) for (const task of root.tasks()) tasks.set(runtime?.look.ids.get(task) as number, task);
  return tasks;
}
