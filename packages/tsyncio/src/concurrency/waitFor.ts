/** An awaitable that may take a limited time. */
import { Coroutine, FrameCoroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { CancelledError, TimeoutError } from "../kernel/errors.js";
import { Future, RESULT, STATE } from "../kernel/future.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { expiring, librarySite, ScopeFrame } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";
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
  toCoroutine(awaitable, "waitFor");
  const late = timedOut(timeout);
  const created =
    timeout === 0
      ? new FrameCoroutine<T>(site, expireAtOnce(awaitable))
      : new ScopeFrame<T>(site, () => awaitable, expiring(timeout), (scope) =>
          // Done in the same iteration in which the time was up: the value is not lost.
          awaitable instanceof Future && (awaitable.flags & STATE) === RESULT ? awaitable.value : late(scope),
        );
  return noteCreated(created, waitFor);
}

function* expireAtOnce<T>(awaitable: Awaitable<T>): Generator<unknown, T, unknown> {
  const expired = new TimeoutError("not done within 0 ms");
  if (awaitable instanceof Coroutine && !awaitable.taken()) awaitable.close();
  if (!(awaitable instanceof Future)) throw expired;
  if (!awaitable.done() && awaitable.cancelFor(current.task as Task<unknown>, undefined)) {
    try {
      return (yield awaitable) as T;
    } catch (error) {
      throw error instanceof CancelledError ? expired : error;
    }
  }
  if (awaitable.done()) return awaitable.result();
  throw expired;
}
