/**
 * Scopes, and the functions that they belong to.
 *
 * A `Scope` is one environment of the running program: what a block, a parameter list, a class or the head of a loop
 * makes anew each time it is evaluated. A `FunctionContext` is one function as the keywords `this`, `arguments`,
 * `super`, `new.target`, `await` and `yield` see it; an arrow function passes the first four on to the context around it.
 *
 * Some scopes are *hosts*: a declaration can be put at their start without moving a line. Blocks are, and so are the
 * bodies of expression-bodied arrows and the single statements under a loop, which get braces when something is hosted.
 * Heads of loops, parameter lists, classes and `switch` are not.
 */

/** What kind of syntax makes a scope. */
export type ScopeKind = "module" | "parameters" | "functionName" | "block" | "head" | "class" | "initialiser";

/** One environment; see the top of this file. */
export class Scope {
  readonly names: Set<string> = new Set();
  /** Names of generator slots to declare at the start. Only hosts have any. */
  readonly slots: string[] = [];
  /** Whether a closure holds something of this scope, so that the engine keeps its environment as long as the closure. */
  captured = false;

  constructor(
    readonly kind: ScopeKind,
    readonly parent: Scope | null,
    readonly context: FunctionContext,
    readonly isHost: boolean,
  ) {}

  /** Whether going to the parent leaves a function. */
  get isFunctionEdge(): boolean {
    return this.kind === "parameters" || this.kind === "initialiser";
  }

  /** Whether the scope is made at most once each time its parent is, and the parent is a host. */
  get isOncePerHost(): boolean {
    return (this.kind === "class" || this.kind === "functionName") && this.parent !== null && this.parent.isHost;
  }
}

/** What a lowered function must hand to its generator, because a generator has no such thing or another one. */
export interface Extras {
  arguments: boolean;
  newTarget: boolean;
  superRead: boolean;
  superWrite: boolean;
  superCall: boolean;
}

/** One function, field initialiser, static block, or the module. */
export class FunctionContext {
  /** Names used inside that are declared outside, or nowhere. */
  readonly free: Set<string> = new Set();
  /** Scopes outside of which something is used inside. */
  readonly captures: Set<Scope> = new Set();
  readonly extras: Extras = {
    arguments: false,
    newTarget: false,
    superRead: false,
    superWrite: false,
    superCall: false,
  };
  usesThis = false;
  usesArguments = false;
  /** The name that the language gives to the function. */
  name = "";
  /** Offset of the function in the source. */
  start = 0;
  /** The variable that holds the site. */
  site = "";
  /** The variable that holds the generator function, or "" where none can. */
  slot = "";
  /** Whether the lowered function suspends anywhere. */
  suspends = false;
  /** The variable that holds what is awaited, "" where there can be none, and whether it is needed. */
  held = "";
  holds = false;
  /** Where the parameters live; set by whoever makes the context. */
  scope!: Scope;
  /** Where `var` declares; set by whoever makes the context. */
  varScope!: Scope;

  constructor(
    readonly parent: FunctionContext | null,
    readonly isArrow: boolean,
    readonly isLowered: boolean,
    readonly isGenerator: boolean,
  ) {}

  /** The nearest context, this one included, that has its own `this`. */
  get home(): FunctionContext {
    let context: FunctionContext = this;
    while (context.isArrow && context.parent !== null) context = context.parent;
    return context;
  }

  /** The outermost lowered arrow function between here and `home`, if any. */
  get outermostArrow(): FunctionContext | null {
    let found: FunctionContext | null = null;
    for (let context: FunctionContext = this; context.isArrow && context.parent !== null; context = context.parent) {
      if (context.isLowered) found = context;
    }
    return found;
  }

  /** The lowered function that must bring `super` in from its outside, if `super` here is inside one at all. */
  get superBringer(): FunctionContext | null {
    const { home } = this;
    return home.isLowered ? home : this.outermostArrow;
  }
}
