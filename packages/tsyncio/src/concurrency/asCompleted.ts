/** Awaitables in the order in which they end. */
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import type { Future } from "../kernel/future.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Task } from "../kernel/task.js";
import type { Awaitable } from "../kernel/toFuture.js";
import { iterate } from "../queues/itemIterator.js";
import { Queue } from "../queues/queue.js";
import { distinct, listOf, sourcesOf } from "./sources.js";
import { watchAll } from "./watchAll.js";
import { timeoutError } from "./withTimeout.js";

/** What `for await` gives for an argument of `asCompleted`: the task or future itself, or the task that was made of it. */
export type Completed<A> = A extends Future<unknown> ? A : Task<Awaited<A>>;

/** The iterator of `for await`; by hand, `yield* iterator.next()`. */
export interface CompletedIterator<A> extends AsyncIterableIterator<Completed<A>, undefined, undefined> {
  next(): Coroutine<IteratorResult<Completed<A>, undefined>>;
  [Symbol.asyncIterator](): this;
}

/** What `asCompleted` gives. Each iteration goes on where the last one stopped. */
export interface Completions<A> {
  /** A coroutine for each argument: it gives the result of the next one that ends, or throws its error. */
  [Symbol.iterator](): IterableIterator<Coroutine<Awaited<A>>, undefined, undefined>;
  /** The tasks and futures, each when it is done. */
  [Symbol.asyncIterator](): CompletedIterator<A>;
}

/** What the iterations of one call share. */
interface Completing {
  readonly timeout: number;
  /** Those that have ended; after the time was up, `null` for each of the others. */
  readonly ended: Queue<Future<unknown> | null>;
  /** How many may still be asked for. */
  left: number;
}

const nextOf = hidden("asCompleted", function* (from: Completing) {
  let future: unknown;
  try {
    future = yield from.ended.get();
  } finally {
    // Nothing was taken: it is there for the next who asks.
    if (future === undefined) from.left++;
  }
  if (!future) throw timeoutError(from.timeout);
  return future as Future<unknown>;
});

const nextResult = hidden("asCompleted", function* (from: Completing) {
  return yield (yield nextOf(from)) as Future<unknown>;
});

const nextOriginal = hidden("asCompleted", function* (from: Completing) {
  if (from.left === 0) return { value: undefined, done: true };
  from.left--;
  return { value: yield nextOf(from), done: false };
});

/**
 * Runs awaitables at once, beginning now, and gives them in the order in which they end (source: `asyncio.as_completed`). Nothing is
 * cancelled by it, neither where the time is up nor where the loop over it is left.
 *
 * `for (const next of …)` gives coroutines: awaited, each gives the next result, or throws the next error; several may be awaited at
 * once. `for await (const task of …)` gives the tasks and futures themselves, done.
 *
 * @throws TypeError where an argument cannot be awaited, before anything is started
 * @throws TimeoutError from the await or the step in which the time was up, and from those after it
 * @example
 * ```ts
 * for (const next of asCompleted(urls.map(download), { timeout: "10s" })) console.log(await next);
 *
 * for await (const task of asCompleted(tasks)) console.log(task.name, task.exception() ?? task.result());
 * ```
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  { timeout }: { timeout?: Duration | undefined } = {},
): Completions<A> {
  const limit = milliseconds(timeout ?? NEVER);
  const sources = sourcesOf(distinct(listOf(awaitables, "asCompleted")), "asCompleted");
  const from: Completing = { timeout: limit, ended: new Queue(), left: sources.length };
  let unfinished = sources.length;
  const end = (future: Future<unknown> | null): void => {
    if (unfinished === 0) return;
    from.ended.putNowait(future);
    if (--unfinished === 0) stop();
  };
  const expired = (): void => {
    while (unfinished > 0) end(null);
  };
  const stop = watchAll(sources, limit, end, expired, from.ended);
  if (unfinished === 0) stop();
  const each: IterableIterator<Coroutine<unknown>, undefined> = {
    next() {
      if (from.left === 0) return { value: undefined, done: true };
      from.left--;
      return { value: noteCreated(nextResult(from), each.next as never), done: false };
    },
    [Symbol.iterator]: () => each,
  };
  const originals = iterate(() => nextOriginal(from));
  return { [Symbol.iterator]: () => each, [Symbol.asyncIterator]: () => originals } as never;
}
