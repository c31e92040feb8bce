/** A limited number of permits. */

import type { CoreTask } from "../kernel/coreTask.js";
import { checkCount } from "../kernel/unfit.js";
import { Acquirable } from "./acquire.js";
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
export class Semaphore extends Acquirable {
  static {
    entitle(Semaphore, "Semaphore", "acquire");
  }

  /**
   * @param value - how many permits there are
   * @throws TypeError where that is no whole number from 0
   */
  constructor(value = 1) {
    checkCount(value, 0, "value");
    super(value);
  }

  /** Whether `acquire()` would wait. */
  locked(): boolean {
    return this.held >= this.most || this.woken + this.waiting.size > 0;
  }

  statistics(): { value: number; locked: boolean; tasksWaiting: number } {
    return { value: this.most - this.held, locked: this.locked(), tasksWaiting: this.waiting.size };
  }

  /** @internal Any task may do that, and callbacks. As in asyncio, it wakes one task, though another permit may be free. */
  override giveBack(task: CoreTask | null, amount: number): void {
    this.check(task);
    this.put(task, amount);
    this.next();
  }

  /** @internal As in asyncio, it passes on at its resume what may be free by then. */
  override left(task: CoreTask): void {
    task.scheduler.enqueue(this);
  }
}
