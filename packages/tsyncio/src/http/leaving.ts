/**
 * The tasks of clients that have gone away, as long as they clean up. Whoever closes a server waits for those, for the end of the run
 * would cancel them once more, and interrupt what they do.
 */
import type { Root } from "../kernel/root.js";
import type { Task } from "../kernel/task.js";

const ofRoots = new WeakMap<Root, Set<Task>>();

/** Those of a run. */
export function leavingTasks(root: Root): Set<Task> {
  const known = ofRoots.get(root) ?? new Set();
  ofRoots.set(root, known);
  return known;
}
