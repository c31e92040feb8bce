/** The helpers of Babel that have to do with async functions, by its names. docs/without-a-plugin.md tells how they are put in. */
import type { Coroutine } from "../kernel/coroutine.js";
import { resources } from "./resources.js";
import { type StockBody, stockCoroutine } from "./stockFunctions.js";
import { awaited, stockGenerator } from "./stockGenerators.js";
import { delegator, stockIterator } from "./stockIterators.js";

/** A coroutine function of a generator function. */
export function asyncToGenerator<A extends unknown[], T>(
  generator: (...args: A) => Generator<unknown, T, unknown>,
): (...args: A) => Coroutine<T> {
  const fn = generator as unknown as () => StockBody;
  // Out of a list, since it must not have a name: it can be given one by what Babel emits.
  const [made] = [
    function (this: unknown, ...args: A): Coroutine<T> {
      return stockCoroutine(fn, this, args, made) as Coroutine<T>;
    },
  ];
  return made;
}

/** An async generator function of a generator function. */
export function wrapAsyncGenerator(
  generator: (...args: never[]) => StockBody,
): (...args: unknown[]) => AsyncGenerator<unknown, unknown, unknown> {
  return function (this: unknown, ...args: unknown[]) {
    return stockGenerator(generator, this, args);
  };
}

export {
  /** The name by which an option of `@babel/plugin-transform-async-to-generator` asks for it. */
  asyncToGenerator as coroutine,
  /** `await value` inside of an async generator. */
  awaited as awaitAsyncGenerator,
  /** The iterator of `yield*` inside of an async generator. */
  delegator as asyncGeneratorDelegate,
  /** The iterator of a `for await` loop. */
  stockIterator as asyncIterator,
};

/** A block with `using`: `u` and `a` register, `e` is the error of the body, and what `d` gives is to be awaited. */
export interface UsingContext {
  e: unknown;
  u<T>(value: T): T;
  a<T>(value: T): T;
  d(): unknown;
}

/** Begins a block with `using`. */
export function usingCtx(): UsingContext {
  const list = resources();
  return {
    set e(error: unknown) {
      list.fail(error);
    },
    u: (value) => list.use(value),
    a: (value) => list.useAsync(value),
    d: () => list.end(),
  };
}

/** Names a function that is a resource after its variable. */
export function setFunctionName<F extends (...args: never[]) => unknown>(fn: F, name: PropertyKey, prefix?: string): F {
  const text =
    typeof name === "symbol" ? (name.description === undefined ? "" : `[${name.description}]`) : String(name);
  return Object.defineProperty(fn, "name", { value: prefix ? `${prefix} ${text}` : text, configurable: true });
}
