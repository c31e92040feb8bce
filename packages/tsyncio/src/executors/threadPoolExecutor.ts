/** A pool of threads. */
import { PoolExecutor, type PoolOptions } from "./poolExecutor.js";

/**
 * Runs functions in worker threads (source: `concurrent.futures.ThreadPoolExecutor`).
 *
 * @example
 * ```ts
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
 * const sizes = await gather(files.map((file) => pool.run(new URL("./work.js#resize", import.meta.url), file)));
 * ```
 */
export class ThreadPoolExecutor extends PoolExecutor {
  constructor(options: PoolOptions = {}) {
    super("worker_threads", options);
    this.noteOpened(ThreadPoolExecutor);
  }
}
