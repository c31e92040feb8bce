/** A limited number of permits. */

import type { CoreTask } from "../kernel/coreTask.js";
import { NEVER } from "../kernel/duration.js";
import { InvalidStateError } from "../kernel/errors.js";
import type { Runnable } from "../kernel/readyQueue.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount } from "../kernel/unfit.js";
import { Acquirable, type Holdable } from "./acquire.js";
import { entitle } from "./primitive.js";

/**
 * At most so many tasks at a time (source: `asyncio.Semaphore`). Tasks get permits in the order in which they asked: while a task waits,
 * or was woken and has not resumed, who comes waits behind it, also where a permit is free.
 *
 * @example
 * ```ts
 * const connections = new Semaphore(10);
 * await connections.with(() => download(url));
 * ```
 */
export class Semaphore extends Acquirable implements Holdable, Runnable {
  static {
    entitle(Semaphore, "Semaphore", "acquire");
  }

  /** @internal The most permits that there can be. */ bound: number = NEVER;
  #value: number;
  /** Tasks that were handed a permit and have not resumed. */
  #woken = 0;

  /**
   * @param value - how many permits there are
   * @throws TypeError where that is no whole number from 0
   */
  constructor(value = 1) {
    super();
    checkCount(value, 0, "the value of a semaphore");
    this.#value = value;
  }

  /**
   * Gives a permit to the first task that waits for one, or back. Any task may do that, and callbacks.
   *
   * @throws InvalidStateError where a `BoundedSemaphore` has all of its permits
   */
  release(): void {
    if (this.#value >= this.bound)
      throw new InvalidStateError("released too many times; release once for each acquire()");
    this.#value++;
    this.#wakeNext();
  }

  /** Whether `acquire()` would wait. */
  locked(): boolean {
    return this.#value === 0 || this.#woken + this.waiting.size > 0;
  }

  statistics(): { value: number; locked: boolean; tasksWaiting: number } {
    return { value: this.#value, locked: this.locked(), tasksWaiting: this.waiting.size };
  }

  #wakeNext(): boolean {
    const task = this.waiting.shift();
    if (!task) return false;
    this.#value--;
    this.#woken++;
    task.wakeUp(CLAIMING);
    return true;
  }

  /** @internal */
  admit(): boolean {
    if (this.locked()) return false;
    this.#value--;
    return true;
  }

  /** @internal As in asyncio, a permit that comes back from a task that was cancelled may be one more than the bound. */
  resumed(taken: boolean): void {
    this.#woken--;
    if (!taken) this.#value++;
    this.run();
  }

  /** @internal As in asyncio, it passes on at its resume what may be free by then. */
  left(task: CoreTask): void {
    task.scheduler.enqueue(this);
  }

  /** @internal Those that had to wait although a permit was free get it now. */
  run(): void {
    while (this.#value > 0 && this.#wakeNext());
  }

  /** @internal */
  describe(): string {
    return `a ${this[Symbol.toStringTag]} whose permits are all taken`;
  }
}
