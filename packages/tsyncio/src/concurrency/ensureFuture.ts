/** Anything that can be awaited, as a future. */
import type { Future } from "../kernel/future.js";
import { type Awaitable, toFuture } from "../kernel/toFuture.js";

/**
 * A task or future as it is; anything else as a new task, which begins in the next iteration (source: `asyncio.ensure_future`). For code
 * that is given either; `createTask` makes a task in any case.
 *
 * @throws TypeError where the argument cannot be awaited; InvalidStateError where a coroutine is awaited already
 * @example
 * ```ts
 * const reply = ensureFuture(given);
 * reply.addDoneCallback(() => console.log("there it is"));
 * ```
 */
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T> {
  return toFuture<T>(awaitable, "ensureFuture");
}
