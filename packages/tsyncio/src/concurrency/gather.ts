/**
 * Several awaitables at once.
 *
 * - The results stand in the order of the arguments.
 * - The first error by time is thrown at once; the siblings go on, and their later errors are dropped (source: `asyncio.gather`).
 * - Where the gather is cancelled, all children are cancelled; it is done when all of them have cleaned up.
 * - With `concurrency: n` at most n run at once. Coroutines are lazy, so that is all a limit needs.
 */

import { isOwnCoroutine } from "../kernel/awaitable.js";
import { begin } from "../kernel/begin.js";
import type { CoreFuture, Owner } from "../kernel/coreFuture.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { type ContextHolder, currentContext } from "../kernel/currentContext.js";
import { NEVER } from "../kernel/duration.js";
import { CancelledError } from "../kernel/errors.js";
import { oneOrGroup } from "../kernel/exceptionGroup.js";
import { forwardCancel } from "../kernel/forwardCancel.js";
import { Future } from "../kernel/future.js";
import { EXCEPTION, RESULT, STATE } from "../kernel/futureBits.js";
import { hooks } from "../kernel/hooks.js";
import { keepShape } from "../kernel/keepShape.js";
import { Observer } from "../kernel/observer.js";
import type { Root } from "../kernel/root.js";
import { currentRoot } from "../kernel/scheduler.js";
import { type Awaitable, isAwaitable } from "../kernel/toFuture.js";
import { checkCount } from "../kernel/unfit.js";
import { listOf, sourcesOf } from "./sources.js";

/** Options of `gather`. */
export interface GatherOptions {
  /** Give errors as results, in their places. */
  returnExceptions?: boolean | undefined;
  /** How many may run at once; default: all. */
  concurrency?: number | undefined;
}

/** The results of a tuple of awaitables. */
export type Gathered<A extends readonly unknown[]> = { -readonly [K in keyof A]: Awaited<A[K]> };

/** A coroutine is one of those that have not begun. */
type Child = CoreFuture | Coroutine<unknown>;

// It counts as a task where it is awaited.
hooks.forwardCancel = forwardCancel;

class GatherFuture<T extends unknown[]> extends Future<T> implements Owner {
  override readonly root: Root;
  /** A coroutine is one of those that have to wait for a place. */
  /** @internal */ readonly sources: Child[];
  readonly #returnExceptions: boolean;
  /** Those before it have begun; those from it on wait for a place. */
  #next = 0;
  /** @internal */ readonly next: null = null;
  /** How many have ended. */
  #count = 0;
  #cancelled: CancelledError | null = null;
  /** Where some have to wait for a place: what the variables were at the call. */
  readonly #context: ContextHolder | null;

  constructor(sources: Child[], options: GatherOptions, root: Root) {
    super();
    this.root = root;
    this.sources = sources;
    this.#returnExceptions = options.returnExceptions ?? false;
    this.#context = options.concurrency ? { vars: currentContext().vars } : null;
    if (sources.length === 0) this.#finish();
    const done: CoreFuture[] = [];
    for (let places = options.concurrency ?? NEVER; places > 0 && this.#next < sources.length; places--)
      this.#beginNext(done);
    // What is done at the call counts at once, so that a gather of nothing else is done, too.
    for (const future of done) this.ended(future);
  }

  #beginNext(done?: CoreFuture[]): void {
    const source = this.sources[this.#next] as Child;
    let future = source as CoreFuture;
    const { context } = current;
    try {
      if (!done) current.context = this.#context;
      if (isOwnCoroutine(source)) future = begin(source, this.root);
    } catch (error) {
      // Of a task factory. A child that could not begin has failed.
      future = new Future();
      future.settle(EXCEPTION, error);
    }
    current.context = context;
    this.sources[this.#next++] = future;
    future.retrieve();
    if (done && future.done()) done.push(future);
    else if (!this.#context && isOwnCoroutine(source)) (future as CoreTask).ownedBy(this);
    else new Observer(future, this.#awaits, this.root.scheduler, this.ended, this);
  }

  /** @internal Who awaits it awaits the children, for as long as it is not done. */
  get awaits(): boolean {
    return !this.done();
  }

  readonly #awaits = (): boolean => this.awaits;

  /** @internal */
  get asker(): unknown {
    return this;
  }

  /** @internal */
  readonly ended = (future: CoreFuture): void => {
    this.#count++;
    if (this.done()) return;
    if ((future.flags & STATE) !== RESULT && !this.#returnExceptions && !this.#cancelled) {
      this.#dropWaiting();
      this.settle(EXCEPTION, future.error());
    } else if (this.#count === this.sources.length) this.#finish();
    else if (this.#next < this.sources.length) this.#beginNext();
  };

  #finish(): void {
    const futures = this.sources as CoreFuture[];
    // As in asyncio a gather that was cancelled fails with the CancelledError and is not itself cancelled(); so one among the children.
    if (this.#cancelled) {
      const errors = futures.flatMap(({ flags, value }) =>
        (flags & STATE) === EXCEPTION && !this.#returnExceptions && !(value instanceof CancelledError) ? [value] : [],
      );
      this.settle(EXCEPTION, errors.length > 0 ? oneOrGroup("clean-ups failed", errors) : this.#cancelled);
    } else
      this.settle(
        RESULT,
        futures.map((future) => ((future.flags & STATE) === RESULT ? future.value : future.error())),
      );
  }

  /** Those that have no place yet will never get one. */
  #dropWaiting(): void {
    for (const source of this.sources.splice(this.#next)) if (isOwnCoroutine(source)) source.dispose();
  }

  /** Cancels all children that are not done; false where all are. */
  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    let any = this.#next < this.sources.length;
    for (const child of this.sources.slice(0, this.#next) as CoreFuture[]) any = child.cancel(reason) || any;
    if (!any) return false;
    this.#cancelled = new CancelledError(reason);
    this.#dropWaiting();
    if (this.#count === this.#next) this.#finish();
    return true;
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
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options: GatherOptions & { returnExceptions: true },
): Future<{ -readonly [K in keyof A]: Awaited<A[K]> | Error }>;
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options?: GatherOptions,
): Future<Gathered<A>>;
export function gather<T>(awaitables: Iterable<Awaitable<T>>, options?: GatherOptions): Future<T[]>;
export function gather(...args: unknown[]): Future<unknown[]> {
  const listed = args.length > 0 && !isAwaitable(args[0]);
  const values = listed ? listOf(args[0], "gather") : args;
  const options = (listed && (args[1] as GatherOptions | undefined)) || {};
  const { concurrency = NEVER } = options;
  checkCount(concurrency, 1, "concurrency");
  return new GatherFuture(takeAll(values), options, currentRoot());
}

/** Takes every coroutine, or none where one of the arguments is unfit. The same awaitable twice is run once. */
function takeAll(values: unknown[]): Child[] {
  const sources: Child[] = sourcesOf(values, "gather");
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index] as Child;
    if (!isOwnCoroutine(source)) continue;
    if (source.taken()) {
      // Given twice: all its places await one task.
      const task = begin(source, currentRoot());
      for (const [place, other] of sources.entries()) if (other === source) sources[place] = task;
    } else source.take();
  }
  return sources;
}

keepShape(new GatherFuture([], {}, null as never));
