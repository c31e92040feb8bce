/** Many readers, or one writer. */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Task } from "../kernel/task.js";
import { checkFunction } from "../kernel/unfit.js";
import { Acquire, type Guard, type Holdable, whileHeld } from "./acquire.js";
import { named, Primitive } from "./primitive.js";
import { WaitQueue } from "./waitQueue.js";

const readSite = librarySite("RwLock.read");
const writeSite = librarySite("RwLock.write");

/** Who has the lock, and who waits: readers and writers in one queue. */
class Holders {
  readonly waiting: WaitQueue = new WaitQueue();
  readers = 0;
  writer: Task<unknown> | null = null;
}

/** The lock, as readers or as writers see it. */
class Side implements Holdable {
  readonly waiting: WaitQueue;
  readonly #holders: Holders;
  readonly #writes: boolean;

  constructor(holders: Holders, writes: boolean) {
    this.waiting = holders.waiting;
    this.#holders = holders;
    this.#writes = writes;
  }

  admit(task: Task<unknown>): boolean {
    return this.waiting.size === 0 && this.#take(task);
  }

  #take(task: Task<unknown>): boolean {
    const holders = this.#holders;
    if (holders.writer || (this.#writes && holders.readers > 0)) return false;
    if (this.#writes) holders.writer = task;
    else holders.readers++;
    return true;
  }

  release(): void {
    if (this.#writes) this.#holders.writer = null;
    else this.#holders.readers--;
    this.#next();
  }

  /** The first that waits goes on, and where that reads, the readers behind it as far as the next writer. */
  #next(): void {
    const { waiting } = this;
    for (
      let task = waiting.first;
      task && ((task.waitingOn as Acquire).gate as Side).#take(task);
      task = waiting.first
    ) {
      waiting.shift();
      task.wakeUp();
    }
  }

  declined(): void {
    this.release();
  }

  left(_task: Task<unknown>, first: boolean): void {
    if (first) this.#next();
  }

  describe(): string {
    const { writer, readers } = this.#holders;
    return `an RwLock held by ${writer ? named(writer) : `${readers} reader${readers === 1 ? "" : "s"}`}`;
  }
}

/**
 * Any number of tasks may read at a time, or one may write (source: `tokio::sync::RwLock`). First come, first served: readers that come
 * behind a waiting writer wait until it has written; readers that wait one behind the other go on together. Not reentrant: a
 * task that reads and asks to write waits for itself.
 *
 * @example
 * ```ts
 * const lock = new RwLock();
 * using _ = await lock.read();
 * await lock.withWrite(() => replace(settings));
 * ```
 */
export class RwLock extends Primitive {
  readonly #holders: Holders = new Holders();
  readonly #reading: Side = new Side(this.#holders, false);
  readonly #writing: Side = new Side(this.#holders, true);

  override get [Symbol.toStringTag](): string {
    return "RwLock";
  }

  /** Waits until nobody writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  read(): Coroutine<Guard> {
    return noteCreated(new Acquire(readSite, this.#reading), this.read);
  }

  /** Waits until nobody reads or writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  write(): Coroutine<Guard> {
    return noteCreated(new Acquire(writeSite, this.#writing), this.write);
  }

  /** Runs the body as a reader, and gives its value. */
  withRead<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    return noteCreated(whileTaken(readSite, this.#reading, body), this.withRead);
  }

  /** Runs the body as the writer, and gives its value. */
  withWrite<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    return noteCreated(whileTaken(writeSite, this.#writing, body), this.withWrite);
  }

  /** Whether a task reads or writes. */
  locked(): boolean {
    return this.writing() || this.readers > 0;
  }

  /** Whether a task writes. */
  writing(): boolean {
    return this.#holders.writer !== null;
  }

  /** How many tasks read. */
  get readers(): number {
    return this.#holders.readers;
  }

  statistics(): { readers: number; writer: string | null; tasksWaiting: number } {
    const { readers, writer, waiting } = this.#holders;
    return { readers, writer: writer?.name ?? null, tasksWaiting: waiting.size };
  }
}

function whileTaken<T>(site: CodeSite, side: Side, body: () => T | PromiseLike<T>): Coroutine<T> {
  checkFunction(body, `${site.name} takes a function that returns what to await`);
  return whileHeld(new Acquire(site, side), body);
}
