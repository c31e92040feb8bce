/** What `--json` prints. */
import type { Look } from "./readTasks.js";
import type { Tree } from "./taskTree.js";

export function lookAsJson(pid: number, look: Look, tree?: Tree): string {
  const { graph, places, loop, unawaited, workers, heldUp } = look;
  const tasks = graph.tasks.map((task) => ({
    ...task,
    stack: task.stack.map(({ suspended, ...entry }) => ({ ...entry, place: places.get(suspended) ?? null })),
  }));
  const cycles = tree?.cycles.map((cycle) => cycle.map(({ id }) => id));
  return JSON.stringify({ pid, loop, heldUp, workers, unawaited, runs: graph.runs, tasks, cycles }, null, 2);
}
