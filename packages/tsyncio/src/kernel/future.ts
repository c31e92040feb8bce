/**
 * A future: a result that is not there yet, and those who wait for it.
 *
 * Waiters and done callbacks stand in one circular doubly linked list whose nodes are the waiting tasks and the callback handles
 * themselves: waiting costs no allocation, and a waiter that is cancelled leaves in O(1), also from among a hundred thousand.
 *
 * Invariants: a future leaves `PENDING` once; nobody is ever called inline by `setResult`, `setException` or `cancel`, all go
 * through the ready queue of their own loop, in the order in which they came.
 */
import { type KernelAwaitable, openAwait, own, RAISE, RESUME, SUSPEND, type Verdict, type Waitable } from "./awaitable.js";
import type { Context } from "./context.js";
import { CancelledError, InvalidStateError } from "./errors.js";
import type { Runnable } from "./readyQueue.js";
import { Handle } from "./handle.js";
import { type Failed, forgetFailure, watchFailure } from "./neverRetrieved.js";
import type { Report } from "./report.js";
import { currentRoot, runningScheduler, type Scheduler } from "./scheduler.js";
import type { Task } from "./task.js";

// The lowest two bits of `flags`.
export const PENDING = 0;
export const RESULT = 1;
export const EXCEPTION = 2;
export const CANCELLED = 3;
export const STATE = 3;
/** Somebody has taken, or will take, the outcome: a failure needs no report. */
export const RETRIEVED = 4;
/** It failed while nobody awaited it. */
export const WATCHED_FAILURE = 8;

/** A waiting task or a done callback, as a node of the list of a future. */
export interface Waiter {
  prevWaiter: Waiter | null;
  nextWaiter: Waiter | null;
  /** The future is done: enqueue yourself. Never runs code of the program. */
  wake(future: Future<unknown>): void;
  /** Whether it stands for code that awaits the outcome, and not for an observer. */
  readonly awaits: boolean;
}

/** What the program may give to `addDoneCallback`. */
export type DoneCallback<T> = (future: Future<T>) => void;

class CallbackWaiter<T> extends Handle implements Waiter {
  prevWaiter: Waiter | null = null;
  nextWaiter: Waiter | null = null;
  readonly awaits = false;
  readonly callback: DoneCallback<T>;

  constructor(callback: DoneCallback<T>, future: Future<T>, context?: Context) {
    super(runningScheduler(), callback as (...args: unknown[]) => void, [future], context);
    this.callback = callback;
  }

  wake(): void {
    this.scheduler.enqueue(this);
  }
}

/** Native code that awaits the future. */
class NativeWaiter<T> implements Waiter, Runnable {
  prevWaiter: Waiter | null = null;
  nextWaiter: Waiter | null = null;
  readonly awaits = true;
  readonly #future: Future<T>;
  readonly #scheduler: Scheduler;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;

  constructor(future: Future<T>, scheduler: Scheduler, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#future = future;
    this.#scheduler = scheduler;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  wake(): void {
    this.#scheduler.enqueue(this);
  }

  run(): void {
    if ((this.#future.flags & STATE) === RESULT) this.#resolve(this.#future.value as T);
    else this.#reject(this.#future.error());
  }
}

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
export class Future<T = unknown> implements Waitable, KernelAwaitable, Failed, Promise<T> {
  static {
    own(Future);
  }

  /** @internal */ flags: number = PENDING;
  /** @internal The result, the error, or the reason of the cancellation. */ value: unknown = undefined;
  /** @internal The first of a circular list. */ waiters: Waiter | null = null;

  done(): boolean {
    return (this.flags & STATE) !== PENDING;
  }

  cancelled(): boolean {
    return (this.flags & STATE) === CANCELLED;
  }

  /**
   * The result, at once.
   *
   * @throws the exception of the future; CancelledError where it was cancelled; InvalidStateError where it is not done
   */
  result(): T {
    this.retrieve();
    switch (this.flags & STATE) {
      case RESULT:
        return this.value as T;
      case PENDING:
        throw new InvalidStateError("the result is not set yet; await the future, or ask done() first");
      default:
        throw this.error();
    }
  }

  /**
   * The exception, or `null` where there is a result.
   *
   * @throws CancelledError where the future was cancelled; InvalidStateError where it is not done
   */
  exception(): unknown {
    switch (this.flags & STATE) {
      case EXCEPTION:
        this.retrieve();
        return this.value;
      case RESULT:
        return null;
      case PENDING:
        throw new InvalidStateError("the exception is not set yet; await the future, or ask done() first");
      default:
        throw this.error();
    }
  }

  /** @throws InvalidStateError where the future is done already */
  setResult(value: T): void {
    this.settle(RESULT, value);
  }

  /** @throws InvalidStateError where the future is done already */
  setException(error: unknown): void {
    this.settle(EXCEPTION, error);
  }

  /** Cancels the future: those who await it get a `CancelledError`. Returns false where it was done already. */
  cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    this.settle(CANCELLED, reason);
    return true;
  }

  /** Calls `callback` with the future in an iteration of the loop after it is done, also where it is done already. */
  addDoneCallback(callback: DoneCallback<T>, options?: { context?: Context }): void {
    this.addWaiter(new CallbackWaiter(callback, this, options?.context) as Waiter);
  }

  /** Removes all equal callbacks and returns their number (source: `asyncio.Future.remove_done_callback`). */
  removeDoneCallback(callback: DoneCallback<T>): number {
    let removed = 0;
    for (const waiter of [...this.eachWaiter()]) {
      if (waiter instanceof CallbackWaiter && waiter.callback === callback) {
        this.removeWaiter(waiter);
        removed++;
      }
    }
    return removed;
  }

  // biome-ignore lint/suspicious/noThenProperty: a future is awaited by native code as well
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.retrieve();
    const promise = new Promise<T>((resolve, reject) => {
      this.addWaiter(new NativeWaiter(this, runningScheduler(), resolve, reject) as Waiter);
    });
    return promise.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return "Future";
  }

  [Symbol.iterator](): Generator<unknown, T, unknown> {
    return openAwait<T>(this);
  }

  /** @internal */
  awaitedBy(task: Task<unknown>): Verdict {
    if ((this.flags & WATCHED_FAILURE) !== 0) this.retrieve();
    this.flags |= RETRIEVED;
    const state = this.flags & STATE;
    if (state === PENDING) {
      this.addWaiter(task);
      task.waitingOn = this;
      return SUSPEND;
    }
    task.sent = state === RESULT ? this.value : this.error();
    return state === RESULT ? RESUME : RAISE;
  }

  /** @internal */
  abandon(task: Task<unknown>): void {
    if (task.nextWaiter !== null) this.removeWaiter(task);
    if (!this.awaitedByOthers(task)) this.disown();
  }

  /** @internal Whoever was to take the outcome will not. */
  disown(): void {
    this.flags &= ~RETRIEVED;
    if ((this.flags & STATE) === EXCEPTION) this.watch();
  }

  /** @internal Somebody takes, or will take, the outcome. */
  retrieve(): void {
    if ((this.flags & WATCHED_FAILURE) !== 0) forgetFailure(this);
    this.flags = (this.flags | RETRIEVED) & ~WATCHED_FAILURE;
  }

  /** @internal It failed, and nobody awaits it. */
  protected watch(): void {
    this.flags |= WATCHED_FAILURE;
    watchFailure(this, currentRoot());
  }

  /** @internal */
  retrieved(): boolean {
    return (this.flags & RETRIEVED) !== 0;
  }

  /** @internal */
  failure(): Report {
    return { message: `${this[Symbol.toStringTag]} exception was never retrieved`, exception: this.value };
  }

  /** @internal A bare future belongs to whoever sets it: a cancelled waiter leaves it alone (CPython cancels it). */
  cancelFor(_task: Task<unknown>, _reason: unknown): boolean {
    return false;
  }

  /** @internal */
  describe(): string {
    return "a future";
  }

  /** @internal The error that awaiting the done future throws. A cancelled one makes it here, where somebody looks. */
  error(): unknown {
    if ((this.flags & STATE) !== CANCELLED) return this.value;
    const { value } = this;
    return value instanceof CancelledError ? value : new CancelledError(value);
  }

  /** @internal */
  settle(state: number, value: unknown): void {
    if ((this.flags & STATE) !== PENDING) {
      throw new InvalidStateError(`the ${this[Symbol.toStringTag].toLowerCase()} is done already; ask done() before setting it`);
    }
    this.flags |= state;
    this.value = value;
    if (state === EXCEPTION && (this.flags & RETRIEVED) === 0) this.watch();
    let waiter = this.waiters;
    if (waiter === null) return;
    this.waiters = null;
    const first = waiter;
    do {
      const next: Waiter = waiter.nextWaiter as Waiter;
      waiter.prevWaiter = null;
      waiter.nextWaiter = null;
      waiter.wake(this as Future<unknown>);
      waiter = next;
    } while (waiter !== first);
  }

  /** @internal */
  addWaiter(waiter: Waiter): void {
    if ((this.flags & STATE) !== PENDING) {
      waiter.wake(this as Future<unknown>);
      return;
    }
    const first = this.waiters;
    if (first === null) {
      waiter.prevWaiter = waiter;
      waiter.nextWaiter = waiter;
      this.waiters = waiter;
    } else {
      const last = first.prevWaiter as Waiter;
      last.nextWaiter = waiter;
      waiter.prevWaiter = last;
      waiter.nextWaiter = first;
      first.prevWaiter = waiter;
    }
  }

  /** @internal */
  removeWaiter(waiter: Waiter): void {
    const next = waiter.nextWaiter as Waiter;
    if (next === waiter) this.waiters = null;
    else {
      const previous = waiter.prevWaiter as Waiter;
      previous.nextWaiter = next;
      next.prevWaiter = previous;
      if (this.waiters === waiter) this.waiters = next;
    }
    waiter.prevWaiter = null;
    waiter.nextWaiter = null;
  }

  /** @internal */
  *eachWaiter(): Generator<Waiter, void, undefined> {
    const first = this.waiters;
    if (first === null) return;
    let waiter = first;
    do {
      yield waiter;
      waiter = waiter.nextWaiter as Waiter;
    } while (waiter !== first && waiter !== null);
  }

  /** @internal Whether somebody other than this task awaits the outcome. */
  awaitedByOthers(task: Task<unknown>): boolean {
    for (const waiter of this.eachWaiter()) if (waiter.awaits && waiter !== (task as unknown)) return true;
    return false;
  }
}
