/** An awaitable that goes on although its waiter is cancelled. */

import { Future } from "../kernel/future.js";
import { STATE } from "../kernel/futureBits.js";
import { Observer } from "../kernel/observer.js";
import type { Root } from "../kernel/root.js";
import { type Awaitable, toFuture } from "../kernel/toFuture.js";

/** Takes over the outcome of the inner. A cancelled waiter cancels it, and it leaves the inner alone. */
class ShieldFuture<T> extends Future<T> {
  override readonly root: Root;
  readonly #observer: Observer;

  constructor(inner: Future<T>) {
    super();
    this.root = inner.home();
    // Where nobody awaits it, nobody awaits the inner by it.
    const awaited = (): boolean => this.someWaiter((waiter) => waiter.awaits);
    const ended = (): void => {
      if (this.done()) return;
      inner.retrieve();
      this.settle(inner.flags & STATE, inner.value);
    };
    this.#observer = new Observer(inner, awaited, this.root.scheduler, ended, this);
  }

  override cancel(reason?: unknown): boolean {
    this.#observer.leave();
    return super.cancel(reason);
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
