/** A body that is given up after a time, without an error. */

import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, ScopeFrame } from "../kernel/scopeFrame.js";

const site = librarySite("moveOnAfter");

/**
 * Runs a body that is cancelled when the time is up (source: trio's `move_on_after`).
 *
 * @returns the value of the body, or `undefined` where the time was up
 * @example
 * ```ts
 * const answer = (await moveOnAfter(500, () => ask(server))) ?? "no answer";
 * ```
 */
export function moveOnAfter<T>(duration: Duration, body: Body<T>): Coroutine<T | undefined> {
  return noteCreated(new ScopeFrame<T | undefined>(site, body, milliseconds(duration)), moveOnAfter);
}
