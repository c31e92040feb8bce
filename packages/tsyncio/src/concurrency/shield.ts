/** An awaitable that goes on although its waiter is cancelled. */
import { SUSPEND, type Verdict, type Waitable } from "../kernel/awaitable.js";
import { Coroutine } from "../kernel/coroutine.js";
import { type Future, PENDING, STATE } from "../kernel/future.js";
import { librarySite } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toFuture } from "../kernel/toFuture.js";

const site = librarySite("shield");

class Shield<T> extends Coroutine<T> implements Waitable {
  readonly #inner: Future<T>;

  constructor(inner: Future<T>) {
    super(site);
    this.#inner = inner;
  }

  begin(task: Task<unknown>): Verdict {
    const inner = this.#inner;
    if ((inner.flags & STATE) === PENDING) {
      inner.addWaiter(task);
      task.waitingOn = this;
      return SUSPEND;
    }
    return inner.awaitedBy(task);
  }

  abandon(task: Task<unknown>): void {
    this.#inner.abandon(task);
  }

  cancelFor(): boolean {
    return false;
  }

  describe(): string {
    return `shield of ${this.#inner.describe()}`;
  }
}

/**
 * Starts the awaitable at the call and lets it go on where the waiter is cancelled (source: `asyncio.shield`). Its error, if nobody
 * is left to take it, is reported.
 *
 * @example
 * ```ts
 * await shield(saveOrder(order));
 * ```
 */
export function shield<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return new Shield<T>(toFuture<T>(awaitable, "shield"));
}
