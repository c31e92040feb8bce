/** What `--json` prints. */
import type { Look } from "./readTasks.js";
import type { Place } from "./scripts.js";
import type { Tree } from "./taskTree.js";

export function lookAsJson(pid: number, look: Look, tree?: Tree): string {
  const { graph, places, loop, unawaited, workers, heldUp } = look;
  const tasks = graph.tasks.map((task) => ({
    ...task,
    stack: task.stack.map(({ suspended, ...entry }) => ({ ...entry, at: exact(places.get(suspended)) ?? entry.at })),
  }));
  const rings = tree?.rings.map((ring) => ring.map(({ id }) => id));
  return JSON.stringify({ pid, loop, heldUp, workers, unawaited, runs: graph.runs, tasks, rings }, null, 2);
}

function exact(place: Place | undefined): string | undefined {
  return place && `${place.file}:${place.line}:${place.column}`;
}
