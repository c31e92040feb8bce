/**
 * Coroutine objects: the blueprint of something to do, which runs when it is awaited.
 *
 * The object is also the frame: when a task awaits it, it is linked above the frame that awaits, so a call costs no further
 * allocation, no task, no promise and no turn of the loop, and a resume costs the same at any depth.
 *
 * State machine, in `flags`: made -> taken (a task, a gather or a scope will run it, or runs it) -> ended; or made -> ended by
 * `close()`. Only one awaiter can set `TAKEN`.
 */

import { isOwn, own } from "./awaitable.js";
import { brand } from "./brand.js";
import type { CancelScope } from "./cancelScope.js";
import type { CodeSite } from "./codeSite.js";
import { ENDED, GENERATOR, TAKEN, WATCHED } from "./coroutineBits.js";
import { InvalidStateError } from "./errors.js";
import type { Frame, Resumable, Unwinding } from "./frame.js";
import { noteCreated } from "./neverAwaited.js";
import { programSite } from "./programSite.js";
import { spawn } from "./spawn.js";
import { type Captured, captureLine } from "./stackLine.js";
import type { Task } from "./task.js";
import { Thenable } from "./thenable.js";
import { unfit } from "./unfit.js";
import { PUSHED, RAISE, type Verdict } from "./verdict.js";
import { unwatch } from "./watchlist.js";

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
export abstract class Coroutine<T = unknown> extends Thenable<T> {
  /** @internal */ flags = 0;
  /** @internal */ readonly site: CodeSite;
  /** @internal Holds the captured line of the call; undefined where that was not captured. */ origin:
    | Captured
    | undefined = undefined;

  /** @internal */
  constructor(site: CodeSite) {
    super();
    this.site = site;
  }

  static {
    brand(Coroutine, "tsyncio.coroutine");
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
    if (this.taken()) throw new InvalidStateError(`a task runs coroutine '${this.name}'; cancel() the task`);
    this.discard();
  }

  /** @internal Closes it, unless it belongs to somebody. */
  discard(): void {
    if (this.taken()) return;
    this.take();
    this.dispose();
  }

  /** @internal */
  override toPromise(): Promise<T> {
    return this.taken() ? Promise.reject(this.reused()) : spawn(this).toPromise();
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

  /** @internal It began, was closed, or belongs to somebody who will run it. */
  taken(): boolean {
    return (this.flags & TAKEN) !== 0;
  }

  /** @internal Somebody will run it, or it is closed: from now on nobody else may. */
  take(): void {
    if (this.taken()) throw this.reused();
    this.flags |= TAKEN;
    this.origin = undefined;
    if ((this.flags & WATCHED) !== 0) unwatch(this);
  }

  /** @internal */
  reused(): InvalidStateError {
    const { name } = this;
    const what =
      (this.flags & ENDED) !== 0
        ? `cannot reuse already awaited coroutine '${name}'`
        : `coroutine '${name}' is being awaited already`;
    return new InvalidStateError(`${what}; share a task: createTask(${name}(…))`);
  }
}

/** Whether the value is a coroutine object, of this copy of the package or of another. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return value instanceof Coroutine;
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

  /**
   * @internal
   * @param generator - or the call that makes it when the coroutine begins, since the parameter list can run code of the program
   * @param native - whether the generator is one of the language's
   */
  constructor(site: CodeSite, generator: Resumable | (() => Resumable), native = false) {
    super(site);
    this.generator = generator as Resumable;
    if (native) this.flags = GENERATOR;
  }

  get lowered(): boolean {
    return this.site.lowered;
  }

  get hidden(): boolean {
    return this.site.hidden;
  }

  /** @internal */
  begin(task: Task<unknown>): Verdict {
    const { generator } = this;
    if (typeof generator === "function") {
      try {
        this.generator = (generator as () => Resumable)();
        this.flags |= GENERATOR;
      } catch (error) {
        this.dispose();
        task.sent = error;
        return RAISE;
      }
    }
    this.caller = task.top;
    task.top = this;
    task.sent = undefined;
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
}

/** @internal A call for later. */
export function deferred(fn: (...args: never[]) => unknown, self: unknown, args: ArrayLike<unknown>): () => Resumable {
  return () => Reflect.apply(fn, self, args);
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
export function coroutine(
  fn: (...args: unknown[]) => Generator<unknown, unknown, unknown>,
): (...args: unknown[]) => Coroutine<unknown> {
  if (tagOf(fn) !== "GeneratorFunction") throw unfit("coroutine() takes a generator function", fn);
  const site = programSite(fn.name, captureLine(coroutine), false);
  const simple = SIMPLE_PARAMETERS.test(Function.prototype.toString.call(fn));
  function made(this: unknown, ...args: unknown[]): Coroutine<unknown> {
    const generator = simple ? (fn.apply(this as undefined, args) as Resumable) : deferred(fn, this, args);
    return noteCreated(new FrameCoroutine<unknown>(site, generator, simple), made);
  }
  return Object.defineProperties(made, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
    [FUNCTION]: { value: true },
  });
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
  return typeof value === "object" && value !== null && !isOwn(value) && tagOf(value) === "Generator";
}

function tagOf(value: unknown): unknown {
  return (value as { [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];
}
