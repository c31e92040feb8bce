/** Waiting for several awaitables, for a limited time: what `wait` and `asCompleted` have in common. */
import { Future } from "../kernel/future.js";
import { TimerHandle } from "../kernel/handle.js";
import { Observer } from "../kernel/observer.js";
import { currentRoot } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import type { Source } from "./sources.js";

/**
 * Starts what has not begun, and calls `ended` for each one that is done, in an iteration of the loop, and `expired` when the time is up.
 *
 * @param asker - what waits for them: a future, or a queue
 * @returns what ends this; `ended` may still be called for what was done by then
 */
export function watchAll(
  sources: Iterable<Source>,
  timeout: number,
  ended: (future: Future<unknown>) => void,
  expired: () => void,
  asker: object,
): () => void {
  const { scheduler } = currentRoot();
  const timer = new TimerHandle(scheduler, scheduler.time() + timeout, expired, []);
  scheduler.addTimer(timer, timeout === 0);
  // As in asyncio all are tasks before the first is looked at, which may be done.
  const futures = Array.from(sources, (source) => (source instanceof Future ? source : spawn(source)));
  const observers = futures.map((future) => new Observer(future, false, scheduler, ended, asker));
  return () => {
    timer.cancel();
    for (const observer of observers) observer.leave();
  };
}
