/**
 * The kernel's part of a future: a result that is not there yet, and those who wait for it.
 *
 * Waiters and done callbacks stand in one list (`waiterList.ts`) whose nodes are the waiting tasks and the observers themselves.
 *
 * Invariants: a future leaves `PENDING` once; nobody is ever called inline by `setResult`, `setException` or `cancel`, all go
 * through the ready queue of their own loop, in the order in which they came.
 */
import { own, type Waitable } from "./awaitable.js";
import type { CoreTask } from "./coreTask.js";
import { CancelledError, InvalidStateError } from "./errors.js";
import { CANCELLED, EXCEPTION, PENDING, RESULT, RETRIEVED, STATE, WATCHED_FAILURE } from "./futureBits.js";
import { hooks } from "./hooks.js";
import { Observer } from "./observer.js";
import type { Runnable } from "./readyQueue.js";
import type { Root } from "./root.js";
import { currentRoot, runningScheduler } from "./scheduler.js";
import { withoutStack } from "./stackLine.js";
import { Thenable } from "./thenable.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "./verdict.js";
import { append, detach, type Linked } from "./waiterList.js";
import { unwatch, watch } from "./watchlist.js";

/** A waiting task or a done callback, as a node of the list of a future. */
export interface Waiter extends Linked {
  prev: Waiter | null;
  next: Waiter | null;
  /** The future is done: enqueue yourself. Never runs code of the program. */
  wake(future: CoreFuture): void;
  /** Whether it stands for code that awaits the outcome, and not for an observer. */
  readonly awaits: boolean;
}

/**
 * Who has begun a task and is told of its end. While nobody else waits for the task, its owner stands in place of the whole list of waiters,
 * and needs no observer there; to be told, the task stands in the ready queue once more.
 */
export interface Owner {
  /** It is in no list, which is how it is known among waiters. */
  readonly next: null;
  /** See `Waiter`. */
  readonly awaits: boolean;
  /** Itself; as an observer tells for whom it stands. */
  readonly asker: unknown;
  /** Called from the ready queue. */
  readonly ended: (task: never) => void;
}

/** What tasks, futures and gathers have in common. The public classes add what programs ask. */
export abstract class CoreFuture<T = unknown> extends Thenable<T> implements Waitable {
  static {
    own(CoreFuture, 3);
  }

  /** @internal */ flags: number;
  /** @internal The result, the error, or the reason of the cancellation; of a pending task what it is resumed with. */ value: unknown;
  /** @internal The first of a circular list. */ waiters: Waiter | null;
  /** @internal The run to which it belongs; absent from a bare future. */ declare readonly root?: Root;

  // Written out, since a constructor that the compiler makes for fields hands `arguments` on, which V8 does slowly.
  constructor() {
    super();
    this.flags = PENDING;
    this.value = undefined;
    this.waiters = null;
  }

  done(): boolean {
    return (this.flags & STATE) !== PENDING;
  }

  cancelled(): boolean {
    return (this.flags & STATE) === CANCELLED;
  }

  /** Cancels it: those who await it get a `CancelledError`. Returns false where it was done already. */
  abstract cancel(reason?: unknown): boolean;

  /** @internal */
  override toPromise(): Promise<T> {
    this.retrieve();
    const scheduler = runningScheduler();
    // What native code awaits here, a task may await again through a promise of that code: not a wait for the platform.
    scheduler.hostWaits--;
    return new Promise<T>((resolve, reject) => {
      new Observer(this as CoreFuture, true, scheduler, () => {
        scheduler.hostWaits++;
        if ((this.flags & STATE) === RESULT) resolve(this.value as T);
        else reject(this.error());
      });
    });
  }

  /** @internal */
  override awaitedBy(task: CoreTask): Verdict {
    const state = this.flags & STATE;
    if (state === RESULT) {
      task.value = this.value;
      return RESUME;
    }
    if (state === PENDING && (this as unknown) !== task) {
      this.addWaiter(task);
      task.waitingOn = this;
      return SUSPEND;
    }
    this.retrieve();
    task.value =
      state === PENDING ? new InvalidStateError(`Task cannot await on itself: ${this.describe()}`) : this.error();
    hooks.chain?.arrive(task.value, task, this);
    return RAISE;
  }

  /** @internal */
  abandon(task: CoreTask): void {
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

  /** @internal The run whose failure it is, where it fails. */
  home(): Root {
    return this.root ?? currentRoot();
  }

  /** @internal Whoever awaits a bare future and is cancelled leaves it alone: it belongs to whoever sets it (CPython cancels it). */
  cancelFor(task: CoreTask, reason: unknown): boolean {
    return (this.root && hooks.forwardCancel?.(task, this as CoreFuture, reason)) ?? false;
  }

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
    for (let waiter = this.waiters; waiter; waiter = this.waiters) {
      if (waiter.next === null) {
        // An owner, which stays in its place until it was told.
        this.home().scheduler.enqueue(this as unknown as Runnable);
        break;
      }
      this.removeWaiter(waiter);
      waiter.wake(this as CoreFuture);
    }
  }

  /** @internal */
  addWaiter(waiter: Waiter): void {
    if ((this.flags & STATE) !== PENDING) {
      waiter.wake(this as CoreFuture);
      return;
    }
    const first = this.waiters;
    if (first !== null && first.next === null) {
      this.waiters = null;
      this.observeFor(first as unknown as Owner);
    }
    this.waiters = append(this.waiters, waiter);
  }

  /** @internal */
  observeFor(owner: Owner): void {
    new Observer(this as CoreFuture, () => owner.awaits, this.home().scheduler, owner.ended, owner);
  }

  /** @internal */
  removeWaiter(waiter: Waiter): void {
    this.waiters = detach(this.waiters, waiter);
  }

  /** @internal Asks the waiters in order until one says yes. */
  someWaiter(matches: (waiter: Waiter) => boolean): boolean {
    const first = this.waiters;
    for (let waiter = first; waiter; waiter = waiter.next === first ? null : waiter.next)
      if (matches(waiter)) return true;
    return false;
  }

  /** @internal Whether somebody other than this task awaits the outcome. */
  awaitedByOthers(task: CoreTask): boolean {
    return this.someWaiter((waiter) => waiter.awaits && waiter !== (task as unknown));
  }
}
