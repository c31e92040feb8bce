/**
 * The frame of a cancel scope: it calls a body with the scope and awaits what the body returns. `withCancelScope`, `withTimeout` and
 * their relatives differ in the scope, and in what they give to the awaiting frame when that was cancelled.
 */
import { own } from "./awaitable.js";
import { awaitCall } from "./calling.js";
import { CancelScope } from "./cancelScope.js";
import type { CodeSite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { oneOrGroup } from "./exceptionGroup.js";
import type { Resumable } from "./frame.js";
import { FrameCoroutine } from "./frameCoroutine.js";
import { hooks } from "./hooks.js";
import { checkFunction } from "./unfit.js";
import type { Verdict } from "./verdict.js";

// Scopes can be nested, and the clean-ups of each can fail.
hooks.oneOrGroup = oneOrGroup;

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

/** Makes the scope when the frame begins: a timeout counts from then on. */
export type MakeScope = (task: CoreTask) => CancelScope;

export class ScopeFrame<T> extends FrameCoroutine<T> {
  static {
    // A scope has to be entered: not to be pushed without asking.
    own(ScopeFrame, 1);
  }

  override scope: CancelScope | null = null;
  #body: Body<T> | null;
  readonly #makeScope: MakeScope;
  readonly #cancelled: ((scope: CancelScope) => unknown) | undefined;

  /** @param cancelled - what the awaiting frame gets where the scope was cancelled: returns the value, or throws; default: undefined */
  constructor(site: CodeSite, body: Body<T>, makeScope: MakeScope, cancelled?: (scope: CancelScope) => unknown) {
    super(site, passOn);
    checkFunction(body, `${site.name} takes a function that returns what to await`);
    this.#body = body;
    this.#makeScope = makeScope;
    this.#cancelled = cancelled;
  }

  override begin(task: CoreTask): Verdict {
    const body = this.#body as Body<T>;
    this.#body = null;
    const scope = this.#makeScope(task);
    super.begin(task);
    this.scope = scope;
    scope.enter(task);
    return awaitCall(task, this.name, body, scope);
  }

  override arrive(task: CoreTask, errors: unknown[] | null): boolean {
    // Errors of clean-ups go first; the reason why there were clean-ups is their cause.
    const first = !errors ? undefined : oneOrGroup("clean-ups failed", errors);
    try {
      task.value = this.#cancelled?.(this.scope as CancelScope);
      if (!errors) return true;
    } catch (error) {
      task.value = error;
      if (first instanceof Error) first.cause ??= error;
    }
    if (errors) task.value = first;
    return false;
  }
}

/** Makes a scope that expires after some milliseconds. */
export function expiring(timeout: number, shield = false): MakeScope {
  return (task) => new CancelScope(task.scheduler.time() + timeout, shield);
}
