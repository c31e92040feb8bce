/** Native async iterables for coroutines. */

import { unfit } from "../kernel/unfit.js";
import { type AnyIterator, type CoroutineIterator, closeAbandoned, openAsync, stoppable } from "./asyncIterator.js";

/**
 * The iterator of an async iterable, or of a stream, with waits that are coroutines: for the generator form, which has no `for await`,
 * and for single values. `for await` of lowered code does the same by itself.
 *
 * A cancelled wait closes the iterable: a Node stream is destroyed, a web stream cancelled, anything else told by `return()`.
 *
 * @throws TypeError where the value is no async iterable
 * @example
 * ```ts
 * const lines = fromAsyncIterable(createInterface(process.stdin));
 * for (let line = yield* lines.next(); !line.done; line = yield* lines.next()) console.log(line.value);
 * ```
 */
export function fromAsyncIterable<T>(iterable: AsyncIterable<T>): CoroutineIterator<T> {
  const iterator = opened(iterable, "fromAsyncIterable");
  return stoppable(iterator, () => closeAbandoned(iterator)) as CoroutineIterator<T>;
}

function opened(iterable: unknown, taker: string): AnyIterator {
  const iterator = openAsync(iterable);
  if (!iterator) throw unfit(`${taker} takes an async iterable`, iterable);
  return iterator;
}

/**
 * An async iterable of coroutines for native code. Coroutines begin when they are awaited; here `next()` and `return()` begin at the
 * call, as code expects that does not await them at once. (`for await` of native code does, and takes the iterable as it is.)
 *
 * @throws TypeError where the value is no async iterable, when it is opened
 * @example
 * ```ts
 * const rows = toAsyncIterable(queryRows())[Symbol.asyncIterator]();
 * const first = rows.next();   // under way
 * ```
 */
export function toAsyncIterable<T>(iterable: AsyncIterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = opened(iterable, "toAsyncIterable");
      const begin = (call: () => unknown): Promise<IteratorResult<T>> =>
        new Promise((resolve) => resolve(call() as IteratorResult<T>));
      return {
        next: () => begin(() => iterator.next()),
        return: (value) => begin(() => iterator.return?.(value) ?? { value, done: true }),
      };
    },
  };
}
