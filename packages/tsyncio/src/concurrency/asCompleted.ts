/** Awaitables in the order in which they end. */
import type { Waitable } from "../kernel/awaitable.js";
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { Future, Observer } from "../kernel/future.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot, type Scheduler } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { CLAIMING } from "../kernel/taskBits.js";
import type { Bucket, Timer } from "../kernel/timerQueue.js";
import type { Awaitable } from "../kernel/toFuture.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import { WaitQueue } from "../sync/waitQueue.js";
import { distinct, listOf, sourcesOf } from "./sources.js";
import { timeoutError } from "./withTimeout.js";

const site = librarySite("asCompleted");

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

/** Those that have ended, those that ask for the next, and the time. */
class Completing implements Timer {
  when: number;
  prev: Timer | null = null;
  next: Timer | null = null;
  bucket: Bucket | null = null;
  /** How many may still be asked for. */
  left: number;
  readonly timeout: number;
  readonly waiting: WaitQueue = new WaitQueue();
  readonly #scheduler: Scheduler = currentRoot().scheduler;
  readonly #observers: Observer[];
  readonly #done: Future<unknown>[] = [];
  #taken = 0;
  #expired = false;

  constructor(futures: Future<unknown>[], timeout: number) {
    const scheduler = this.#scheduler;
    this.left = futures.length;
    this.timeout = timeout;
    this.#observers = futures.map((future) => new Observer(future, false, scheduler, this.#ended));
    this.when = scheduler.time() + timeout;
    if (this.left > 0) scheduler.addTimer(this, timeout === 0);
  }

  readonly #ended = (future: Future<unknown>): void => {
    if (this.#expired) return;
    this.#done.push(future);
    if (this.#done.length === this.#observers.length) this.#scheduler.timers.remove(this);
    this.wakeOne();
  };

  /** The time is up. */
  run(): void {
    this.#expired = true;
    for (const observer of this.#observers) observer.leave();
    while (this.waiting.size > 0) this.wakeOne();
  }

  wakeOne(): void {
    this.waiting.shift()?.wakeUp(CLAIMING);
  }

  /** Whether nobody has to wait: one has ended, or the time is up. */
  ready(): boolean {
    return this.#expired || this.#taken < this.#done.length;
  }

  /** The next one that has ended; undefined where the time was up before. */
  take(): Future<unknown> | undefined {
    return this.#done[this.#taken++];
  }
}

class Next extends Coroutine<unknown> implements Waitable {
  readonly #from: Completing;
  readonly #original: boolean;

  constructor(from: Completing, original: boolean) {
    super(site);
    this.#from = from;
    this.#original = original;
  }

  begin(task: Task<unknown>): Verdict {
    const from = this.#from;
    if (this.#original) {
      if (from.left === 0) {
        task.sent = { value: undefined, done: true };
        return RESUME;
      }
      from.left--;
    }
    return this.claim(task);
  }

  claim(task: Task<unknown>): Verdict {
    const from = this.#from;
    if (!from.ready()) {
      from.waiting.add(task);
      task.waitingOn = this;
      return SUSPEND;
    }
    const future = from.take();
    if (!future) {
      task.sent = timeoutError(from.timeout);
      return RAISE;
    }
    if (!this.#original) return future.awaitedBy(task);
    task.sent = { value: future, done: false };
    return RESUME;
  }

  /** Nothing was taken: it is there for the next who asks. */
  abandon(task: Task<unknown>): void {
    const from = this.#from;
    from.left++;
    if (!from.waiting.remove(task) && from.ready()) from.wakeOne();
  }

  override dispose(): void {
    super.dispose();
    if (!this.#original) this.#from.left++;
  }

  override describe(): string {
    return "the next of asCompleted";
  }
}

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
  const from = new Completing(
    sources.map((source) => (source instanceof Future ? source : spawn(source))),
    limit,
  );
  const each = {
    next(): IteratorResult<Next, undefined> {
      if (from.left === 0) return { value: undefined, done: true };
      from.left--;
      return { value: noteCreated(new Next(from, false), each.next), done: false };
    },
    [Symbol.iterator]: () => each,
  };
  const originals = {
    next: () => noteCreated(new Next(from, true), originals.next),
    [Symbol.asyncIterator]: () => originals,
  };
  return { [Symbol.iterator]: () => each, [Symbol.asyncIterator]: () => originals } as never;
}
