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

/** The places that nobody uses; a list of their own, since an array gives memory back when it shrinks, and takes it again. */
let free: PromiseWait | null = null;
let freeCount = 0;
const KEPT_PLACES = 256;

class PromiseWait implements Waitable {
  task: CoreTask | null = null;
  nextFree: PromiseWait | null = null;
  readonly onValue: (value: unknown) => void = (value) => this.#settle(value, QUEUED);
  readonly onError: (error: unknown) => void = (error) => this.#settle(error, QUEUED | RAISING);

  #settle(outcome: unknown, bits: number): void {
    const { task } = this;
    if (!task) return;
    this.abandon(task);
    task.value = outcome;
    task.flags |= bits;
    if (freeCount < KEPT_PLACES) {
      freeCount++;
      this.nextFree = free;
      free = this;
    }
    task.scheduler.enqueueFromHost(task);
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

/** Awaits any value on behalf of a task, which must be the one that runs. */
export function awaitValue(task: CoreTask, value: unknown): Verdict {
  return typeof value === "object" && value !== null && isOwn(value)
    ? value.awaitedBy(task)
    : awaitForeign(task, value);
}

/** Awaits a value that is not of this package. What is no thenable is ready. */
export function awaitForeign(task: CoreTask, value: unknown): Verdict {
  let place: PromiseWait | undefined;
  try {
    const then: unknown =
      (typeof value === "object" || typeof value === "function") && (value as PromiseLike<unknown> | null)?.then;
    if (typeof then !== "function") {
      task.value = value;
      return RESUME;
    }
    let promise = value;
    if (then !== nativeThen) {
      // Other thenables may call back at once, twice, or with another thenable: the language knows what to do with them.
      // biome-ignore lint/suspicious/noThenProperty: stands for the thenable, which is not to be asked for its own again
      promise = Promise.resolve(value instanceof Promise ? value : { then: then.bind(value) });
    }
    place = free ?? new PromiseWait();
    if (free) {
      freeCount--;
      free = free.nextFree;
    }
    place.task = task;
    task.waitingOn = place;
    task.scheduler.hostWaits++;
    nativeThen.call(promise as Promise<unknown>, place.onValue, place.onError);
    return SUSPEND;
  } catch (error) {
    // Of the program's own: `then` is asked for, and the `constructor` of a promise.
    place?.abandon(task);
    task.waitingOn = null;
    task.value = error;
    return RAISE;
  }
}
