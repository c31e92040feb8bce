/** One function in a thread. */
import type { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { runningScheduler } from "../kernel/scheduler.js";
import { defaultExecutor } from "../runner/defaultExecutor.js";
import { getRunningLoop } from "../runner/eventLoop.js";
import { type FunctionReference, referenceOf, type Work } from "./functionReference.js";
import { PoolExecutor, type PoolOptions } from "./poolExecutor.js";

/** The threads of a loop for which nobody has set an executor; the end of the last run ends them. */
class DefaultThreads extends PoolExecutor {
  constructor(options: PoolOptions = {}) {
    super("worker_threads", options);
  }
}

/**
 * Runs a function in a thread, so that the loop goes on meanwhile (source: `asyncio.to_thread`). Its arguments and its result are copied, or moved with
 * {@link transfer}; context variables whose values can be copied are there too. Where the task is cancelled the thread is terminated; a
 * `ThreadPoolExecutor` as default executor of the loop can say otherwise.
 *
 * @param work - a function that is complete in itself, since it is sent as text; or the URL of a module and its export
 * @throws what the function throws
 * @throws TypeError where the function uses what stands around it
 * @example
 * ```ts
 * const digest = await toThread(new URL("./hash.js#digest", import.meta.url), bytes);
 * const sum = await toThread((n: number) => { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }, 1e9);
 * ```
 */
export function toThread<A extends unknown[], T>(work: Work<A, T>, ...args: A): Coroutine<Awaited<T>> {
  return noteCreated(threaded(referenceOf(work, "toThread"), args), toThread) as Coroutine<Awaited<T>>;
}

const threaded = hidden("toThread", function* (work: FunctionReference, args: unknown[]): Generator<
  unknown,
  unknown,
  unknown
> {
  const scheduler = runningScheduler();
  const set = defaultExecutor(scheduler);
  const pool = set instanceof PoolExecutor ? set : new DefaultThreads();
  if (!set) getRunningLoop().setDefaultExecutor(pool);
  return yield PoolExecutor.awaiting(pool, work, args);
});
