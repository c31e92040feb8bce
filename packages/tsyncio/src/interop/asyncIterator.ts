/**
 * The async iterators that tasks wait for, of streams too.
 *
 * A wait for the next value can be cancelled, and the iterator is closed then. Of a native one that has its limits: an async generator
 * keeps `return()` waiting behind the very `next()` that may never come. So it is told, and not waited for; and the streams of the
 * platform, whose iterators are of that kind, are stopped by their own means, at once: one of Node is destroyed, one of the web cancelled.
 */
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { unfit } from "../kernel/unfit.js";

const nextSite = librarySite("next");
const returnSite = librarySite("return");

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
    return stoppable(iterator, () => iterator.return?.());
  }
  const open = source?.[Symbol.asyncIterator];
  if (open === undefined || open === null) return undefined;
  if (typeof open !== "function") throw unfit("[Symbol.asyncIterator] is a function", open);
  const iterator = checked(open.call(source));
  if (typeof source?.destroy !== "function" || source.destroyed === undefined) return iterator;
  return stoppable(iterator, () => {
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

/**
 * An iterator of which cancelling the wait for the next value ends it.
 *
 * @param stop - closes it although `next()` is on; what it gives is awaited
 */
export function stoppable(iterator: AnyIterator, stop: () => unknown): CoroutineIterator<unknown> {
  let ended = false;
  function* pull(sent: unknown): Generator<unknown, IteratorResult<unknown>, unknown> {
    if (ended) return { value: undefined, done: true };
    let answered = false;
    try {
      const result = checked((yield iterator.next(sent)) as IteratorResult<unknown>);
      answered = true;
      if (result.done) ended = true;
      return result;
    } catch (error) {
      answered = true;
      ended = true;
      throw error;
    } finally {
      if (!answered) {
        ended = true;
        yield stop();
      }
    }
  }
  function* close(value: unknown): Generator<unknown, unknown, unknown> {
    if (ended || !iterator.return) return { value, done: true };
    ended = true;
    return yield iterator.return(value);
  }
  function* fail(error: unknown): Generator<unknown, unknown, unknown> {
    ended = true;
    return yield iterator.throw?.(error);
  }
  const made = {
    next: (sent?: unknown) => noteCreated(new FrameCoroutine(nextSite, pull(sent)), made.next),
    return: (value?: unknown) => noteCreated(new FrameCoroutine(returnSite, close(value)), made.return),
    // For `yield*`, which asks whether there is one.
    throw: iterator.throw && ((error?: unknown) => new FrameCoroutine(returnSite, fail(error))),
    [Symbol.asyncIterator]: () => made,
    [Symbol.asyncDispose]: () => made.return(),
  } as unknown as CoroutineIterator<unknown>;
  return made;
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
