/** Somebody who is called, from the ready queue, when a future is done. */
import type { CoreFuture, Waiter } from "./coreFuture.js";
import type { Runnable } from "./readyQueue.js";
import type { Scheduler } from "./scheduler.js";

export class Observer implements Waiter, Runnable {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  /** On whose behalf: a done callback of the program, a gather, a shield, a group, … */
  readonly asker: unknown;
  readonly #future: CoreFuture;
  readonly #awaits: boolean | (() => boolean);
  readonly #scheduler: Scheduler;
  readonly #done: (future: never) => void;

  /**
   * @param awaits - see `Waiter`
   * @param done - is given the future
   */
  constructor(
    future: CoreFuture,
    awaits: boolean | (() => boolean),
    scheduler: Scheduler,
    done: (future: never) => void,
    asker?: unknown,
  ) {
    this.#awaits = awaits;
    this.asker = asker;
    this.#future = future;
    this.#scheduler = scheduler;
    this.#done = done;
    future.addWaiter(this);
  }

  get awaits(): boolean {
    const awaits = this.#awaits;
    return typeof awaits === "boolean" ? awaits : awaits();
  }

  wake(): void {
    this.#scheduler.enqueue(this);
  }

  run(): void {
    this.#done(this.#future as never);
  }

  /** It need not be called any more. */
  leave(): void {
    if (this.next) this.#future.removeWaiter(this);
  }
}
