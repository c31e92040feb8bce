/** The graph with the exact places of its frames. */
import type { GraphWithGenerators, TaskGraph } from "./graph.js";
import { ringsOf } from "./ringsOf.js";
import { suspendedAt } from "./suspendedAt.js";

/**
 * The graph with the place of each await (`StackEntry.at`), as far as the engine tells: on Node, for some 0.2 milliseconds a frame.
 *
 * @param graph - as `readGraph({ generators: true })` gives it
 * @param most - of how many tasks; those that wait for each other in a ring come first
 */
export function located({ generators, ...graph }: GraphWithGenerators, most: number = Infinity): TaskGraph {
  const chosen = new Set(
    [...(most < graph.tasks.length ? ringsOf(graph).flat() : []), ...graph.tasks.map(({ id }) => id)].slice(0, most),
  );
  const asked = graph.tasks.flatMap(({ id, stack }) => (chosen.has(id) ? stack.map(({ suspended }) => suspended) : []));
  const indexes = asked.filter((index) => index >= 0);
  const found = suspendedAt(indexes.map((index) => generators[index] as object));
  const places: string[] = [];
  for (const [place, index] of indexes.entries()) places[index] = found[place] as string;
  const tasks = graph.tasks.map((task) => ({
    ...task,
    stack: task.stack.map((entry) => ({ ...entry, at: places[entry.suspended] || entry.at })),
  }));
  return { ...graph, tasks };
}
