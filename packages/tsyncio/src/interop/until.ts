/** Awaiting a native promise, with an `AbortSignal` for the operation behind it. */
import { RAISE, SUSPEND, type Verdict, type Waitable } from "../kernel/awaitable.js";
import { Coroutine } from "../kernel/coroutine.js";
import { awaitValue } from "../kernel/driver.js";
import { CancelledError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { librarySite } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";
import { unfit } from "../kernel/unfit.js";

const site = librarySite("until");

class Until<T> extends Coroutine<T> implements Waitable {
  readonly #source: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>);
  #controller: AbortController | null = null;
  #wait: Waitable | null = null;

  constructor(source: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)) {
    super(site);
    this.#source = source;
  }

  begin(task: Task<unknown>): Verdict {
    const source = this.#source;
    if (typeof source !== "function") return awaitValue(task, source);
    this.#controller = new AbortController();
    let promise: T | PromiseLike<T>;
    try {
      promise = source(this.#controller.signal);
    } catch (error) {
      task.sent = error;
      return RAISE;
    }
    const verdict = awaitValue(task, promise);
    if (verdict === SUSPEND) {
      this.#wait = task.waitingOn;
      task.waitingOn = this;
    }
    return verdict;
  }

  abandon(task: Task<unknown>): void {
    this.#wait?.abandon(task);
    this.#controller?.abort(new CancelledError(task.cancelReason()));
  }

  cancelFor(task: Task<unknown>, reason: unknown): boolean {
    return this.#wait?.cancelFor(task, reason) ?? false;
  }

  describe(): string {
    return "a native promise";
  }
}

/**
 * Awaits a native promise. Given a function, it calls it when awaited, with a signal that is aborted where the waiter is cancelled:
 * the operation stops, and the waiter goes on at once; a late outcome is dropped.
 *
 * @example
 * ```ts
 * const response = await until((signal) => fetch(url, { signal }));
 * ```
 */
export function until<T>(source: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Coroutine<T> {
  if (typeof source !== "function" && typeof (source as PromiseLike<T> | null)?.then !== "function") {
    throw unfit("until takes a promise, or a function that returns one", source);
  }
  return noteCreated(new Until<T>(source), until);
}
