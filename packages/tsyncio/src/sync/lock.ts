/** Mutual exclusion between tasks. */
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Task } from "../kernel/task.js";
import { checkFunction } from "../kernel/unfit.js";
import { Acquire, type Gate, type Guard, whileHeld } from "./acquire.js";
import { Primitive } from "./primitive.js";
import { WaitQueue } from "./waitQueue.js";

const site = librarySite("Lock.acquire");

/**
 * Only one task at a time has it (source: `asyncio.Lock`). Tasks get it in the order in which they asked. It is not reentrant: a task that
 * acquires twice waits for itself.
 *
 * @example
 * ```ts
 * const lock = new Lock();
 * {
 *   using _ = await lock.acquire();
 *   balance = await withdraw(balance, 10);
 * }
 * await lock.with(() => deposit(10));
 * ```
 */
export class Lock extends Primitive implements Gate {
  /** @internal */ readonly waiting: WaitQueue = new WaitQueue();
  #owner: Task<unknown> | null = null;

  override get [Symbol.toStringTag](): string {
    return "Lock";
  }

  /** Waits until the lock is free and takes it. The guard releases it at the end of a `using` block. */
  acquire(): Coroutine<Guard> {
    return noteCreated(new Acquire(site, this), this.acquire);
  }

  /**
   * Runs the body while the lock is held.
   *
   * @returns the value of the body
   */
  with<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    checkFunction(body, "Lock.with takes a function that returns what to await");
    return noteCreated(whileHeld(new Acquire(site, this), body), this.with);
  }

  /**
   * Gives the lock to the first task that waits for it, or frees it. Any task may do that.
   *
   * @throws InvalidStateError where it is not locked
   */
  release(): void {
    if (!this.#owner) throw new InvalidStateError("the lock is not acquired; release it once for each acquire()");
    this.#owner = this.waiting.shift();
    this.#owner?.wakeUp();
  }

  locked(): boolean {
    return this.#owner !== null;
  }

  statistics(): { locked: boolean; owner: string | null; tasksWaiting: number } {
    return { locked: this.locked(), owner: this.#owner?.name ?? null, tasksWaiting: this.waiting.size };
  }

  /** @internal */
  admit(task: Task<unknown>): boolean {
    if (this.#owner) return false;
    this.#owner = task;
    return true;
  }

  /** @internal */
  describe(): string {
    return `a Lock held by task '${this.#owner?.name}'`;
  }
}
