/** Futures, as the program sees them. */
import { recogniseBy } from "./brand.js";
import type { Context } from "./context.js";
import { CoreFuture, type Waiter } from "./coreFuture.js";
import { current } from "./current.js";
import { CANCELLED, EXCEPTION, RESULT, STATE } from "./futureBits.js";
import { Handle } from "./handle.js";
import { hooks } from "./hooks.js";
import { keepShape } from "./keepShape.js";
import { Observer } from "./observer.js";
import { runningScheduler } from "./scheduler.js";

/** What the program may give to `addDoneCallback`. */
export type DoneCallback<T> = (future: Future<T>) => void;

/**
 * A result that will be set later (source: `asyncio.Future`). Any number of tasks may await it.
 *
 * @example
 * ```ts
 * const answer = new Future<string>();
 * socket.once("message", (text) => answer.setResult(text));
 * console.log(await answer);
 * ```
 */
export class Future<T = unknown> extends CoreFuture<T> {
  static {
    // A task is one as well.
    recogniseBy(Future, (value) => value instanceof CoreFuture);
  }

  /**
   * The result, at once.
   *
   * @throws the exception of the future; CancelledError where it was cancelled; InvalidStateError where it is not done
   */
  result(): T {
    const state = this.flags & STATE;
    if (state === RESULT) return this.value as T;
    if (state === EXCEPTION) this.retrieve();
    const error = this.error();
    hooks.chain?.arrive(error, current.task, this, this.result);
    throw error;
  }

  /**
   * The exception, or `null` where there is a result.
   *
   * @throws CancelledError where the future was cancelled; InvalidStateError where it is not done
   */
  exception(): unknown {
    if ((this.flags & STATE) !== EXCEPTION) {
      this.result();
      return null;
    }
    this.retrieve();
    return this.value;
  }

  /** @throws InvalidStateError where the future is done already */
  setResult(value: T): void {
    this.settle(RESULT, value);
  }

  /**
   * Whatever can be thrown; of a class of errors an instance is made (source: `asyncio.Future.set_exception`).
   *
   * @throws InvalidStateError where the future is done already
   */
  setException(error: unknown): void {
    const made = error === Error || Object.prototype.isPrototypeOf.call(Error, error as object);
    this.settle(EXCEPTION, made ? new (error as ErrorConstructor)() : error);
  }

  /** Cancels the future: those who await it get a `CancelledError`. Returns false where it was done already. */
  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    this.settle(CANCELLED, reason);
    return true;
  }

  /** Calls `callback` with the future in an iteration of the loop after it is done, also where it is done already. */
  addDoneCallback(callback: DoneCallback<T>, options?: { context?: Context }): void {
    const scheduler = runningScheduler();
    const handle = new Handle(scheduler, callback as (...args: unknown[]) => void, [this], options?.context);
    new Observer(this as CoreFuture, false, scheduler, () => handle.run(), callback);
  }

  /** Removes all equal callbacks and returns their number (source: `asyncio.Future.remove_done_callback`). */
  removeDoneCallback(callback: DoneCallback<T>): number {
    const equal: Waiter[] = [];
    this.someWaiter((waiter) => {
      if ((waiter as Observer).asker === callback) equal.push(waiter);
      return false;
    });
    for (const waiter of equal) this.removeWaiter(waiter);
    return equal.length;
  }

  override get [Symbol.toStringTag](): string {
    return "Future";
  }
}

const shape = new Future<unknown>();
keepShape(shape);
keepShape(new Observer(shape, false, null as never, () => {}));
