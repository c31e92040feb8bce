/**
 * The frame of a cancel scope: it calls a body with the scope and awaits what the body returns. `withCancelScope`, `withTimeout` and
 * their relatives differ in what they give to the awaiting frame when the scope was cancelled.
 */
import { own, RAISE, type Verdict } from "./awaitable.js";
import { CancelScope } from "./cancelScope.js";
import { CodeSite } from "./codeSite.js";
import { FrameCoroutine, isBareGenerator } from "./coroutine.js";
import { awaitValue } from "./driver.js";
import { oneOrGroup } from "./errors.js";
import type { Resumable } from "./frame.js";
import type { Task } from "./task.js";

/** Hands on what the body gives. */
const passOn: Resumable = {
  next: (value) => ({ value, done: true }),
  throw(error) {
    throw error;
  },
  return: (value) => ({ value, done: true }),
};

/** What runs in a scope. */
export type Body<T> = (scope: CancelScope) => T | PromiseLike<T>;

export abstract class ScopeFrame<T> extends FrameCoroutine<T> {
  static {
    // A scope has to be entered: not to be pushed without asking.
    own(ScopeFrame, 1);
  }

  override scope: CancelScope | null = null;
  #body: Body<T> | null;

  constructor(site: CodeSite, body: Body<T>) {
    super(site, passOn);
    if (typeof body !== "function") throw new TypeError(`${site.name} takes a function that returns what to await, not ${typeof body}`);
    this.#body = body;
  }

  /** The scope, made when the frame begins: a timeout counts from then on. */
  protected abstract makeScope(task: Task<unknown>): CancelScope;

  /** What the awaiting frame gets where the scope was cancelled: returns the value, or throws. */
  protected abstract cancelled(scope: CancelScope): T | undefined;

  override begin(task: Task<unknown>): Verdict {
    const body = this.#body as Body<T>;
    this.#body = null;
    const scope = this.makeScope(task);
    super.begin(task);
    this.scope = scope;
    scope.enter(task);
    try {
      const value = body(scope);
      if (isBareGenerator(value)) {
        throw new TypeError(`the body given to ${this.name} is a bare generator function; wrap it: coroutine(function* (scope) { … })`);
      }
      return awaitValue(task, value);
    } catch (error) {
      task.sent = error;
      return RAISE;
    }
  }

  override arrive(task: Task<unknown>, errors: unknown[] | null): boolean {
    const scope = this.scope as CancelScope;
    let outcome: T | undefined;
    try {
      outcome = this.cancelled(scope);
    } catch (error) {
      task.sent = errors === null ? error : withCause(oneOrGroup("clean-ups failed", errors), error);
      return false;
    }
    if (errors === null) {
      task.sent = outcome;
      return true;
    }
    task.sent = oneOrGroup("clean-ups failed", errors);
    return false;
  }
}

/** Errors of clean-ups go first; the reason why there were clean-ups is their cause. */
function withCause(error: unknown, cause: unknown): unknown {
  if (error instanceof Error && error.cause === undefined) {
    Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
  }
  return error;
}

/** A site of a function of the library itself. */
export function librarySite(name: string): CodeSite {
  return new CodeSite(name, "", false, true);
}
