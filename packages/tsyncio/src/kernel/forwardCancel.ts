/**
 * Sends a cancellation on to what a task awaits, depth first, as asyncio does: what the first child of a gather awaits is woken before the
 * second child. A task that awaits a task that awaits a task … makes a chain of any length, so after some links of it by calls the rest waits
 * its turn. Tasks that await each other make a ring: the cancellation comes back to one that it came from, and who is there then stops
 * waiting, which breaks the ring. What is reached again by another way is being cancelled already.
 */
import type { Future } from "./future.js";
import type { Task } from "./task.js";

/** While a cancellation is on its way: whom it has reached, each with the one before. Entries of `later` are visited in their turn. */
const reached: Map<Future<unknown>, Future<unknown> | null> = new Map();
const later: [Future<unknown>, unknown][] = [];
/** The one that is being cancelled. */
let at: Future<unknown> | null = null;
let depth = 0;
const DEEPEST = 100;

/** @returns false where somebody else awaits it too, or where the cancellation came from there */
export function forwardCancel(from: Task<unknown>, to: Future<unknown>, reason: unknown): boolean {
  if (to.awaitedByOthers(from)) return false;
  if (reached.has(to)) {
    let before = at;
    while (before && before !== to) before = reached.get(before) as Future<unknown> | null;
    return before === null;
  }
  const outermost = at === null;
  if (outermost) {
    at = from as Future<unknown>;
    reached.set(at, null);
  }
  reached.set(to, at);
  if (depth === DEEPEST) later.push([to, reason]);
  else visit(to, reason);
  if (outermost) {
    for (const [future, why] of later) visit(future, why);
    later.length = 0;
    reached.clear();
    at = null;
  }
  return true;
}

function visit(future: Future<unknown>, reason: unknown): void {
  const before = at;
  at = future;
  depth++;
  future.cancel(reason);
  depth--;
  at = before;
}
