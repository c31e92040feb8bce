/**
 * Coroutine objects: the blueprint of something to do, which runs when it is awaited.
 *
 * The object is also the frame: when a task awaits it, it is linked above the frame that awaits, so a call costs no further
 * allocation, no task, no promise and no turn of the loop, and a resume costs the same at any depth.
 *
 * State machine, in `flags`: made -> taken (a task, a gather or a scope will run it) -> begun -> ended; or made -> ended by `close()`.
 * `TAKEN` is set before `BEGUN`; only one awaiter can set it.
 */
import { captureLine } from "./awaitChain.js";
import { own, PUSHED, RAISE, type Verdict } from "./awaitable.js";
import type { CancelScope } from "./cancelScope.js";
import { CodeSite } from "./codeSite.js";
import { InvalidStateError } from "./errors.js";
import { BEGUN, DEFERRED, ENDED, GENERATOR, TAKEN, WATCHED } from "./coroutineBits.js";
import type { Frame, Resumable, Unwinding } from "./frame.js";
import { type Made, noteCreated } from "./neverAwaited.js";
import { spawnForNative } from "./spawn.js";
import type { Task } from "./task.js";
import { Thenable } from "./thenable.js";
import { unfit } from "./unfit.js";
import { unwatch } from "./watchlist.js";

const COROUTINE = Symbol.for("tsyncio.coroutine");

/**
 * A lazy, single-use computation (source: Python's coroutine objects). Calling a coroutine function returns one and runs nothing;
 * it runs when it is awaited: by `await` in lowered code, by `yield*` in a generator, or by native code, where it becomes a task.
 *
 * @example
 * ```ts
 * const greet = coroutine(function* (name: string) {
 *   yield* sleep("1s");
 *   return `hello ${name}`;
 * });
 * const blueprint = greet("Ada");   // nothing has happened yet
 * console.log(await run(blueprint));
 * ```
 */
export abstract class Coroutine<T = unknown> extends Thenable<T> implements Made {
  /** @internal */ flags = 0;
  /** @internal */ readonly site: CodeSite;
  /** @internal */ origin: { stack?: string } | undefined = undefined;

  /** @internal */
  constructor(site: CodeSite) {
    super();
    this.site = site;
  }

  static {
    Object.defineProperty(Coroutine.prototype, COROUTINE, { value: true });
    Object.defineProperty(Coroutine, Symbol.hasInstance, {
      value(this: unknown, value: unknown): boolean {
        return this === Coroutine ? isCoroutine(value) : Function.prototype[Symbol.hasInstance].call(this, value);
      },
    });
  }

  /** The name of the coroutine function. */
  get name(): string {
    return this.site.name;
  }

  /**
   * Ends a coroutine that was not begun, without a report that nobody awaited it. Nothing happens where it has ended.
   *
   * @throws InvalidStateError where a task runs it: cancel the task instead
   */
  close(): void {
    if ((this.flags & ENDED) !== 0) return;
    if ((this.flags & TAKEN) !== 0) {
      throw new InvalidStateError(`a task runs coroutine '${this.name}'; cancel() the task`);
    }
    this.take();
    this.dispose();
  }

  /** @internal */
  override toPromise(): Promise<T> {
    return (this.flags & TAKEN) !== 0 ? Promise.reject(this.reused()) : spawnForNative(this).toPromise();
  }

  override get [Symbol.toStringTag](): string {
    return "Coroutine";
  }

  /** @internal */
  override awaitedBy(task: Task<unknown>): Verdict {
    try {
      this.take();
    } catch (error) {
      task.sent = error;
      return RAISE;
    }
    const verdict = this.begin(task);
    // What is no frame has no end of its own to note.
    if (verdict !== PUSHED) this.flags |= ENDED;
    return verdict;
  }

  /** @internal A task that has taken the coroutine runs it now. */
  abstract begin(task: Task<unknown>): Verdict;

  /** @internal Lets go of what the coroutine holds; called where it will never begin. */
  dispose(): void {
    this.flags |= ENDED;
  }

  /** @internal */
  taken(): boolean {
    return (this.flags & TAKEN) !== 0;
  }

  /** @internal */
  watched(): void {
    this.flags |= WATCHED;
  }

  /** @internal Somebody will run it, or it is closed: from now on nobody else may. */
  take(): void {
    if ((this.flags & TAKEN) !== 0) throw this.reused();
    this.flags |= TAKEN;
    this.origin = undefined;
    if ((this.flags & WATCHED) !== 0) unwatch(this);
  }

  /** @internal */
  reused(): InvalidStateError {
    const { name } = this;
    const what = (this.flags & ENDED) !== 0 ? `cannot reuse already awaited coroutine '${name}'` : `coroutine '${name}' is being awaited already`;
    return new InvalidStateError(`${what}; share a task: createTask(${name}(…))`);
  }
}

/** Whether the value is a coroutine object, of this copy of the package or of another. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return typeof value === "object" && value !== null && COROUTINE in value;
}

/** A call whose generator is made when the coroutine begins, since the parameter list can run code of the program. */
export class Call {
  readonly fn: (...args: never[]) => Resumable;
  readonly self: unknown;
  readonly args: ArrayLike<unknown>;
  constructor(fn: (...args: never[]) => Resumable, self: unknown, args: ArrayLike<unknown>) {
    this.fn = fn;
    this.self = self;
    this.args = args;
  }
}

/** A coroutine that is a frame: of a generator, or of an object of that shape. */
export class FrameCoroutine<T> extends Coroutine<T> implements Frame {
  static {
    own(FrameCoroutine, 2);
  }

  /** @internal */ generator: Resumable | null;
  /** @internal */ caller: Frame | null = null;
  /** @internal */ unwinding: Unwinding | null = null;
  /** @internal */ readonly scope: CancelScope | null = null;

  /** @internal */
  constructor(site: CodeSite, generator: Resumable | Call) {
    super(site);
    this.generator = generator as Resumable;
  }

  get lowered(): boolean {
    return this.site.lowered;
  }

  get hidden(): boolean {
    return this.site.hidden;
  }

  /** @internal */
  begin(task: Task<unknown>): Verdict {
    if ((this.flags & DEFERRED) !== 0 && !this.call(task)) return RAISE;
    this.flags |= BEGUN;
    this.caller = task.top;
    task.top = this;
    return PUSHED;
  }

  override dispose(): void {
    super.dispose();
    this.generator = null;
  }

  /** @internal */
  arrive(_task: Task<unknown>, _errors: unknown[] | null): boolean {
    return true;
  }

  private call(task: Task<unknown>): boolean {
    const { fn, self, args } = this.generator as unknown as Call;
    try {
      this.generator = Reflect.apply(fn, self, args);
      return true;
    } catch (error) {
      this.dispose();
      task.sent = error;
      return false;
    }
  }
}

/** Functions made by `coroutine()`, of whatever copy of the package. */
const FUNCTION = Symbol.for("tsyncio.coroutineFunction");

/** Only names, and nothing that could run code of the program when the function is called. */
const SIMPLE_PARAMETERS = /^(?:static\s+)?(?:function\s*)?\*\s*[\w$]*\s*\(\s*(?:[\w$]+\s*(?:,\s*[\w$]+\s*)*)?\)/;

/**
 * Makes a coroutine function of a generator function. `this`, the name, the number and the types of the parameters are kept;
 * `yield* awaitable` in it gives the awaited type.
 *
 * Inside a named generator function its own name is the bare generator function: call the name of the coroutine function instead.
 *
 * @throws TypeError where `fn` is not a generator function
 * @example
 * ```ts
 * const total = coroutine(function* (a: number, b: number) {
 *   const [x, y] = yield* gather(price(a), price(b));
 *   return x + y;
 * });
 * ```
 */
export function coroutine<This, A extends unknown[], T>(
  fn: (this: This, ...args: A) => Generator<unknown, T, any>,
): (this: This, ...args: A) => Coroutine<T>;
export function coroutine(fn: (...args: unknown[]) => Generator<unknown, unknown, unknown>): (...args: unknown[]) => Coroutine<unknown> {
  if (!isGeneratorFunction(fn)) throw unfit("coroutine() takes a generator function", fn);
  const site = new CodeSite(fn.name || "(anonymous)", captureLine(coroutine), false);
  const simple = SIMPLE_PARAMETERS.test(Function.prototype.toString.call(fn));
  const made = simple
    ? function (this: unknown, ...args: unknown[]): Coroutine<unknown> {
        const created = new FrameCoroutine<unknown>(site, fn.apply(this as undefined, args) as Resumable);
        created.flags = GENERATOR;
        noteCreated(created, made);
        return created;
      }
    : function (this: unknown, ...args: unknown[]): Coroutine<unknown> {
        const created = new FrameCoroutine<unknown>(site, new Call(fn as never, this, args));
        created.flags = GENERATOR | DEFERRED;
        noteCreated(created, made);
        return created;
      };
  Object.defineProperty(made, "name", { value: fn.name, configurable: true });
  Object.defineProperty(made, "length", { value: fn.length, configurable: true });
  Object.defineProperty(made, FUNCTION, { value: true });
  return made;
}

/** Whether the function was made by `coroutine()` (source: `inspect.iscoroutinefunction`). */
export function isCoroutineFunction(value: unknown): boolean {
  return typeof value === "function" && FUNCTION in value;
}

/** @internal */
export function bareGenerator(taker: string): TypeError {
  return new TypeError(`${taker} was given a bare generator; wrap its function: coroutine(function* …)`);
}

/** @internal Whether the value is a generator object: calling a generator function without `coroutine()` makes one. */
export function isBareGenerator(value: unknown): boolean {
  return tagOf(value) === "Generator";
}

function isGeneratorFunction(fn: unknown): boolean {
  return typeof fn === "function" && tagOf(fn) === "GeneratorFunction";
}

function tagOf(value: unknown): unknown {
  return (value as { [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];
}

