/** An awaitable that goes on although its waiter is cancelled. */
import type { Waitable } from "../kernel/awaitable.js";
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import type { Future } from "../kernel/future.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toFuture } from "../kernel/toFuture.js";
import { SUSPEND, type Verdict } from "../kernel/verdict.js";

const site = librarySite("shield");

class Shield<T> extends Coroutine<T> implements Waitable {
  readonly #inner: Future<T>;

  constructor(inner: Future<T>) {
    super(site);
    this.#inner = inner;
  }

  begin(task: Task<unknown>): Verdict {
    const verdict = this.#inner.awaitedBy(task);
    if (verdict === SUSPEND) task.waitingOn = this;
    return verdict;
  }

  abandon(task: Task<unknown>): void {
    this.#inner.abandon(task);
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
