/**
 * Awaiting what is not of this package: native promises, other thenables, and plain values, which are ready.
 *
 * The two callbacks that a promise needs belong to a waiting place, which is used again and again: a wait allocates nothing of ours.
 * A place whose task stopped waiting is never used again, since its promise may still call it: the late outcome, also a
 * rejection, ends there and is not an unhandled one.
 */
import { RAISE, RESUME, SUSPEND, type Verdict, type Waitable } from "./awaitable.js";
import type { Task } from "./task.js";
import { RAISING } from "./taskBits.js";
import { show } from "./unfit.js";

const places: PromiseWait[] = [];
const KEPT_PLACES = 256;

class PromiseWait implements Waitable {
  task: Task<unknown> | null = null;
  readonly onValue: (value: unknown) => void = (value) => this.#settle(value, 0);
  readonly onError: (error: unknown) => void = (error) => this.#settle(error, RAISING);

  #settle(outcome: unknown, bits: number): void {
    const { task } = this;
    if (task === null) return;
    this.task = null;
    task.scheduler.hostWaits--;
    task.sent = outcome;
    task.flags |= bits;
    task.wakeFromHost();
    if (places.length < KEPT_PLACES) places.push(this);
  }

  abandon(task: Task<unknown>): void {
    if (this.task !== task) return;
    this.task = null;
    task.scheduler.hostWaits--;
  }

  cancelFor(): boolean {
    return false;
  }

  describe(): string {
    return "a native promise";
  }
}

// biome-ignore lint/suspicious/noThenProperty: the method of native promises, to be told from others
const nativeThen: Promise<unknown>["then"] = Promise.prototype.then;

/**
 * Awaits a value that has no method of this package for it.
 *
 * @param strict - a value that is no thenable is a mistake, and not simply ready
 */
export function awaitForeign(task: Task<unknown>, value: unknown, strict: boolean): Verdict {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return plain(task, value, strict);
  let then: unknown;
  try {
    then = (value as PromiseLike<unknown>).then;
  } catch (error) {
    task.sent = error;
    return RAISE;
  }
  if (typeof then !== "function") return plain(task, value, strict);
  // Other thenables may call back at once, twice, or with another thenable: the language knows what to do with them.
  const promise = then === nativeThen ? value : Promise.resolve(value as PromiseLike<unknown>);
  const place = places.pop() ?? new PromiseWait();
  place.task = task;
  task.waitingOn = place;
  task.scheduler.hostWaits++;
  nativeThen.call(promise as Promise<unknown>, place.onValue, place.onError);
  return SUSPEND;
}

function plain(task: Task<unknown>, value: unknown, strict: boolean): Verdict {
  task.sent = strict ? badYield(value) : value;
  return strict ? RAISE : RESUME;
}

function badYield(value: unknown): TypeError {
  return new TypeError(`Task got bad yield: ${show(value)}; write \`yield* awaitable\`, with the asterisk`);
}
