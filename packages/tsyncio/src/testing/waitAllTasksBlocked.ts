/** The moment at which every other task waits. */
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Scheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";

/** Those who wait for the same moment go on together. */
const moments = new WeakMap<Scheduler, Promise<void>>();

function quietMoment(scheduler: Scheduler): Promise<void> {
  const { host, timers } = scheduler;
  const made = new Promise<void>((resolve) => {
    // After a turn of the platform, so that what native promise jobs wake has begun.
    const look = (): void => {
      const next = timers.first();
      if (scheduler.ready.size > 0 || (next && next.when <= host.now())) host.later(look);
      else {
        moments.delete(scheduler);
        resolve();
      }
    };
    host.later(look);
  });
  moments.set(scheduler, made);
  return made;
}

const waiting = hidden("waitAllTasksBlocked", function* () {
  const { scheduler } = current.task as Task<unknown>;
  // A wait for the platform: a virtual clock does not jump meanwhile.
  yield moments.get(scheduler) ?? quietMoment(scheduler);
});

/**
 * Waits until every other task waits for something and nothing is ready (source: trio's `wait_all_tasks_blocked`). On a virtual clock no time
 * passes. For tests that want the others to be as far as they can get: no number of `sleep(0)` has to be guessed.
 *
 * @example
 * ```ts
 * const reader = createTask(channel.receive());
 * await waitAllTasksBlocked();          // the reader waits now
 * await channel.send("hello");
 * ```
 */
export function waitAllTasksBlocked(): Coroutine<void> {
  return noteCreated(waiting() as Coroutine<void>, waitAllTasksBlocked);
}
