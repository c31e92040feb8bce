/** Iterating over what is got or received. */
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";

/** An async iterator whose steps are coroutines: for `for await`, and for `yield*` of each `next()`. */
export interface ItemIterator<T> extends AsyncIterator<T, undefined, unknown> {
  next(): Coroutine<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): this;
}

export function iterate<T>(step: () => Coroutine): ItemIterator<T> {
  const next = (): Coroutine<IteratorResult<T, undefined>> => noteCreated(step(), next) as never;
  return {
    next,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
