/** The graph with the exact places of its frames. */
import type { GraphWithGenerators, TaskGraph } from "./graph.js";
import { suspendedAt } from "./suspendedAt.js";

/**
 * The graph with the place of each await (`StackEntry.at`), as far as the engine tells: on Node, for some 0.2 milliseconds a frame.
 *
 * @param graph - as `readGraph({ generators: true })` gives it
 */
export function located({ generators, ...graph }: GraphWithGenerators): TaskGraph {
  const places = suspendedAt(generators);
  const tasks = graph.tasks.map((task) => ({
    ...task,
    stack: task.stack.map((entry) => ({ ...entry, at: places[entry.suspended] || entry.at })),
  }));
  return { ...graph, tasks };
}
