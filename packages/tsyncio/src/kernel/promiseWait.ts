/**
 * Awaiting what is not of this package: native promises, other thenables, and plain values, which are ready.
 *
 * The two callbacks that a promise needs belong to a waiting place, which is used again and again: a wait allocates nothing of ours.
 * A place whose task stopped waiting is never used again, since its promise may still call it: the late outcome, also a
 * rejection, ends there and is not an unhandled one.
 */
import { isOwn, type Waitable } from "./awaitable.js";
import type { CoreTask } from "./coreTask.js";
import { QUEUED, RAISING } from "./taskBits.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "./verdict.js";

const places: PromiseWait[] = [];
const KEPT_PLACES = 256;

class PromiseWait implements Waitable {
  task: CoreTask | null = null;
  readonly onValue: (value: unknown) => void = (value) => this.#settle(value, QUEUED);
  readonly onError: (error: unknown) => void = (error) => this.#settle(error, QUEUED | RAISING);

  #settle(outcome: unknown, bits: number): void {
    const { task } = this;
    if (!task) return;
    this.abandon(task);
    task.sent = outcome;
    task.flags |= bits;
    task.scheduler.enqueueFromHost(task);
    if (places.length < KEPT_PLACES) places.push(this);
  }

  abandon(task: CoreTask): void {
    if (this.task !== task) return;
    this.task = null;
    task.scheduler.hostWaits--;
  }

  describe(): string {
    return "a native promise";
  }
}

/** The method of native promises, to be told from others. */
const nativeThen: Promise<unknown>["then"] = Promise.prototype.then;

/** Other thenables may call back at once, twice, or with another thenable: the language knows what to do with them. `then` is not asked for again. */
function adopt(value: unknown, then: () => void): Promise<unknown> {
  // biome-ignore lint/suspicious/noThenProperty: the language takes it for the thenable
  return Promise.resolve({ then: (...callbacks: unknown[]): void => Reflect.apply(then, value, callbacks) });
}

/** Awaits any value on behalf of a task, which must be the one that runs. */
export function awaitValue(task: CoreTask, value: unknown): Verdict {
  return typeof value === "object" && value !== null && isOwn(value)
    ? value.awaitedBy(task)
    : awaitForeign(task, value);
}

/** Awaits a value that is not of this package. What is no thenable is ready. */
export function awaitForeign(task: CoreTask, value: unknown): Verdict {
  let then: unknown;
  try {
    then = (typeof value === "object" || typeof value === "function") && (value as PromiseLike<unknown> | null)?.then;
  } catch (error) {
    task.sent = error;
    return RAISE;
  }
  if (typeof then !== "function") {
    task.sent = value;
    return RESUME;
  }
  const place = places.pop() ?? new PromiseWait();
  place.task = task;
  task.waitingOn = place;
  task.scheduler.hostWaits++;
  try {
    const promise =
      then === nativeThen
        ? value
        : value instanceof Promise
          ? Promise.resolve(value)
          : adopt(value, then as () => void);
    nativeThen.call(promise as Promise<unknown>, place.onValue, place.onError);
  } catch (error) {
    // The language asks a promise for its `constructor`, which may be the program's.
    place.abandon(task);
    task.waitingOn = null;
    task.sent = error;
    return RAISE;
  }
  return SUSPEND;
}
