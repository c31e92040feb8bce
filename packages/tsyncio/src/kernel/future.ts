/**
 * A future: a result that is not there yet, and those who wait for it.
 *
 * Waiters and done callbacks stand in one circular doubly linked list whose nodes are the waiting tasks and the callback handles
 * themselves: waiting costs no allocation, and a waiter that is cancelled leaves in O(1), also from among a hundred thousand.
 *
 * Invariants: a future leaves `PENDING` once; nobody is ever called inline by `setResult`, `setException` or `cancel`, all go
 * through the ready queue of their own loop, in the order in which they came.
 */
import type { Waitable } from "./awaitable.js";
import type { Context } from "./context.js";
import { CancelledError, InvalidStateError } from "./errors.js";
import { CANCELLED, EXCEPTION, PENDING, RESULT, RETRIEVED, STATE, WATCHED_FAILURE } from "./futureBits.js";
import { Handle } from "./handle.js";
import type { Runnable } from "./readyQueue.js";
import type { Root } from "./root.js";
import { currentRoot, runningScheduler, type Scheduler } from "./scheduler.js";
import { withoutStack } from "./stackLine.js";
import type { Task } from "./task.js";
import { Thenable } from "./thenable.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "./verdict.js";
import { unwatch, watch } from "./watchlist.js";

/** A waiting task or a done callback, as a node of the list of a future. */
export interface Waiter {
  prev: Waiter | null;
  next: Waiter | null;
  /** The future is done: enqueue yourself. Never runs code of the program. */
  wake(future: Future<unknown>): void;
  /** Whether it stands for code that awaits the outcome, and not for an observer. */
  readonly awaits: boolean;
}

/** What the program may give to `addDoneCallback`. */
export type DoneCallback<T> = (future: Future<T>) => void;

/** Somebody who is called, from the ready queue, when a future is done. */
export class Observer implements Waiter, Runnable {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  /** Of a done callback: what the program gave. */
  readonly callback: unknown;
  readonly #future: Future<unknown>;
  readonly #awaits: boolean | Future<unknown>;
  readonly #scheduler: Scheduler;
  readonly #done: (future: Future<unknown>) => void;

  /** @param awaits - see `Waiter`; or a future: for as long as that is not done */
  constructor(
    future: Future<unknown>,
    awaits: boolean | Future<unknown>,
    scheduler: Scheduler,
    done: (future: Future<unknown>) => void,
    callback?: unknown,
  ) {
    this.#awaits = awaits;
    this.callback = callback;
    this.#future = future;
    this.#scheduler = scheduler;
    this.#done = done;
    future.addWaiter(this);
  }

  get awaits(): boolean {
    const awaits = this.#awaits;
    return typeof awaits === "boolean" ? awaits : !awaits.done();
  }

  wake(): void {
    this.#scheduler.enqueue(this);
  }

  run(): void {
    this.#done(this.#future);
  }

  /** It need not be called any more. */
  leave(): void {
    if (this.next) this.#future.removeWaiter(this);
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
export class Future<T = unknown> extends Thenable<T> implements Waitable {
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
    const state = this.flags & STATE;
    if (state === RESULT) return this.value as T;
    if (state === EXCEPTION) this.retrieve();
    throw this.error();
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
  cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    this.settle(CANCELLED, reason);
    return true;
  }

  /** Calls `callback` with the future in an iteration of the loop after it is done, also where it is done already. */
  addDoneCallback(callback: DoneCallback<T>, options?: { context?: Context }): void {
    const scheduler = runningScheduler();
    const handle = new Handle(scheduler, callback as (...args: unknown[]) => void, [this], options?.context);
    new Observer(this as Future<unknown>, false, scheduler, () => handle.run(), callback);
  }

  /** Removes all equal callbacks and returns their number (source: `asyncio.Future.remove_done_callback`). */
  removeDoneCallback(callback: DoneCallback<T>): number {
    const equal: Waiter[] = [];
    this.someWaiter((waiter) => {
      if ((waiter as Observer).callback === callback) equal.push(waiter);
      return false;
    });
    for (const waiter of equal) this.removeWaiter(waiter);
    return equal.length;
  }

  /** @internal */
  override toPromise(): Promise<T> {
    this.retrieve();
    const scheduler = runningScheduler();
    // What native code awaits here, a task may await again through a promise of that code: not a wait for the platform.
    scheduler.hostWaits--;
    return new Promise<T>((resolve, reject) => {
      new Observer(this as Future<unknown>, true, scheduler, () => {
        scheduler.hostWaits++;
        if ((this.flags & STATE) === RESULT) resolve(this.value as T);
        else reject(this.error());
      });
    });
  }

  override get [Symbol.toStringTag](): string {
    return "Future";
  }

  /** @internal */
  override awaitedBy(task: Task<unknown>): Verdict {
    const state = this.flags & STATE;
    if (state === RESULT) {
      task.sent = this.value;
      return RESUME;
    }
    if (state === PENDING && (this as unknown) !== task) {
      this.addWaiter(task);
      task.waitingOn = this;
      return SUSPEND;
    }
    this.retrieve();
    task.sent =
      state === PENDING ? new InvalidStateError(`Task cannot await on itself: ${this.describe()}`) : this.error();
    return RAISE;
  }

  /** @internal */
  abandon(task: Task<unknown>): void {
    if (task.next) this.removeWaiter(task);
    // It was to take the error, and will not.
    else if ((this.flags & (STATE | RETRIEVED)) === EXCEPTION) this.watch();
  }

  /** @internal Somebody takes, or will take, the outcome. */
  retrieve(): void {
    if ((this.flags & WATCHED_FAILURE) !== 0) unwatch(this);
    this.flags = (this.flags | RETRIEVED) & ~WATCHED_FAILURE;
  }

  /** It fails now. One waiter may still be cancelled before it takes the error; of several, one is enough. */
  private failed(): void {
    let takers = 0;
    this.someWaiter((waiter) => waiter.awaits && ++takers > 1);
    if (takers > 1) this.flags |= RETRIEVED;
    else if (takers === 0) this.watch();
  }

  /** @internal It failed, and nobody awaits it. A cancellation is no failure, also where a gather fails by it. */
  private watch(): void {
    if (this.value instanceof CancelledError) return;
    this.flags |= WATCHED_FAILURE;
    const message = `${this.describe()}: exception was never retrieved`;
    const { value: exception, [Symbol.toStringTag]: tag } = this;
    watch(this, this.home(), (future) => ({ message, exception, future, [tag.toLowerCase()]: future }));
  }

  /** @internal The run to which it belongs. */
  home(): Root {
    return currentRoot();
  }

  /** @internal Absent from a bare future, which belongs to whoever sets it: a cancelled waiter leaves it alone (CPython cancels it). */
  cancelFor?(task: Task<unknown>, reason: unknown): boolean;

  /** @internal What awaiting it, or `result()`, throws. A cancelled one makes its error here, where somebody looks. */
  error(): unknown {
    const { value } = this;
    const state = this.flags & STATE;
    if (state === PENDING) return new InvalidStateError("it is not done yet; await it, or ask done() first");
    if (state === EXCEPTION || value instanceof CancelledError) return value;
    return withoutStack(() => new CancelledError(value));
  }

  /** @internal */
  settle(state: number, value: unknown): void {
    if ((this.flags & STATE) !== PENDING) {
      throw new InvalidStateError(`the ${this[Symbol.toStringTag]} is done already`);
    }
    this.flags |= state;
    this.value = value;
    if (state === EXCEPTION && (this.flags & RETRIEVED) === 0) this.failed();
    let waiter = this.waiters;
    if (!waiter) return;
    this.waiters = null;
    const first = waiter;
    do {
      const next: Waiter = waiter.next as Waiter;
      waiter.prev = null;
      waiter.next = null;
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
    if (!first) {
      waiter.prev = waiter;
      waiter.next = waiter;
      this.waiters = waiter;
    } else {
      const last = first.prev as Waiter;
      last.next = waiter;
      waiter.prev = last;
      waiter.next = first;
      first.prev = waiter;
    }
  }

  /** @internal */
  removeWaiter(waiter: Waiter): void {
    const next = waiter.next as Waiter;
    if (next === waiter) this.waiters = null;
    else {
      const previous = waiter.prev as Waiter;
      previous.next = next;
      next.prev = previous;
      if (this.waiters === waiter) this.waiters = next;
    }
    waiter.prev = null;
    waiter.next = null;
  }

  /** @internal Asks the waiters in order until one says yes. */
  someWaiter(matches: (waiter: Waiter) => boolean): boolean {
    const first = this.waiters;
    let waiter = first;
    while (waiter) {
      const next: Waiter = waiter.next as Waiter;
      if (matches(waiter)) return true;
      waiter = next === first ? null : next;
    }
    return false;
  }

  /** @internal Whether somebody other than this task awaits the outcome. */
  awaitedByOthers(task: Task<unknown>): boolean {
    return this.someWaiter((waiter) => waiter.awaits && waiter !== (task as unknown));
  }
}
