/**
 * In debug mode: what keeps the loop too long, a callback or a step of a task, is reported when it has ended (source:
 * `loop.slow_callback_duration`), and while it goes on by the watchdog; and it is noted since when each task waits.
 *
 * The queue gives out a watch in place of the entry; where nobody asked, it is the queue itself that is asked, and nothing is measured.
 */
import { CoreTask } from "../kernel/coreTask.js";
import { Handle } from "../kernel/handle.js";
import { ReadyQueue, type Runnable } from "../kernel/readyQueue.js";
import type { Scheduler } from "../kernel/scheduler.js";
import { startWatchdog, type Watchdog } from "./watchdog.js";

const watchdogs = new WeakMap<Scheduler, Watchdog>();

/** From now on the steps are timed, or no longer. */
export function timeSteps(scheduler: Scheduler, timed: boolean): void {
  const { host, ready } = scheduler;
  const { take } = ReadyQueue.prototype;
  if (timed === (ready.take !== take)) return;
  watchdogs.get(scheduler)?.stop();
  watchdogs.delete(scheduler);
  if (!timed) {
    ready.take = take;
    return;
  }
  // Time that is not the platform's does not pass while a step goes on.
  const watchdog = host.jump ? undefined : startWatchdog();
  if (watchdog) watchdogs.set(scheduler, watchdog);
  let entry: Runnable;
  let limit = 0;
  const watch: Runnable = {
    run() {
      const ran = entry;
      const name = nameOf(ran);
      if (name === null) {
        ran.run();
        return;
      }
      const slow = scheduler.face?.slowCallbackDuration ?? 100;
      if (limit !== slow) {
        limit = slow;
        watchdog?.limit(slow);
      }
      const begun = host.now();
      watchdog?.beat();
      ran.run();
      watchdog?.beat();
      const ended = host.now();
      if (ran instanceof CoreTask) ran.since = ended;
      const took = ended - begun;
      if (took < slow) return;
      const message = `Executing ${name()} took ${(took / 1000).toFixed(3)} seconds`;
      scheduler.report({ message, [ran instanceof CoreTask ? "task" : "handle"]: ran });
    },
  };
  ready.take = () => {
    entry = take.call(ready);
    return watch;
  };
}

/** Null for what is of the library. */
function nameOf(entry: Runnable): (() => string) | null {
  if (entry instanceof CoreTask) return entry.done() ? null : () => entry.describe();
  if (entry instanceof Handle) return () => String(entry);
  const { asker } = entry as { asker?: unknown };
  return typeof asker === "function" ? () => `done callback ${asker.name || "(anonymous)"}` : null;
}
