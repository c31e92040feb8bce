/**
 * Sends a cancellation on to what a task awaits. A task that awaits a task that awaits a task … makes a chain of any length, so
 * only the first link is followed by a call; the others wait their turn. Tasks that await each other make a ring: the cancellation comes
 * back to one that it has reached already, which then stops waiting, and the ring is broken.
 */
import type { Future } from "./future.js";
import type { Task } from "./task.js";

/** While a cancellation is on its way: whom it has reached, each with the reason. The entries that are added are visited in their turn. */
let reached: Map<Future<unknown>, unknown> | null = null;

/** @returns false where somebody else awaits it too, or the cancellation has been there already */
export function forwardCancel(from: Task<unknown>, to: Future<unknown>, reason: unknown): boolean {
  if (to.awaitedByOthers(from) || reached?.has(to)) return false;
  if (reached) {
    reached.set(to, reason);
    return true;
  }
  reached = new Map<Future<unknown>, unknown>([[from, reason]]).set(to, reason);
  for (const [future, why] of reached) if (future !== from) future.cancel(why);
  reached = null;
  return true;
}
