/**
 * `for await` of lowered code.
 *
 * The iterator is closed as the language has it: where the body breaks, returns or throws, and not where the iterator itself ended or
 * failed; an error of the body goes before one of closing. Beyond the language there is the unwinding of a cancelled task, which looks
 * to the loop like a `return`: the iterator is closed and waited for. A foreign one is told to close and not waited for where `next()` was
 * awaited, since a native async generator would keep its `return()` waiting behind the very `next()` that may never come.
 */
import { type AnyIterator, checked, closeAbandoned, openAsync } from "../interop/asyncIterator.js";
import { hidden } from "../kernel/hidden.js";
import { unfit } from "../kernel/unfit.js";

/** The async iterator of a value, or a sync one whose values are awaited. */
export function asyncIteratorOf(iterable: unknown): AnyIterator {
  const iterator = openAsync(iterable);
  if (iterator) return iterator;
  const open = (iterable as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator];
  if (typeof open !== "function") throw unfit("`for await` takes an iterable", iterable);
  return new SyncAsAsync(checked(open.call(iterable as Iterable<unknown>)));
}

/** A sync iterator whose values are awaited one after another. */
class SyncAsAsync implements AsyncIterator<unknown, unknown, unknown> {
  readonly #iterator: Iterator<unknown>;
  readonly #next: Iterator<unknown>["next"];

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator;
    this.#next = iterator.next;
  }

  next(...sent: [] | [unknown]): Promise<IteratorResult<unknown>> {
    return awaitValueOf(this.#next.apply(this.#iterator, sent as []), this.#iterator);
  }

  return(...sent: [] | [unknown]): Promise<IteratorResult<unknown>> {
    const close = this.#iterator.return;
    if (close === undefined || close === null) return awaitValueOf({ value: sent[0], done: true }, null);
    return awaitValueOf(close.apply(this.#iterator, sent), null);
  }

  throw(error?: unknown): Promise<IteratorResult<unknown>> {
    const fail = this.#iterator.throw;
    if (fail !== undefined && fail !== null) return awaitValueOf(fail.call(this.#iterator, error), this.#iterator);
    this.#iterator.return?.();
    throw new TypeError("the iterator has no throw method");
  }
}

/** `{ value, done }` with the value awaited, as a coroutine that pretends to be a promise for the sake of the types. */
function awaitValueOf(
  result: IteratorResult<unknown>,
  closing: Iterator<unknown> | null,
): Promise<IteratorResult<unknown>> {
  const { done, value } = checked(result);
  return awaitingResult(value, Boolean(done), closing) as Promise<IteratorResult<unknown>>;
}

const awaitingResult = hidden(
  "for await",
  function* (value: unknown, done: boolean, closing: Iterator<unknown> | null) {
    try {
      return { value: (yield value) as unknown, done };
    } catch (error) {
      // A rejected value ends the loop, and the iterator it came from is closed.
      if (!done) closing?.return?.();
      throw error;
    }
  },
);

/** The state of one `for await` loop. */
class ForAwait {
  value: unknown = undefined;
  readonly #iterator: AnyIterator;
  readonly #next: (value?: unknown) => unknown;
  #state: "asking" | "body" | "ended" = "ended";
  #bodyThrew = false;

  constructor(iterable: unknown) {
    this.#iterator = asyncIteratorOf(iterable);
    this.#next = this.#iterator.next as (value?: unknown) => unknown;
  }

  next(): unknown {
    this.#state = "ended";
    const awaited = this.#next.call(this.#iterator);
    this.#state = "asking";
    return awaited;
  }

  more(result: unknown): boolean {
    this.#state = "ended";
    if ((checked(result) as IteratorResult<unknown>).done) return false;
    this.value = (result as IteratorResult<unknown>).value;
    this.#state = "body";
    return true;
  }

  fail(error: unknown): never {
    if (this.#state === "asking") this.#state = "ended";
    this.#bodyThrew = true;
    throw error;
  }

  end(): unknown {
    const state = this.#state;
    this.#state = "ended";
    if (state === "ended") return undefined;
    const iterator = this.#iterator;
    if (state === "asking") {
      const closing = closeAbandoned(iterator);
      // An async generator of ours was unwound with its `next()`, or had not come to that: others use it then.
      if (!closing || iterator[Symbol.toStringTag as never] !== "AsyncGenerator") return closing;
      closing.discard();
      return undefined;
    }
    if (!this.#bodyThrew) {
      const close = iterator.return;
      return close === undefined || close === null ? undefined : closed(close.call(iterator));
    }
    try {
      return quietly(iterator.return?.());
    } catch {
      return undefined;
    }
  }
}

const closed = hidden("for await", function* (closing: unknown) {
  checked(yield closing);
});

const quietly = hidden("for await", function* (closing: unknown) {
  try {
    yield closing;
  } catch {
    // The error of the body goes on.
  }
});

/** Begins a `for await` loop. */
export function forAwait(iterable: unknown): ForAwait {
  return new ForAwait(iterable);
}
