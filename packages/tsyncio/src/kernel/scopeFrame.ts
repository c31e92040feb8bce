/**
 * The frame of a cancel scope: it calls a body with the scope and awaits what the body returns. `withCancelScope`, `withTimeout` and
 * their relatives differ in the scope, and in what they give to the awaiting frame when that was cancelled.
 */
import { own } from "./awaitable.js";
import { awaitCall } from "./calling.js";
import { CancelScope } from "./cancelScope.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { NEVER } from "./duration.js";
import { oneOrGroup } from "./exceptionGroup.js";
import type { Resumable } from "./frame.js";
import { FrameCoroutine } from "./frameCoroutine.js";
import { hooks } from "./hooks.js";
import { keepShape } from "./keepShape.js";
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

/** What the awaiting frame gets where the scope was cancelled: returns the value, or throws. */
export type Cancelled = (scope: CancelScope, timeout: number) => unknown;

export class ScopeFrame<T> extends FrameCoroutine<T> {
  static {
    // A scope has to be entered: not to be pushed without asking.
    own(ScopeFrame, 1);
  }

  override scope: CancelScope | null = null;
  #body: Body<T> | null;
  readonly #timeout: number;
  readonly #cancelled: Cancelled | undefined;

  /**
   * @param timeout - of the scope, in milliseconds from when the frame begins
   * @param cancelled - default: undefined
   */
  constructor(site: CodeSite, body: Body<T>, timeout: number = NEVER, cancelled?: Cancelled) {
    super(site, passOn);
    checkFunction(body, `${site.name} takes a function that returns what to await`);
    this.#body = body;
    this.#timeout = timeout;
    this.#cancelled = cancelled;
  }

  override begin(task: CoreTask): Verdict {
    const body = this.#body as Body<T>;
    this.#body = null;
    super.begin(task);
    const scope = this.makeScope();
    this.scope = scope;
    scope.enter(task, this.#timeout);
    return awaitCall(task, this.name, body, scope);
  }

  /** @internal */
  makeScope(): CancelScope {
    return new CancelScope();
  }

  override arrive(task: CoreTask, errors: unknown[] | null): boolean {
    // Errors of clean-ups go first; the reason why there were clean-ups is their cause.
    const first = !errors ? undefined : oneOrGroup("clean-ups failed", errors);
    try {
      task.value = this.#cancelled?.(this.scope as CancelScope, this.#timeout);
      if (!errors) return true;
    } catch (error) {
      task.value = error;
      if (first instanceof Error) first.cause ??= error;
    }
    if (errors) task.value = first;
    return false;
  }
}

keepShape(new CancelScope());
keepShape(new ScopeFrame(librarySite(""), () => {}));
