/** A semaphore that notices when it is released too often. */
import { entitle } from "./primitive.js";
import { Semaphore } from "./semaphore.js";

/**
 * A semaphore whose `release()` throws where that would make more permits than there were at first (source:
 * `asyncio.BoundedSemaphore`).
 *
 * @example
 * ```ts
 * const connections = new BoundedSemaphore(10);
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  static {
    entitle(BoundedSemaphore, "BoundedSemaphore", "acquire");
  }

  constructor(value = 1) {
    super(value);
    this.bound = value;
  }
}
