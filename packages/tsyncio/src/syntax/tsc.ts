/**
 * The helpers of `tsc`, for the targets ES2015 to ES2017: what it emits calls them by these names. docs/without-a-plugin.md tells how.
 *
 * The rest of `tslib` knows nothing of promises and is not here, `__generator` of the target ES5 neither.
 */
import type { Coroutine } from "../kernel/coroutine.js";
import { type Resources, resources } from "./resources.js";
import { type StockBody, stockCoroutine } from "./stockFunctions.js";
import { awaited, stockGenerator } from "./stockGenerators.js";
import { delegator, stockIterator } from "./stockIterators.js";

/** An async function. Where parameters have defaults or patterns they are those of `generator`, and `args` is there. */
export function __awaiter<T>(
  thisArg: unknown,
  args: ArrayLike<unknown> | undefined,
  _promise: unknown,
  generator: (...args: never[]) => Generator<unknown, T, unknown>,
): Coroutine<T> {
  return stockCoroutine(generator as () => StockBody, thisArg, args ?? [], __awaiter) as Coroutine<T>;
}

/** An async generator. */
export function __asyncGenerator(
  thisArg: unknown,
  args: ArrayLike<unknown> | undefined,
  generator: (...args: never[]) => StockBody,
): AsyncGenerator<unknown, unknown, unknown> {
  return stockGenerator(generator, thisArg, args ?? []);
}

export {
  /** `await value` inside of an async generator. */
  awaited as __await,
  /** The iterator of `yield*` inside of an async generator. */
  delegator as __asyncDelegator,
  /** The iterator of a `for await` loop. */
  stockIterator as __asyncValues,
};

/** What `tsc` keeps for a block with `using`. */
export interface DisposalEnvironment {
  stack: Resources[];
  error: unknown;
  hasError: boolean;
}

/** `using` and `await using`. */
export function __addDisposableResource<T>(environment: DisposalEnvironment, value: T, isAsync: boolean): T {
  const { stack } = environment;
  if (stack.length === 0) stack.push(resources());
  const list = stack[0] as Resources;
  return isAsync ? list.useAsync(value) : list.use(value);
}

/** The end of a block with `using`; what it gives is to be awaited. */
export function __disposeResources(environment: DisposalEnvironment): unknown {
  const list = environment.stack[0] ?? resources();
  if (environment.hasError) list.fail(environment.error);
  return list.end();
}
