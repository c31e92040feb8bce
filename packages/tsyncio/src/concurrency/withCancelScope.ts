import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { checkedTime, type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, ScopeFrame } from "../kernel/scopeFrame.js";
import { checkFunction } from "../kernel/unfit.js";

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
  const timeout = milliseconds(options.timeout ?? NEVER);
  const deadline = checkedTime(options.deadline ?? NEVER);
  const { shield } = options;
  checkFunction(body, `${site.name} takes a function that returns what to await`);
  const inScope: Body<T> = (scope) => {
    if (shield) scope.shield = true;
    if (deadline < scope.deadline) scope.deadline = deadline;
    return body(scope);
  };
  return noteCreated(new ScopeFrame<T | undefined>(site, inScope, timeout), withCancelScope);
}
