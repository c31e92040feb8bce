/** A body that may take a limited time. */
import { CancelScope } from "../kernel/cancelScope.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { TimeoutError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, librarySite, ScopeFrame } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";

const site = librarySite("withTimeout");

/** The frame of a scope that expires after a time; used by `waitFor` too. */
export class TimeoutFrame<T> extends ScopeFrame<T> {
  readonly #timeout: number;

  constructor(codeSite: CodeSite, timeout: number, body: Body<T>) {
    super(codeSite, body);
    this.#timeout = timeout;
  }

  protected override makeScope(task: Task<unknown>): CancelScope {
    const deadline = this.#timeout === Number.POSITIVE_INFINITY ? this.#timeout : task.scheduler.time() + this.#timeout;
    return new CancelScope(deadline, false);
  }

  protected override cancelled(scope: CancelScope): T | undefined {
    if (scope.expired) throw new TimeoutError(`not done within ${this.#timeout} ms`);
    return undefined;
  }
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
  const created = new TimeoutFrame<T>(site, milliseconds(duration), body);
  noteCreated(created, withTimeout);
  return created;
}
