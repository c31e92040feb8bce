/**
 * Sends a cancellation on to what a task awaits. A task that awaits a task that awaits a task … makes a chain of any length, so
 * only the first link is followed by a call; the others wait in a list. Tasks that await each other make a ring: the cancellation comes
 * back to one that it has reached already, which then stops waiting, and the ring is broken.
 */
import type { Future } from "./future.js";

let reached: Set<unknown> | null = null;
const next: [Future<unknown>, unknown][] = [];

/** @returns false where the cancellation has been there already */
export function forwardCancel(from: unknown, to: Future<unknown>, reason: unknown): boolean {
  if (reached !== null) {
    if (reached.has(to)) return false;
    reached.add(to);
    next.push([to, reason]);
    return true;
  }
  reached = new Set([from, to]);
  let link: [Future<unknown>, unknown] | undefined = [to, reason];
  while (link !== undefined) {
    link[0].cancel(link[1]);
    link = next.shift();
  }
  reached = null;
  return true;
}
