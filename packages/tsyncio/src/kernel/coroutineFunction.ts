/** Coroutine functions made of generator functions. */
import { tagOf } from "./bareGenerator.js";
import { openAwait } from "./bridge.js";
import type { Coroutine } from "./coroutine.js";
import { define } from "./define.js";
import type { Resumable } from "./frame.js";
import { deferred, FrameCoroutine } from "./frameCoroutine.js";
import { hooks } from "./hooks.js";
import { noteCreated } from "./neverAwaited.js";
import { programSite } from "./programSite.js";
import { captureLine } from "./stackLine.js";
import { unfit } from "./unfit.js";

hooks.openAwait = openAwait;

/** Functions made by `coroutine()`, of whatever copy of the package. */
const FUNCTION = Symbol.for("tsyncio.coroutineFunction");

/** Only names, and nothing that could run code of the program when the function is called. */
const SIMPLE_PARAMETERS = /^(?:static\s+)?(?:function\s*)?\*\s*[\w$]*\s*\(\s*(?:[\w$]+\s*(?:,\s*[\w$]+\s*)*)?\)/;

/**
 * Makes a coroutine function of a generator function. `this`, the name, the number and the types of the parameters are kept;
 * `yield* awaitable` in it gives the awaited type.
 *
 * A parameter with a default needs its type (`retries: number = 3`): the compiler takes it for `unknown` otherwise.
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
  define(made, { name: fn.name, length: fn.length, [FUNCTION]: true });
  return made;
}

/** Whether the function was made by `coroutine()` (source: `inspect.iscoroutinefunction`). */
export function isCoroutineFunction(value: unknown): boolean {
  return typeof value === "function" && FUNCTION in value;
}
