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

  /** @internal As in asyncio, a permit that comes back from a task that was cancelled may be one too many. */
  override has(): boolean {
    return this.held > 0;
  }
}
