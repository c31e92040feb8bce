/**
 * In debug mode: what keeps the loop too long, a callback or a step of a task, is reported when it has ended (source:
 * `loop.slow_callback_duration`).
 *
 * The queue gives out a watch in place of the entry; where nobody asked, it is the queue itself that is asked, and nothing is measured.
 */
import { ReadyQueue, type Runnable } from "../kernel/readyQueue.js";
import type { Scheduler } from "../kernel/scheduler.js";
import { Task } from "../kernel/task.js";

/** From now on the steps are timed, or no longer. */
export function timeSteps(scheduler: Scheduler, timed: boolean): void {
  const { host, ready } = scheduler;
  const { take } = ReadyQueue.prototype;
  if (ready.take === take && !timed) return;
  let entry: Runnable;
  const watch: Runnable = {
    run() {
      const begun = host.now();
      const ran = entry;
      ran.run();
      const took = host.now() - begun;
      if (took < (scheduler.face?.slowCallbackDuration ?? 100)) return;
      const message = `Executing ${nameOf(ran)} took ${(took / 1000).toFixed(3)} seconds`;
      scheduler.report({ message, [ran instanceof Task ? "task" : "handle"]: ran });
    },
  };
  ready.take = !timed
    ? take
    : () => {
        entry = take.call(ready);
        return watch;
      };
}

function nameOf(entry: Runnable): string {
  if (entry instanceof Task) return entry.describe();
  const { asker } = entry as { asker?: unknown };
  return typeof asker === "function" ? `done callback ${asker.name || "(anonymous)"}` : String(entry);
}
