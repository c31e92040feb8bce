/** A body in a cancel scope. */
import { CancelScope } from "../kernel/cancelScope.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, librarySite, ScopeFrame } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";

const site = librarySite("withCancelScope");

/** Options of `withCancelScope`. */
export interface CancelScopeOptions {
  /** Cancel the scope after this time. */
  timeout?: Duration | undefined;
  /** Cancel the scope at this time of the loop's clock, in milliseconds. */
  deadline?: number | undefined;
  /** Keep a cancellation from outside away from the body. */
  shield?: boolean | undefined;
}

class CancelScopeFrame<T> extends ScopeFrame<T> {
  readonly #timeout: number;
  readonly #deadline: number;
  readonly #shield: boolean;

  constructor(body: Body<T>, options: CancelScopeOptions) {
    super(site, body);
    this.#timeout = milliseconds(options.timeout ?? Number.POSITIVE_INFINITY);
    this.#deadline = options.deadline ?? Number.POSITIVE_INFINITY;
    if (typeof this.#deadline !== "number" || Number.isNaN(this.#deadline)) {
      throw new TypeError(`a deadline is a time of the loop's clock in milliseconds, not ${String(options.deadline)}`);
    }
    this.#shield = options.shield ?? false;
  }

  protected override makeScope(task: Task<unknown>): CancelScope {
    const timeout = this.#timeout === Number.POSITIVE_INFINITY ? this.#timeout : task.scheduler.time() + this.#timeout;
    return new CancelScope(Math.min(timeout, this.#deadline), this.#shield);
  }

  protected override cancelled(): undefined {
    return undefined;
  }
}

/**
 * Runs a body in a scope that can be cancelled as a whole (source: trio's `CancelScope`).
 *
 * @param body - receives the scope
 * @returns the value of the body, or `undefined` where the scope was cancelled; the clean-ups have ended by then
 * @throws what the body throws; the errors of clean-ups where the scope was cancelled
 * @example
 * ```ts
 * await withCancelScope(async (scope) => {
 *   button.onclick = () => scope.cancel("the user pressed stop");
 *   await work();
 * });
 * ```
 */
export function withCancelScope<T>(body: Body<T>, options: CancelScopeOptions = {}): Coroutine<T | undefined> {
  const created = new CancelScopeFrame<T>(body, options);
  noteCreated(created, withCancelScope);
  return created;
}
