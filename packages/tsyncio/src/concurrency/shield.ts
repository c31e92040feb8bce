/** An awaitable that goes on although its waiter is cancelled. */

import type { Waiter } from "../kernel/coreFuture.js";
import { forwardCancel } from "../kernel/forwardCancel.js";
import { Future } from "../kernel/future.js";
import { STATE } from "../kernel/futureBits.js";
import type { Runnable } from "../kernel/readyQueue.js";
import type { Root } from "../kernel/root.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toFuture } from "../kernel/toFuture.js";

/** Takes over the outcome of the inner. A cancelled waiter cancels it, and it leaves the inner alone. */
class ShieldFuture<T> extends Future<T> implements Waiter, Runnable {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  readonly #inner: Future<T>;
  readonly #root: Root;

  constructor(inner: Future<T>) {
    super();
    this.#inner = inner;
    this.#root = inner.home();
    inner.addWaiter(this);
  }

  /** Where nobody awaits it, nobody awaits the inner by it. */
  get awaits(): boolean {
    return this.someWaiter((waiter) => waiter.awaits);
  }

  wake(): void {
    this.#root.scheduler.enqueue(this);
  }

  run(): void {
    if (this.done()) return;
    const inner = this.#inner;
    inner.retrieve();
    this.settle(inner.flags & STATE, inner.value);
  }

  override cancel(reason?: unknown): boolean {
    if (this.next) this.#inner.removeWaiter(this);
    return super.cancel(reason);
  }

  override cancelFor(task: Task<unknown>, reason: unknown): boolean {
    return forwardCancel(task, this as Future<unknown>, reason);
  }

  override home(): Root {
    return this.#root;
  }

  override get [Symbol.toStringTag](): string {
    return "Shield";
  }
}

/**
 * Starts the awaitable at the call and lets it go on where the waiter is cancelled (source: `asyncio.shield`). Its error, if nobody
 * is left to take it, is reported.
 *
 * @returns a future of the same outcome; what is done already is given as it is
 * @example
 * ```ts
 * await shield(saveOrder(order));
 * ```
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner = toFuture<T>(awaitable, "shield");
  return inner.done() ? inner : new ShieldFuture<T>(inner);
}
