/** Mutual exclusion between tasks. */

import type { CoreTask } from "../kernel/coreTask.js";
import { Acquirable } from "./acquire.js";
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
export class Lock extends Acquirable {
  static {
    entitle(Lock, "Lock", "acquire");
  }

  /** Tasks that were first in the queue when they were cancelled, and have not resumed. */
  #leaving = 0;

  constructor() {
    super(1);
  }

  /** Whether a task has it; not between the release and the resume of the next one. */
  locked(): boolean {
    return this.held > this.woken;
  }

  statistics(): { locked: boolean; owner: string | null; tasksWaiting: number } {
    const locked = this.locked();
    return { locked, owner: locked ? (this.holder as CoreTask).name : null, tasksWaiting: this.waiting.size };
  }

  /** @internal Any task may release it. */
  override has(): boolean {
    return this.locked();
  }

  /** @internal */
  override next(): boolean {
    return this.#leaving === 0 && super.next();
  }

  /** @internal As in asyncio, a lock that is released between the cancellation and the resume of the first is passed on at that resume. */
  override left(task: CoreTask, first: boolean): void {
    if (!first) return;
    this.#leaving++;
    task.scheduler.enqueue({
      run: () => {
        this.#leaving--;
        this.run();
      },
    });
  }
}
