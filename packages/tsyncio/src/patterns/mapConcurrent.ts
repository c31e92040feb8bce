/**
 * A function over the items of an iterable, several at once, as an async iterable of the results.
 *
 * A task of its own (`runner`) holds a group: its body pulls the items one by one, its children work on them. What is begun and not yet
 * taken is counted, so the pulling waits for the consumer. The results stand in a map from the item's number, in the order in which they
 * came: the consumer looks for the next number, or takes the first there is.
 *
 * Whoever ends it, a failure or a consumer that leaves, cancels the group once, and everybody waits for the runner's end: a second
 * cancellation would interrupt the clean-ups.
 */
import { type TaskGroup, withTaskGroup } from "../concurrency/taskGroup.js";
import {
  type AnyIterator,
  type CoroutineIterator,
  closeAbandoned,
  openAsync,
  stoppable,
} from "../interop/asyncIterator.js";
import { Calling } from "../kernel/calling.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { CancelledError, ExceptionGroup } from "../kernel/errors.js";
import { oneOrGroup } from "../kernel/exceptionGroup.js";
import { Future } from "../kernel/future.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { isAwaitable } from "../kernel/toFuture.js";
import { checkCount, checkFunction, unfit } from "../kernel/unfit.js";

const site = librarySite("mapConcurrent");

/** Options of `mapConcurrent`. */
export interface MapConcurrentOptions {
  /** How many items may be worked on at once, those counted that are done and not yet taken. */
  concurrency: number;
  /** Give the results in the order of the items, and not in that in which they are done; default: true. */
  ordered?: boolean | undefined;
}

type Worker = (item: unknown, index: number) => unknown;
type Result = IteratorResult<unknown, undefined>;

class Mapping implements CoroutineIterator<unknown> {
  readonly #source: unknown;
  readonly #fn: Worker;
  readonly #concurrency: number;
  readonly #ordered: boolean;
  readonly #results: Map<number, unknown> = new Map();
  readonly #errors: unknown[] = [];
  #begun = 0;
  #taken = 0;
  #runner: Task<void> | null = null;
  #group: TaskGroup | null = null;
  /** The group is cancelled. */
  #ending = false;
  #closed = false;
  /** The outcome of the runner was given to a consumer. */
  #told = false;
  /** Replaced whenever something happens that somebody may wait for. */
  #change: Future<void> = new Future();

  constructor(source: unknown, fn: Worker, concurrency: number, ordered: boolean) {
    this.#source = source;
    this.#fn = fn;
    this.#concurrency = concurrency;
    this.#ordered = ordered;
  }

  next(): Coroutine<Result> {
    return noteCreated(Mapping.#next(this), this.next);
  }

  return(): Coroutine<Result> {
    return noteCreated(Mapping.#return(this), this.return);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Coroutine<void> {
    return this.return() as Coroutine<unknown> as Coroutine<void>;
  }

  readonly #changed = (): void => {
    const change = this.#change;
    this.#change = new Future();
    change.setResult();
  };

  /** One that was cancelled, by itself or by who knows its task, has no result: the others would be waited for in vain. */
  readonly #worked = (task: Future<unknown>): void => {
    if (!task.cancelled() || this.#ending || this.#runner?.cancelling() !== 0) return;
    this.#errors.push(new CancelledError());
    this.#end();
  };

  #end(): void {
    const runner = this.#runner;
    if (!runner || this.#ending || runner.cancelling() > 0) return;
    this.#ending = true;
    // Without a group it has not begun.
    (this.#group ?? runner).cancel();
  }

  static readonly #next = hidden("mapConcurrent", function* (self: Mapping): Generator<unknown, Result, unknown> {
    if (!self.#runner && !self.#closed) {
      self.#runner = spawn(Mapping.#run(self), currentRoot(), { name: "mapConcurrent" });
      self.#runner.addDoneCallback(self.#changed);
    }
    let answered = false;
    try {
      for (;;) {
        const results = self.#results;
        const number = self.#ordered ? self.#taken : (results.keys().next().value as number);
        if (!self.#closed && results.has(number)) {
          const value = results.get(number);
          results.delete(number);
          self.#taken++;
          self.#changed();
          answered = true;
          return { value, done: false };
        }
        if (self.#runner?.done() !== false) break;
        yield self.#change;
      }
      answered = true;
    } finally {
      // Nobody asks for the next one: the wait was cancelled.
      if (!answered) yield Mapping.#close(self);
    }
    if (!self.#told) {
      self.#told = true;
      yield self.#runner;
    }
    return { value: undefined, done: true };
  });

  static readonly #return = hidden("mapConcurrent", function* (self: Mapping): Generator<unknown, Result, unknown> {
    yield Mapping.#close(self);
    return { value: undefined, done: true };
  });

  static readonly #close = hidden("mapConcurrent", function* (self: Mapping) {
    self.#closed = true;
    self.#results.clear();
    self.#end();
    if (self.#told) return;
    self.#told = true;
    try {
      yield self.#runner;
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    }
  });

  static readonly #run = hidden("mapConcurrent", function* (self: Mapping): Generator<unknown, void, unknown> {
    const errors = self.#errors;
    try {
      yield withTaskGroup((group) => Mapping.#pull(self, group));
    } catch (error) {
      errors.push(...(error instanceof ExceptionGroup ? error.errors : [error]));
    }
    if (errors.length > 0) throw oneOrGroup("mapConcurrent failed", errors);
  });

  static readonly #pull = hidden("mapConcurrent", function* (self: Mapping, group: TaskGroup) {
    self.#group = group;
    const source = self.#source as Iterable<unknown>;
    const async = openAsync(source);
    const iterator = async ?? (source[Symbol.iterator]() as unknown as AnyIterator);
    const items = stoppable(iterator, () => closeAbandoned(iterator));
    try {
      for (;;) {
        while (self.#begun - self.#taken >= self.#concurrency) yield self.#change;
        const { value, done } = (yield items.next()) as Result;
        if (done) return;
        const item = async ? value : yield value;
        group.createTask(Mapping.#work(self, item, self.#begun++)).addDoneCallback(self.#worked);
      }
    } catch (error) {
      self.#ending = true;
      throw error;
    } finally {
      yield items.return();
    }
  });

  static readonly #work = hidden("mapConcurrent", function* (self: Mapping, item: unknown, number: number) {
    try {
      self.#results.set(number, yield new Calling(site, () => self.#fn(item, number)));
      self.#changed();
    } catch (error) {
      self.#errors.push(error);
      self.#end();
    }
  });
}

/**
 * Calls a function with each item, for at most `concurrency` items at once, and gives the results, in the order of the items or in that in
 * which they are done.
 *
 * It is lazy: nothing begins before the first result is asked for, and items are pulled as results are taken: what is worked on and what is
 * done and waits to be taken are never more than `concurrency` together.
 *
 * The first error, of the function or of the source, cancels what else runs; when all that has cleaned up, the results that were done
 * before are given, and then the error, or a group of it and of those of clean-ups. Leaving the loop early, or a cancellation, cancels what
 * runs too, waits for it, and closes the source; an error that nobody has seen by then is thrown there.
 *
 * @param source - an iterable or an async iterable, of items or, where it is a sync one, of promises or coroutines of them
 * @param fn - receives the item and its number, and returns what to await
 * @throws TypeError where an argument is unfit
 * @throws (while iterating) what the source or the function throws
 * @example
 * ```ts
 * for await (const page of mapConcurrent(urls, (url) => download(url), { concurrency: 8 })) index(page);
 * ```
 */
export function mapConcurrent<T, R>(
  source: AsyncIterable<T> | Iterable<T | PromiseLike<T>>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: MapConcurrentOptions,
): CoroutineIterator<R> {
  // Who writes JavaScript may leave them out, and is told then what they are.
  const { concurrency, ordered = true } = options ?? {};
  const iterable = source as Partial<AsyncIterable<T> & Iterable<T> & ReadableStream<T>> | null;
  if (
    isAwaitable(source) ||
    typeof (iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator] ?? iterable?.getReader) !== "function"
  )
    throw unfit("mapConcurrent takes an iterable or an async iterable", source);
  checkFunction(fn, "mapConcurrent calls a function with each item");
  checkCount(concurrency, 1, "concurrency");
  return new Mapping(source, fn as Worker, concurrency, ordered) as CoroutineIterator<unknown> as CoroutineIterator<R>;
}
