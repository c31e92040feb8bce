/**
 * Sends a cancellation on to what a task awaits, depth first, as asyncio does: what the first child of a gather awaits is woken before the
 * second child. A task that awaits a task that awaits a task … makes a chain of any length, so after some links of it by calls the rest waits
 * its turn. Tasks that await each other make a ring: the cancellation comes back to one that it came from, and who is there then stops
 * waiting, which breaks the ring. What is reached again by another way is being cancelled already.
 */
import type { CoreFuture } from "./coreFuture.js";
import type { CoreTask } from "./coreTask.js";

/** The way of a cancellation, backwards. */
interface Way {
  readonly future: CoreFuture;
  readonly before: Way | null;
}

let way: Way | null = null;
/** All that it has reached, by whatever way; the way is looked at for these only. */
const reached: Set<CoreFuture> = new Set();
const later: [to: Way, reason: unknown][] = [];
let depth = 0;
const DEEPEST = 100;

/** @returns false where somebody else awaits it too, or where the cancellation came from there */
export function forwardCancel(from: CoreTask, to: CoreFuture, reason: unknown): boolean {
  if (to.awaitedByOthers(from)) return false;
  if (reached.has(to)) {
    let before = way;
    while (before && before.future !== to) before = before.before;
    return !before;
  }
  cancelFrom(from as CoreFuture, () => {
    reached.add(to);
    const next = { future: to, before: way };
    if (depth === DEEPEST) later.push([next, reason]);
    else visit(next, reason);
  });
  return true;
}

/** What `cancel` cancels is cancelled by `from`: a cancellation that comes back to it has made a ring. */
export function cancelFrom(from: CoreFuture, cancel: () => void): void {
  const before = way;
  way = { future: from, before };
  reached.add(from);
  cancel();
  if (!before) {
    for (const [next, reason] of later) visit(next, reason);
    later.length = 0;
    reached.clear();
  }
  way = before;
}

function visit(next: Way, reason: unknown): void {
  const before = way;
  way = next;
  depth++;
  next.future.cancel(reason);
  depth--;
  way = before;
}
