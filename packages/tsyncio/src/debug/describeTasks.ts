/** What the tasks of a run wait for, with their lines. */
import type { Root } from "../kernel/root.js";
import { captureTasks, tasksByNumber } from "./captureTasks.js";
import { formatTasks } from "./formatTasks.js";

export function describeTasks(root: Root): string {
  const graph = captureTasks();
  const all = tasksByNumber();
  return formatTasks({ ...graph, tasks: graph.tasks.filter(({ id }) => all.get(id)?.root === root) });
}
