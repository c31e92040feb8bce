/** A queue between tasks that produce and tasks that consume. */
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { InvalidStateError, QueueEmpty, QueueFull, QueueShutDown } from "../kernel/errors.js";
import { keepShape } from "../kernel/keepShape.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Ring } from "../kernel/ring.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { unfit } from "../kernel/unfit.js";
import { WaitQueue } from "../kernel/waitQueue.js";
import { entitle, Primitive } from "../sync/primitive.js";
import { Attempt, insist, type Refusal } from "./attempt.js";
import { type ItemIterator, iterate } from "./itemIterator.js";

const putSite = librarySite("Queue.put");
const joinSite = librarySite("Queue.join");

/** How the items are kept: which one is the next. */
export interface Store<T> {
  readonly size: number;
  push(item: T): void;
  /** Called only where there is an item. */
  shift(): T;
  /** It is empty. */
  shrink?(): void;
}

class Get<T> extends Attempt<unknown, Queue<T>> {
  refusal(): Refusal {
    return this.place.refusesGet();
  }

  perform(): unknown {
    return this.place.take();
  }
}

class Next<T> extends Get<T> {
  override perform(): unknown {
    return { value: super.perform(), done: false };
  }

  override refused(refusal: new () => Error): unknown {
    return refusal === QueueShutDown ? { value: undefined, done: true } : super.refused(refusal);
  }
}

class Put<T> extends Attempt<unknown, Queue<T>> {
  readonly item: T;

  constructor(queue: Queue<T>, item: T) {
    super(putSite, queue, queue.putting);
    this.item = item;
  }

  refusal(): Refusal {
    return this.place.refusesPut();
  }

  perform(): void {
    this.place.add(this.item);
  }
}

class Join<T> extends Attempt<unknown, Queue<T>> {
  refusal(): Refusal {
    return this.place.refusesJoin();
  }

  perform(): void {}
}

/**
 * Hands items from tasks that put them to tasks that get them, first in, first out (source: `asyncio.Queue`). With a size it keeps
 * producers from running ahead: `put()` waits for room.
 *
 * Those that wait are served in the order in which they came. Nothing is promised to one that was woken and has not resumed: a task that
 * comes in between may take the item, as in asyncio. Nothing is lost where a task is cancelled.
 *
 * @example
 * ```ts
 * const jobs = new Queue<URL>(100);
 * createTask(produce(jobs));               // await jobs.put(url) …, and jobs.shutdown() at the end
 * for await (const url of jobs) {          // ends when the queue was shut down and is empty
 *   await download(url);
 *   jobs.taskDone();
 * }
 * ```
 */
export class Queue<T = unknown> extends Primitive implements AsyncIterable<T> {
  /** As given; 0 or less: without a limit. */
  readonly maxSize: number;
  readonly #items: Store<T>;
  /** Items that were put in and not told `taskDone()` of. */
  #unfinished = 0;
  #shutDown = false;
  /** @internal */ readonly putting: WaitQueue = new WaitQueue();
  readonly #joining: WaitQueue = new WaitQueue();

  /**
   * @param maxSize - the most items that it holds; 0, the default, or less: without a limit
   * @throws TypeError where that is not a number
   */
  constructor(maxSize?: number);
  /** @internal */
  constructor(maxSize?: number, store?: Store<T>);
  constructor(maxSize = 0, store: Store<T> = new Ring<T>()) {
    super();
    // Also NaN, which would be an unlimited queue by mistake.
    if (maxSize !== Number(maxSize)) throw unfit("maxSize is a number of items", maxSize);
    this.maxSize = maxSize;
    this.#items = store;
  }

  static {
    entitle(Queue, "Queue", "get");
  }

  /** How many items are in it. */
  get size(): number {
    return this.#items.size;
  }

  empty(): boolean {
    return this.#items.size === 0;
  }

  /** Whether `put()` would wait; never where there is no limit. */
  full(): boolean {
    return this.maxSize > 0 && this.#items.size >= this.maxSize;
  }

  /**
   * Puts an item in; waits for room where the queue is full.
   *
   * @throws QueueShutDown where the queue was shut down, before or while it waits
   */
  put(item: T): Coroutine<void> {
    return noteCreated(new Put(this, item), this.put) as Coroutine<void>;
  }

  /**
   * Takes an item out; waits for one where the queue is empty. Cancelled before it could resume, it has taken none.
   *
   * @throws QueueShutDown where the queue was shut down, before or while it waits, and is empty
   */
  get(): Coroutine<T> {
    return noteCreated(new Get(this.site, this, this.waiting), this.get) as Coroutine<T>;
  }

  /**
   * Puts an item in, at once.
   *
   * @throws QueueFull where there is no room; QueueShutDown where the queue was shut down
   */
  putNowait(item: T): void {
    insist(this.refusesPut(), QueueFull);
    this.add(item);
  }

  /**
   * Takes an item out, at once.
   *
   * @throws QueueEmpty where there is none; QueueShutDown where there is none and the queue was shut down
   */
  getNowait(): T {
    insist(this.refusesGet(), QueueEmpty);
    return this.take();
  }

  /** Waits until each item that was put in has been got and told `taskDone()` of. */
  join(): Coroutine<void> {
    return noteCreated(new Join(joinSite, this, this.#joining), this.join) as Coroutine<void>;
  }

  /**
   * One item that was got has been dealt with; `join()` waits for that.
   *
   * @throws InvalidStateError where it is called more often than items were put in
   */
  taskDone(): void {
    if (this.#unfinished === 0) throw new InvalidStateError("every item is done; call taskDone() once for each get()");
    this.#unfinished--;
    this.#wakeJoiners();
  }

  /**
   * Lets nothing more in: `put()` throws `QueueShutDown`, also where it waits; `get()` gives what is left and throws then. A second call
   * does nothing new (source: `asyncio.Queue.shutdown`).
   *
   * @param options - `immediate`: what is in the queue is dropped, and counts as done
   */
  shutdown({ immediate = false }: { immediate?: boolean } = {}): void {
    this.#shutDown = true;
    if (immediate) {
      for (; !this.empty(); this.#items.shift()) if (this.#unfinished > 0) this.#unfinished--;
      this.#wakeJoiners();
    }
    this.waiting.wake(NEVER, CLAIMING);
    this.putting.wake(NEVER, CLAIMING);
  }

  /** Gets items until the queue is shut down and empty. */
  [Symbol.asyncIterator](): ItemIterator<T> {
    return iterate(() => new Next(this.site, this, this.waiting));
  }

  statistics(): {
    size: number;
    maxSize: number;
    unfinished: number;
    tasksWaitingGet: number;
    tasksWaitingPut: number;
    tasksWaitingJoin: number;
    shutDown: boolean;
  } {
    return {
      size: this.size,
      maxSize: this.maxSize,
      unfinished: this.#unfinished,
      tasksWaitingGet: this.waiting.size,
      tasksWaitingPut: this.putting.size,
      tasksWaitingJoin: this.#joining.size,
      shutDown: this.#shutDown,
    };
  }

  /** @internal */
  refusesGet(): Refusal {
    return this.#items.size > 0 ? undefined : this.#shutDown ? QueueShutDown : null;
  }

  /** @internal */
  refusesPut(): Refusal {
    return this.#shutDown ? QueueShutDown : this.full() ? null : undefined;
  }

  /** @internal */
  refusesJoin(): Refusal {
    return this.#unfinished > 0 ? null : undefined;
  }

  /** @internal */
  take(): T {
    const items = this.#items;
    const item = items.shift();
    this.putting.wake(1, CLAIMING);
    if (items.size === 0) items.shrink?.();
    return item;
  }

  /** @internal */
  add(item: T): void {
    this.#items.push(item);
    this.#unfinished++;
    this.waiting.wake(1, CLAIMING);
  }

  /** They resume even if something new was put in by then, as in asyncio. */
  #wakeJoiners(): void {
    if (this.#unfinished === 0) this.#joining.wake(NEVER);
  }
}

const shape = { putting: null } as never;
keepShape(new Put(shape, undefined));
keepShape(new Get(putSite, shape, shape));
