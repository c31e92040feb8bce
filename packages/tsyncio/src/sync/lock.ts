/** Mutual exclusion between tasks. */

import type { CoreTask } from "../kernel/coreTask.js";
import { InvalidStateError } from "../kernel/errors.js";
import type { Runnable } from "../kernel/readyQueue.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { Acquirable, type Holdable } from "./acquire.js";
import { entitle } from "./primitive.js";

/**
 * Only one task at a time has it (source: `asyncio.Lock`). Tasks get it in the order in which they asked: who releases it hands it to the
 * first that waits. It is not reentrant: a task that acquires twice waits for itself.
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
export class Lock extends Acquirable implements Holdable, Runnable {
  static {
    entitle(Lock, "Lock", "acquire");
  }

  #owner: CoreTask | null = null;
  /** Was handed the lock, and has it when it resumes. */
  #next: CoreTask | null = null;
  /** Tasks that were first in the queue when they were cancelled, and have not resumed. */
  #leaving = 0;

  /**
   * Gives the lock to the first task that waits for it, or frees it. Any task may do that.
   *
   * @throws InvalidStateError where it is not locked
   */
  release(): void {
    if (!this.#owner) throw new InvalidStateError("the lock is not acquired; release it once for each acquire()");
    this.#owner = null;
    if (this.#leaving === 0) this.#handOver();
  }

  locked(): boolean {
    return this.#owner !== null;
  }

  statistics(): { locked: boolean; owner: string | null; tasksWaiting: number } {
    return { locked: this.locked(), owner: this.#owner?.name ?? null, tasksWaiting: this.waiting.size };
  }

  #handOver(): void {
    this.#next = this.waiting.shift();
    this.#next?.wakeUp(CLAIMING);
  }

  /** @internal */
  admit(task: CoreTask): boolean {
    if (this.#owner || this.#next || this.waiting.size > 0) return false;
    this.#owner = task;
    return true;
  }

  /** @internal */
  resumed(taken: boolean): void {
    this.#owner = this.#next;
    this.#next = null;
    if (!taken) this.release();
  }

  /** @internal As in asyncio, a lock that is released between the cancellation and the resume of the first is passed on at that resume. */
  left(task: CoreTask, first: boolean): void {
    if (!first) return;
    this.#leaving++;
    task.scheduler.enqueue(this);
  }

  /** @internal */
  run(): void {
    if (--this.#leaving === 0 && !this.#owner && !this.#next) this.#handOver();
  }

  /** @internal */
  describe(): string {
    return `a Lock held by task '${(this.#owner ?? this.#next)?.name}'`;
  }
}
