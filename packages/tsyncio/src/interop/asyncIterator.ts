/**
 * The async iterators that tasks wait for, of streams too.
 *
 * A wait for the next value can be cancelled, and the iterator is closed then. Of a native one that has its limits: an async generator
 * keeps `return()` waiting behind the very `next()` that may never come. So it is told, and not waited for; and the streams of the
 * platform, whose iterators are of that kind, are stopped by their own means, at once: one of Node is destroyed, one of the web cancelled.
 */
import { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { unfit } from "../kernel/unfit.js";

/** An async iterator whose waits are coroutines: for `for await`, and for `yield* iterator.next()`. */
export interface CoroutineIterator<T> extends AsyncIterableIterator<T, undefined> {
  next(): Coroutine<IteratorResult<T, undefined>>;
  return(): Coroutine<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): this;
}

export type AnyIterator = AsyncIterator<unknown, unknown, unknown>;

/** What may be there of a stream. */
interface Streamlike extends AsyncIterable<unknown> {
  getReader?(): ReadableStreamDefaultReader<unknown>;
  destroy?(): void;
  destroyed?: boolean;
}

/** The async iterator of a value; undefined where it has none. */
export function openAsync(iterable: unknown): AnyIterator | undefined {
  const source = iterable as Partial<Streamlike> | null | undefined;
  if (typeof source?.getReader === "function") {
    const iterator = readerIterator(source.getReader());
    return new PlatformIterator(iterator, () => iterator.return?.());
  }
  const open = source?.[Symbol.asyncIterator];
  if (typeof open !== "function") return undefined;
  const iterator = checked(open.call(source));
  if (typeof source?.destroy !== "function" || source.destroyed === undefined) return iterator;
  return new PlatformIterator(iterator, () => {
    source.destroy?.();
    return closeAbandoned(iterator);
  });
}

export function checked<T>(iterator: T): T {
  if (typeof iterator !== "object" || iterator === null)
    throw unfit("an iterator, and what it gives, is an object", iterator);
  return iterator;
}

/** Closes an iterator whose `next()` nobody awaits any more. What is given back is to be awaited. */
export function closeAbandoned(iterator: AnyIterator): Coroutine<unknown> | undefined {
  try {
    const closing: unknown = iterator.return?.();
    if (closing instanceof Coroutine) return closing;
    Promise.resolve(closing).catch(() => {});
  } catch {
    // It was told; nobody is left to care.
  }
  return undefined;
}

/** An iterator of the platform: cancelling the wait for the next value stops it. */
export class PlatformIterator implements AsyncIterator<unknown, unknown, unknown>, AsyncDisposable {
  readonly #iterator: AnyIterator;
  readonly #stop: () => unknown;
  #ended = false;

  /** @param stop - closes it although `next()` is on; what it gives is awaited */
  constructor(iterator: AnyIterator, stop: () => unknown) {
    this.#iterator = iterator;
    this.#stop = stop;
  }

  static readonly #pull = hidden("next", function* (self: PlatformIterator, sent: unknown) {
    if (self.#ended) return { value: undefined, done: true };
    let answered = false;
    try {
      const result = checked((yield self.#iterator.next(sent)) as IteratorResult<unknown>);
      answered = true;
      if (result.done) self.#ended = true;
      return result;
    } catch (error) {
      answered = true;
      self.#ended = true;
      throw error;
    } finally {
      if (!answered) {
        self.#ended = true;
        yield self.#stop();
      }
    }
  });

  static readonly #close = hidden("return", function* (self: PlatformIterator, value: unknown) {
    const iterator = self.#iterator;
    if (self.#ended || !iterator.return) return { value, done: true };
    self.#ended = true;
    return (yield iterator.return(value)) as IteratorResult<unknown>;
  });

  next(sent?: unknown): Coroutine<IteratorResult<unknown, unknown>> {
    return noteCreated(PlatformIterator.#pull(this, sent), this.next);
  }

  return(value?: unknown): Coroutine<IteratorResult<unknown, unknown>> {
    return noteCreated(PlatformIterator.#close(this, value), this.return);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Coroutine<void> {
    return this.return() as Coroutine<unknown> as Coroutine<void>;
  }
}

/** The iterator of a web stream, as the standard has it: the lock is released at the end. */
function readerIterator(reader: ReadableStreamDefaultReader<unknown>): AnyIterator {
  const release = (): void => reader.releaseLock();
  return {
    next: () =>
      reader.read().then(
        (result) => {
          if (result.done) release();
          return result;
        },
        (error: unknown) => {
          release();
          throw error;
        },
      ) as Promise<IteratorResult<unknown>>,
    return: (value) =>
      reader.cancel(value).then(() => {
        release();
        return { value, done: true };
      }),
  };
}
