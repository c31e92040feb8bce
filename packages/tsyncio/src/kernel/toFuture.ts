/** Any awaitable as a coroutine or as a future. */
import { isOwn } from "./awaitable.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import { bareGenerator, Coroutine, isBareGenerator } from "./coroutine.js";
import { awaitValue } from "./driver.js";
import { Future } from "./future.js";
import { spawn } from "./spawn.js";
import type { Task } from "./task.js";
import { unfit } from "./unfit.js";
import type { Verdict } from "./verdict.js";

/** What can be awaited. */
export type Awaitable<T> = Coroutine<T> | Future<T> | PromiseLike<T>;

const promiseSite = librarySite("promise");

/** A coroutine that awaits something else. */
export class Awaiting<T> extends Coroutine<T> {
  readonly #awaitable: unknown;

  constructor(awaitable: unknown, site: CodeSite = promiseSite) {
    super(site);
    this.#awaitable = awaitable;
    // The loop looks at it later than the platform, which would call its rejection unhandled by then.
    if (awaitable instanceof Promise) awaitable.catch(() => {});
  }

  begin(task: Task<unknown>): Verdict {
    return awaitValue(task, this.#awaitable);
  }
}

/**
 * The coroutine itself, or one that awaits the value.
 *
 * @param taker - the function that the program called, for the message
 * @throws TypeError where the value cannot be awaited; the message says what to write
 */
export function toCoroutine<T>(value: unknown, taker: string): Coroutine<T> {
  if (value instanceof Coroutine && isOwn(value)) return value as Coroutine<T>;
  if (isBareGenerator(value)) throw bareGenerator(taker);
  if (isAwaitable(value)) return new Awaiting<T>(value);
  throw unfit(`${taker} takes a coroutine, a future or a promise`, value);
}

/** A future as it is; anything else as a task that begins in the next iteration (source: `asyncio.ensure_future`). */
export function toFuture<T>(value: unknown, taker: string): Future<T> {
  return value instanceof Future ? (value as Future<T>) : spawn(toCoroutine<T>(value, taker));
}

/** Whether the value can be awaited. An awaitable is iterable too, so this is asked before `Symbol.iterator`. */
export function isAwaitable(value: unknown): boolean {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
