/**
 * Several awaitables at once.
 *
 * - The results stand in the order of the arguments.
 * - The first error by time is thrown at once; the siblings go on, and their later errors are dropped (source: `asyncio.gather`).
 * - Where the gather is cancelled, all children are cancelled; it is done when all of them have cleaned up.
 * - With `concurrency: n` at most n run at once. Coroutines are lazy, so that is all a limit needs.
 */
import { CancelledError, oneOrGroup } from "../kernel/errors.js";
import { forwardCancel } from "../kernel/forwardCancel.js";
import { EXCEPTION, Future, Observer, RESULT, STATE } from "../kernel/future.js";
import { bareGenerator, type Coroutine, isBareGenerator } from "../kernel/coroutine.js";
import type { Root } from "../kernel/root.js";
import { currentRoot } from "../kernel/scheduler.js";
import { begin } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, isAwaitable, toCoroutine } from "../kernel/toFuture.js";
import { unfit } from "../kernel/unfit.js";

/** Options of `gather`. */
export interface GatherOptions {
  /** Give errors as results, in their places. */
  returnExceptions?: boolean | undefined;
  /** How many may run at once; default: all. */
  concurrency?: number | undefined;
}

/** The results of a tuple of awaitables. */
export type Gathered<A extends readonly unknown[]> = { -readonly [K in keyof A]: Awaited<A[K]> };

class GatherFuture<T extends unknown[]> extends Future<T> {
  readonly root: Root = currentRoot();
  /** Futures, and the coroutines that have to wait for a place. */
  readonly #sources: (Future<unknown> | Coroutine<unknown>)[];
  readonly #returnExceptions: boolean;
  #next = 0;
  #unfinished: number;
  #cancelCalled = false;
  #reason: unknown = undefined;

  constructor(sources: (Future<unknown> | Coroutine<unknown>)[], options: GatherOptions) {
    super();
    this.#sources = sources;
    this.#returnExceptions = options.returnExceptions ?? false;
    this.#unfinished = sources.length;
    if (sources.length === 0) this.settle(RESULT, []);
    for (let places = options.concurrency ?? sources.length; places > 0 && this.#next < sources.length; places--) this.#startNext();
  }

  #startNext(): void {
    const index = this.#next++;
    const source = this.#sources[index] as Future<unknown> | Coroutine<unknown>;
    const future = source instanceof Future ? source : begin(source, this.root);
    this.#sources[index] = future;
    future.retrieve();
    new Observer(future, true, this.root.scheduler, this.#ended);
  }

  readonly #ended = (future: Future<unknown>): void => {
    this.#unfinished--;
    if (this.done()) return;
    const failed = (future.flags & STATE) !== RESULT;
    if (failed && !this.#returnExceptions && !this.#cancelCalled) {
      this.#drop();
      this.settle(EXCEPTION, future.error());
      return;
    }
    if (this.#unfinished === 0) this.#finish();
    else if (this.#next < this.#sources.length && !this.#cancelCalled) this.#startNext();
  };

  #finish(): void {
    const futures = this.#sources as Future<unknown>[];
    if (this.#cancelCalled) {
      const errors = futures.filter((future) => (future.flags & STATE) === EXCEPTION).map((future) => future.value);
      if (errors.length > 0 && !this.#returnExceptions) this.settle(EXCEPTION, oneOrGroup("clean-ups failed", errors));
      // As in asyncio the gather fails with the CancelledError and is not itself cancelled().
      else this.settle(EXCEPTION, new CancelledError(this.#reason));
      return;
    }
    this.settle(RESULT, futures.map((future) => ((future.flags & STATE) === RESULT ? future.value : future.error())) as T);
  }

  /** Those that have no place yet will never get one. */
  #drop(): void {
    for (; this.#next < this.#sources.length; this.#next++) {
      const source = this.#sources[this.#next] as Coroutine<unknown> | Future<unknown>;
      if (!(source instanceof Future)) source.dispose();
      this.#unfinished--;
    }
  }

  /** Cancels all children that are not done; false where all are. */
  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    const started = this.#sources.slice(0, this.#next) as Future<unknown>[];
    let any = this.#next < this.#sources.length;
    for (const child of started) if (child.cancel(reason)) any = true;
    if (!any) return false;
    this.#cancelCalled = true;
    this.#reason = reason;
    const waiting = this.#sources.splice(this.#next);
    for (const source of waiting) if (!(source instanceof Future)) source.dispose();
    this.#unfinished -= waiting.length;
    if (this.#unfinished === 0) this.#finish();
    return true;
  }

  override cancelFor(task: Task<unknown>, reason: unknown): boolean {
    return !this.awaitedByOthers(task) && forwardCancel(task, this as unknown as Future<unknown>, reason);
  }

  override describe(): string {
    return `gather (${this.#unfinished} of ${this.#sources.length} not done)`;
  }

  override get [Symbol.toStringTag](): string {
    return "Gather";
  }
}

/**
 * Runs awaitables at once and gives their results in order, typed as a tuple (source: `asyncio.gather`).
 *
 * @throws the first error by time, while the siblings go on; with `returnExceptions` none
 * @throws TypeError where an argument cannot be awaited, before anything is started
 * @example
 * ```ts
 * const [user, orders] = await gather(loadUser(id), loadOrders(id));
 * const pages = await gather(urls.map(download), { concurrency: 8 });
 * ```
 */
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Future<Gathered<A>>;
export function gather<const A extends readonly Awaitable<unknown>[]>(awaitables: A, options: GatherOptions & { returnExceptions: true }): Future<{ -readonly [K in keyof A]: Awaited<A[K]> | Error }>;
export function gather<const A extends readonly Awaitable<unknown>[]>(awaitables: A, options?: GatherOptions): Future<Gathered<A>>;
export function gather<T>(awaitables: Iterable<Awaitable<T>>, options?: GatherOptions): Future<T[]>;
export function gather(first?: unknown, ...rest: unknown[]): Future<unknown[]> {
  const listed = first !== undefined && !isAwaitable(first);
  const values = listed ? listOf(first) : first === undefined && rest.length === 0 ? [] : [first, ...rest];
  const options = (listed ? (rest[0] ?? {}) : {}) as GatherOptions;
  const { concurrency } = options;
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0) && concurrency !== Number.POSITIVE_INFINITY) {
    throw unfit("concurrency is a whole number from 1", concurrency);
  }
  return new GatherFuture(takeAll(values), concurrency === Number.POSITIVE_INFINITY ? { ...options, concurrency: undefined } : options);
}

function listOf(value: unknown): unknown[] {
  if (isBareGenerator(value)) throw bareGenerator("gather");
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw unfit("gather takes awaitables, or an array of them", value);
}

/** Takes every coroutine, or none where one of the arguments is unfit. The same awaitable twice is run once. */
function takeAll(values: unknown[]): (Future<unknown> | Coroutine<unknown>)[] {
  const sources: (Future<unknown> | Coroutine<unknown>)[] = [];
  let tasks: Map<unknown, Future<unknown>> | undefined;
  for (const value of values) sources.push(value instanceof Future ? value : toCoroutine(value, "gather"));
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index] as Future<unknown> | Coroutine<unknown>;
    if (source instanceof Future) continue;
    if (source.taken()) {
      const earlier = sources.indexOf(source);
      if (earlier >= index) throw source.reused();
      // Given twice: both places await one task.
      tasks ??= new Map();
      const task = tasks.get(source) ?? begin(source, currentRoot());
      tasks.set(source, task);
      sources[index] = task;
    } else source.take();
  }
  if (tasks !== undefined) for (const [index, source] of sources.entries()) sources[index] = tasks.get(source) ?? source;
  return sources;
}
