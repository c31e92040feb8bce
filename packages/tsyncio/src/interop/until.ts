/** Awaiting a native promise, with an `AbortSignal` for the operation behind it. */

import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";
import { awaiting } from "../kernel/toFuture.js";
import { unfit } from "../kernel/unfit.js";
import { signalOf } from "./controllers.js";

const site = librarySite("until");

/**
 * Awaits a native promise. Given a function, it calls it when awaited, with a signal that is aborted where the waiter is cancelled:
 * the operation stops, and the waiter goes on at once; a late outcome is dropped.
 *
 * @example
 * ```ts
 * const response = await until((signal) => fetch(url, { signal }));
 * ```
 */
export function until<T>(source: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Coroutine<T> {
  if (typeof source !== "function" && typeof (source as PromiseLike<T> | null)?.then !== "function") {
    throw unfit("until takes a promise, or a function that returns one", source);
  }
  const created =
    typeof source !== "function"
      ? awaiting<T>(source, site)
      : new ScopeFrame<T>(site, (scope) => source(signalOf(scope)));
  return noteCreated(created, until);
}
