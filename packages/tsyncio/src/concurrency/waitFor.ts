/** An awaitable that may take a limited time. */
import type { CancelScope } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { Future } from "../kernel/future.js";
import { RESULT, STATE } from "../kernel/futureBits.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { timedOut } from "./withTimeout.js";

const site = librarySite("waitFor");

/**
 * Awaits with a time limit (source: `asyncio.wait_for`). When the time is up, the awaited coroutine or task is cancelled and its
 * clean-up waited for, so it can take longer than the limit. With a limit of 0 a coroutine never starts.
 *
 * @throws TimeoutError where the time was up; an error of the clean-up goes first
 * @example
 * ```ts
 * const reply = await waitFor(socket.receive(), "5s");
 * ```
 */
export function waitFor<T>(awaitable: Awaitable<T>, duration: Duration): Coroutine<T> {
  const timeout = milliseconds(duration);
  // eslint-disable-next-line @tsyncio/no-floating-coroutine -- for its check alone
  toCoroutine(awaitable, "waitFor");
  const body = (scope: CancelScope): Awaitable<T> => {
    if (timeout === 0) {
      scope.run();
      if (awaitable instanceof Coroutine) awaitable.discard();
      if (!(awaitable instanceof Future)) timedOut(scope, 0);
    }
    return awaitable;
  };
  // Done in the same iteration in which the time was up: the value is not lost.
  const cancelled = (scope: CancelScope): unknown =>
    awaitable instanceof Future && (awaitable.flags & STATE) === RESULT ? awaitable.value : timedOut(scope, timeout);
  return noteCreated(new ScopeFrame<T>(site, body, timeout, cancelled), waitFor);
}
