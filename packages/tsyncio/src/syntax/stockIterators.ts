/**
 * The iterator of a `for await` loop, or of a `yield*`, as `tsc` and Babel lower them. Their code closes the iterator where the body of the
 * loop is left, and not where the task is cancelled that waits for `next()`. So that wait is made one that closes it.
 */
import { type AnyIterator, closeAbandoned } from "../interop/asyncIterator.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import { AsyncGeneratorObject, delegate } from "./asyncGenerator.js";
import { asyncIteratorOf } from "./forAwait.js";

const asked = hidden("for await", function* (iterator: AnyIterator, next: AnyIterator["next"], sent: [] | [unknown]) {
  let isAnswered = false;
  try {
    const result: unknown = yield next.apply(iterator, sent);
    isAnswered = true;
    return result;
  } catch (error) {
    isAnswered = true;
    throw error;
  } finally {
    if (!isAnswered) yield closeAbandoned(iterator);
  }
});

class StockIterator {
  readonly inner: AnyIterator;
  readonly #next: AnyIterator["next"];

  constructor(inner: AnyIterator) {
    this.inner = inner;
    this.#next = inner.next;
  }

  next(...sent: [] | [unknown]): Coroutine<unknown> {
    return asked(this.inner, this.#next, sent);
  }

  get return(): AnyIterator["return"] {
    const close = this.inner.return;
    return close && ((...value) => close.apply(this.inner, value));
  }
}

/** The iterator of an async iterable, or of a sync one whose values are awaited. */
export function stockIterator(iterable: unknown): AsyncIterator<unknown, unknown, unknown> {
  const iterator = asyncIteratorOf(iterable);
  // One of ours is unwound with its `next()`.
  if (iterator instanceof AsyncGeneratorObject) return iterator;
  return new StockIterator(iterator) as unknown as AsyncIterator<unknown, unknown, unknown>;
}

/**
 * What `yield*` of an async generator delegates to. Delegating to the iterator itself would forget, as soon as an inner clean-up waits, that
 * it was returning; so the generator is given the mark of a delegation, and then its value.
 */
export function delegator(iterator: unknown): IterableIterator<unknown, unknown, unknown> {
  const inner = iterator instanceof StockIterator ? iterator.inner : iterator;
  let isBegun = false;
  const made = {
    next(value: unknown): IteratorResult<unknown, unknown> {
      if (isBegun) return { value, done: true };
      isBegun = true;
      return { value: delegate({ [Symbol.asyncIterator]: () => inner }), done: false };
    },
    throw(error: unknown): never {
      throw error;
    },
    return: (value: unknown): IteratorResult<unknown, unknown> => ({ value, done: true }),
    [Symbol.iterator]: () => made,
  } as IterableIterator<unknown, unknown, unknown>;
  return made;
}
