/**
 * Context variables, as Python's `contextvars`: a task copies the context of the code that makes it, an await shares it, a callback
 * runs in the context in which it was registered.
 *
 * The variables of a context are an immutable map, so a copy is a pointer. Beyond that a task does not even get a context of its
 * own: it shares its maker's until one of the two sets a variable (`shared`). A context that the program holds (`copyContext()`,
 * the `context` option) is `pinned`: it is written in place, so that the holder sees what was set.
 */
import { current } from "./current.js";
import { InvalidStateError } from "./errors.js";

type Variables = ReadonlyMap<ContextVar<unknown>, unknown>;

const EMPTY: Variables = new Map();

/**
 * A set of values of context variables.
 *
 * @example
 * ```ts
 * const context = copyContext();
 * context.run(() => user.set("Ada"));   // seen in `context` alone
 * ```
 */
export class Context {
  /** @internal */ variables: Variables = EMPTY;
  /** @internal Several tasks refer to it: to be left as it is. */ shared = false;
  /** @internal The program holds it: to be written in place. */ pinned = true;
  #entered = false;

  /**
   * Calls `fn` in this context; variables set in it stay in the context.
   *
   * @throws InvalidStateError where the context is already entered (source: `contextvars.Context.run`)
   */
  run<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): T {
    if (this.#entered) throw new InvalidStateError("the context is entered already; run a copy() of it");
    const before = currentContext();
    this.#entered = true;
    enterContext(this);
    try {
      return fn(...args);
    } finally {
      enterContext(before);
      this.#entered = false;
    }
  }

  /** A context of its own with the same values; costs O(1). */
  copy(): Context {
    const copy = new Context();
    copy.variables = this.variables;
    return copy;
  }

  get<T>(variable: ContextVar<T>): T | undefined {
    return this.variables.get(variable as ContextVar<unknown>) as T | undefined;
  }

  has(variable: ContextVar<unknown>): boolean {
    return this.variables.has(variable);
  }

  get size(): number {
    return this.variables.size;
  }
}

/** What `ContextVar.set` returns; gives the former value back by `reset`, once, in the same context. */
export class Token<T> implements Disposable {
  readonly variable: ContextVar<T>;
  /** @internal */ readonly had: boolean;
  readonly oldValue: T | undefined;
  /** @internal */ used = false;
  /** @internal */ readonly owner: unknown;

  /** @internal */
  constructor(variable: ContextVar<T>, variables: Variables, owner: unknown) {
    this.variable = variable;
    this.had = variables.has(variable as ContextVar<unknown>);
    this.oldValue = variables.get(variable as ContextVar<unknown>) as T | undefined;
    this.owner = owner;
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
  readonly #default: { value: T } | undefined;

  constructor(name: string, options?: { default?: T }) {
    this.name = name;
    this.#default = options !== undefined && "default" in options ? { value: options.default as T } : undefined;
  }

  /**
   * The value in the current context, or the argument, or the default of the variable.
   *
   * @throws ReferenceError where there is none of these (Python: LookupError)
   */
  get(): T;
  get<D>(fallback: D): T | D;
  get<D>(...fallback: D[]): T | D {
    const { variables } = currentContext();
    const self = this as ContextVar<unknown>;
    if (variables.size !== 0 && variables.has(self)) return variables.get(self) as T;
    if (fallback.length > 0) return fallback[0] as D;
    if (this.#default !== undefined) return this.#default.value;
    throw new ReferenceError(`context variable '${this.name}' has no value here; set() it, or give it a default`);
  }

  /** Sets the value in the current context. The token gives the former value back. */
  set(value: T): Token<T> {
    const context = writableContext();
    const token = new Token<T>(this, context.variables, owner());
    const variables = new Map(context.variables);
    variables.set(this as ContextVar<unknown>, value);
    context.variables = variables;
    return token;
  }

  /**
   * Gives the variable the value that it had before the `set` that made the token.
   *
   * @throws InvalidStateError where the token was used; TypeError where it is another variable's or another context's
   */
  reset(token: Token<T>): void {
    if (token.variable !== this) throw new TypeError(`the token belongs to the variable '${token.variable.name}'`);
    if (token.used) throw new InvalidStateError("the token was used already");
    if (token.owner !== owner()) throw new TypeError("the token belongs to another context");
    token.used = true;
    const context = writableContext();
    const variables = new Map(context.variables);
    if (token.had) variables.set(this as ContextVar<unknown>, token.oldValue);
    else variables.delete(this as ContextVar<unknown>);
    context.variables = variables;
  }
}

/** A copy of the current context. */
export function copyContext(): Context {
  return currentContext().copy();
}

const outermost = new Context();

/** @internal The context of the code that runs now. */
export function currentContext(): Context {
  const { task } = current;
  return task !== null ? task.context : (current.context ?? outermost);
}

/** @internal The context to give to a task or callback that is made now: a copy, of which nothing is copied before a write. */
export function inheritContext(): Context {
  const context = currentContext();
  if (context.pinned) {
    const copy = context.copy();
    copy.pinned = false;
    return copy;
  }
  context.shared = true;
  return context;
}

/** @internal */
export function enterContext(context: Context): void {
  const { task } = current;
  if (task !== null) task.context = context;
  else current.context = context;
}

function writableContext(): Context {
  const context = currentContext();
  if (context.pinned || !context.shared) return context;
  const copy = context.copy();
  copy.pinned = false;
  enterContext(copy);
  return copy;
}

/** Whose context it is: a held context, or the task's (whose context object changes when it is first written). */
function owner(): unknown {
  const context = currentContext();
  return context.pinned ? context : (current.task ?? context);
}
