/** What `--json` prints. */
import type { ProcessLook } from "./readProcess.js";
import type { Look } from "./readTasks.js";
import type { Place } from "./scripts.js";
import type { Tree } from "./taskTree.js";

/** @param treeOf - gives the rings; without it they are left out */
export function lookAsJson({ pid, main, workers }: ProcessLook, treeOf?: (look: Look) => Tree): string {
  const threads = workers.map(({ number, name, look }) => ({
    number,
    name,
    answered: look !== null,
    ...(look && plain(look, treeOf)),
  }));
  return JSON.stringify({ pid, ...(main && plain(main, treeOf)), workers: threads }, null, 2);
}

function plain(look: Look, treeOf?: (look: Look) => Tree): object {
  const { graph, places, loop, unawaited, heldUp } = look;
  const tasks = graph.tasks.map((task) => ({
    ...task,
    stack: task.stack.map(({ suspended, ...entry }) => ({ ...entry, at: exact(places.get(suspended)) ?? entry.at })),
  }));
  const rings = treeOf?.(look).rings.map((ring) => ring.map(({ id }) => id));
  return { loop, heldUp, unawaited, runs: graph.runs, tasks, rings };
}

function exact(place: Place | undefined): string | undefined {
  return place && `${place.file}:${place.line}:${place.column}`;
}
