/** Waiting for time to pass. */
import type { Waitable } from "../kernel/awaitable.js";
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Task } from "../kernel/task.js";
import type { Timer } from "../kernel/timerQueue.js";
import { SUSPEND, type Verdict } from "../kernel/verdict.js";

const site = librarySite("sleep");

class Sleep<T> extends Coroutine<T> implements Timer, Waitable {
  when = 0;
  prev: Timer | null = null;
  next: Timer | null = null;
  below: Timer | null = null;
  order = 0;
  #task: Task<unknown> | null = null;
  readonly delay: number;
  readonly #value: T;

  constructor(delay: number, value: T) {
    super(site);
    this.delay = delay;
    this.#value = value;
  }

  begin(task: Task<unknown>): Verdict {
    this.#task = task;
    task.waitingOn = this;
    if (this.delay === 0) this.run();
    else {
      const { scheduler } = task;
      this.when = scheduler.time() + this.delay;
      scheduler.addTimer(this);
    }
    return SUSPEND;
  }

  /** Due. The task resumes in the next iteration, as after asyncio's future-based sleep. */
  run(): void {
    const task = this.#task;
    if (!task) return;
    this.#task = null;
    task.value = this.#value;
    task.wakeUp();
  }

  abandon(task: Task<unknown>): void {
    this.#task = null;
    task.scheduler.timers.remove(this);
  }
}

/**
 * `sleep(0)` without a value: one object for all, which stays unused however often it is awaited. A switch is the cheapest thing that a
 * task can do, and the object would cost more than the switch.
 */
class SharedPause extends Sleep<void> {
  override take(): void {}

  override awaitedBy(task: Task<unknown>): Verdict {
    return this.begin(task);
  }

  override begin(task: Task<unknown>): Verdict {
    task.waitingOn = this;
    task.value = undefined;
    task.wakeUp();
    return SUSPEND;
  }
}

const pause = new SharedPause(0, undefined);

/**
 * Waits for a time, during which other tasks run; gives `value` (source: `asyncio.sleep`). `sleep(0)` lets the others have one turn.
 *
 * @param duration - milliseconds, or text with a unit
 * @throws TypeError where the duration is not one
 * @example
 * ```ts
 * await sleep("1.5s");
 * ```
 */
export function sleep(duration: Duration): Coroutine<void>;
export function sleep<T>(duration: Duration, value: T): Coroutine<T>;
export function sleep(duration: Duration, value?: unknown): Coroutine<unknown> {
  if (duration === 0 && value === undefined) return pause;
  return noteCreated(new Sleep(milliseconds(duration), value), sleep);
}
