/** A queue that gives the newest item first. */
import { entitle } from "../sync/primitive.js";
import { Queue, type Store } from "./queue.js";

class Stack<T> implements Store<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    return this.#items.pop() as T;
  }
}

/**
 * A queue that gives the item that was put in last (source: `asyncio.LifoQueue`).
 *
 * @example
 * ```ts
 * const free = new LifoQueue<Connection>();   // the connection used last is the warmest
 * ```
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  /** @param maxSize - the most items that it holds; 0, the default, or less: without a limit */
  constructor(maxSize = 0) {
    super(maxSize, new Stack<T>());
  }

  static {
    entitle(LifoQueue, "LifoQueue", "get");
  }
}
