/** Coroutine functions of the library itself. */

import { librarySite } from "./codeSite.js";
import type { Coroutine } from "./coroutine.js";
import type { Resumable } from "./frame.js";
import { FrameCoroutine } from "./frameCoroutine.js";

/**
 * A coroutine function whose frames have no place in an await chain. Its generator yields what it awaits, also values that need no
 * awaiting.
 */
export function hidden<A extends unknown[], T>(
  name: string,
  fn: (...args: A) => Generator<unknown, T, unknown>,
): (...args: A) => Coroutine<T> {
  const site = librarySite(name);
  return (...args) => new FrameCoroutine<T>(site, fn(...args) as Resumable);
}
