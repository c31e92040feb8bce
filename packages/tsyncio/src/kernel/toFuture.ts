/** Any awaitable as a coroutine or as a future. */
import { isOwnCoroutine } from "./awaitable.js";
import { bareGenerator, isBareGenerator } from "./bareGenerator.js";
import { Calling } from "./calling.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import { CoreFuture } from "./coreFuture.js";
import type { Coroutine } from "./coroutine.js";
import type { Future } from "./future.js";
import { spawn } from "./spawn.js";
import { unfit } from "./unfit.js";

/** What can be awaited. */
export type Awaitable<T> = Coroutine<T> | Future<T> | PromiseLike<T>;

const promiseSite = librarySite("promise");

/** A coroutine that awaits something else. */
export function awaiting<T>(awaitable: unknown, site: CodeSite = promiseSite): Coroutine<T> {
  // The loop looks at it later than the platform, which would call its rejection unhandled by then.
  if (awaitable instanceof Promise) awaitable.catch(() => {});
  return new Calling<T>(site, () => awaitable);
}

/**
 * The coroutine itself, or one that awaits the value.
 *
 * @param taker - the function that the program called, for the message
 * @throws TypeError where the value cannot be awaited; the message says what to write
 */
export function toCoroutine<T>(value: unknown, taker: string): Coroutine<T> {
  if (isOwnCoroutine(value)) return value as Coroutine<T>;
  if (isBareGenerator(value)) throw bareGenerator(taker);
  if (isAwaitable(value)) return awaiting<T>(value);
  throw unfit(`${taker} takes a coroutine, a future or a promise`, value);
}

/** A future as it is; anything else as a task that begins in the next iteration (source: `asyncio.ensure_future`). */
export function toFuture<T>(value: unknown, taker: string): Future<T> {
  return value instanceof CoreFuture ? (value as Future<T>) : spawn(toCoroutine<T>(value, taker));
}

/** Whether the value can be awaited. An awaitable is iterable too, so this is asked before `Symbol.iterator`. */
export function isAwaitable(value: unknown): boolean {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
