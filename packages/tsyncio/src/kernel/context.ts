/**
 * Context variables, as Python's `contextvars`: a task copies the context of the code that makes it, an await shares it, a callback
 * runs in the context in which it was registered.
 *
 * The variables of a context are an immutable map, so a copy is a pointer. A task or callback holds that pointer itself; it has an
 * object of the class `Context` only where the program gave it one, and then what it sets is seen in that.
 */
import { current } from "./current.js";
import { type ContextHolder, currentContext, type Held, type Variables } from "./currentContext.js";
import { InvalidStateError } from "./errors.js";

/**
 * A set of values of context variables.
 *
 * @example
 * ```ts
 * const context = copyContext();
 * context.run(() => user.set("Ada"));   // seen in `context` alone
 * ```
 */
export class Context implements ContextHolder {
  /** @internal */ vars: Variables;
  #entered = false;

  /** Without values; `copyContext()` has those of the current one. */
  constructor(variables: Variables = new Map()) {
    this.vars = variables;
  }

  /**
   * Calls `fn` in this context; variables set in it stay in the context.
   *
   * @throws InvalidStateError where the context is already entered (source: `contextvars.Context.run`)
   */
  run<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): T {
    if (this.#entered) throw new InvalidStateError("the context is entered already; run a copy() of it");
    const entered = current.task ?? current;
    const before = entered.context;
    this.#entered = true;
    entered.context = this;
    try {
      return fn(...args);
    } finally {
      entered.context = before;
      this.#entered = false;
    }
  }

  /** A context of its own with the same values; costs O(1). */
  copy(): Context {
    return new Context(this.vars);
  }

  get<T>(variable: ContextVar<T>): T | undefined {
    return this.vars.get(variable)?.[0] as T | undefined;
  }
}

/** What `ContextVar.set` returns; gives the former value back by `reset`, once, in the same context. */
export class Token<T> implements Disposable {
  readonly variable: ContextVar<T>;
  /** @internal The value before the `set`. */ readonly before: Held;
  /** @internal */ used = false;
  /** @internal */ readonly madeIn: unknown;

  /** @internal */
  constructor(variable: ContextVar<T>, before: Held, madeIn: unknown) {
    this.variable = variable;
    this.before = before;
    this.madeIn = madeIn;
  }

  /** Undefined where there was none. */
  get oldValue(): T | undefined {
    return this.before?.[0] as T | undefined;
  }

  [Symbol.dispose](): void {
    this.variable.reset(this);
  }
}

/**
 * A variable with a value per task (source: `contextvars.ContextVar`).
 *
 * @example
 * ```ts
 * const requestId = new ContextVar<string>("requestId", { default: "-" });
 * requestId.set("42");      // seen by this task and by those it makes from now on
 * ```
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #default: Held;

  constructor(name: string, options: { default?: T } = {}) {
    this.name = name;
    this.#default = "default" in options ? [options.default] : undefined;
  }

  /**
   * The value in the current context, or the argument, or the default of the variable.
   *
   * @throws ReferenceError where there is none of these (Python: LookupError)
   */
  get(): T;
  get<D>(fallback: D): T | D;
  get<D>(...fallback: D[]): T | D {
    const held = currentContext().vars.get(this) ?? (fallback.length > 0 ? fallback : this.#default);
    if (!held)
      throw new ReferenceError(`context variable '${this.name}' has no value here; set() it, or give it a default`);
    return held[0] as T | D;
  }

  /** Sets the value in the current context. The token gives the former value back. */
  set(value: T): Token<T> {
    return new Token<T>(this, hold(this, [value]), currentContext());
  }

  /**
   * Gives the variable the value that it had before the `set` that made the token.
   *
   * @throws InvalidStateError where the token was used; TypeError where it is another variable's or another context's
   */
  reset(token: Token<T>): void {
    if (token.variable !== this || token.madeIn !== currentContext())
      throw new TypeError("the token belongs to another variable, or to another context");
    if (token.used) throw new InvalidStateError("the token was used already");
    token.used = true;
    hold(this, token.before);
  }
}

/** A copy of the current context. */
export function copyContext(): Context {
  return new Context(currentContext().vars);
}

/** Changes what a variable holds in the current context; returns what it held. */
function hold(variable: unknown, held: Held): Held {
  const context = currentContext();
  const before = context.vars.get(variable);
  context.vars = new Map(context.vars).set(variable, held);
  return before;
}
