/** A body that may take a limited time. */

import type { CancelScope } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { TimeoutError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, ScopeFrame } from "../kernel/scopeFrame.js";
import { withoutStack } from "../kernel/stackLine.js";

const site = librarySite("withTimeout");

export function timeoutError(timeout: number): TimeoutError {
  return withoutStack(() => new TimeoutError(`not done within ${timeout} ms`));
}

/** What the awaiting frame gets where the time was up; used by `waitFor` too. */
export function timedOut(scope: CancelScope, timeout: number): undefined {
  if (scope.expired) throw timeoutError(timeout);
}

/**
 * Runs a body that is cancelled when the time is up (source: `asyncio.timeout`). The clean-ups of the body are waited for.
 *
 * @param duration - milliseconds, or text with a unit; counts from when the coroutine begins
 * @param body - receives the scope, whose `deadline` can be moved
 * @throws TimeoutError where the time was up; an error of a clean-up goes first and has the TimeoutError as its cause
 * @example
 * ```ts
 * const page = await withTimeout("2s", () => download(url));
 * ```
 */
export function withTimeout<T>(duration: Duration, body: Body<T>): Coroutine<T> {
  return noteCreated(new ScopeFrame<T>(site, body, milliseconds(duration), timedOut), withTimeout);
}
