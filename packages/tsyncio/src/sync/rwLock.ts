/** Many readers, or one writer. */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkFunction } from "../kernel/unfit.js";
import type { WaitQueue } from "../kernel/waitQueue.js";
import { Acquire, type Guard, type Holdable, whileHeld } from "./acquire.js";
import { entitle, named, Primitive } from "./primitive.js";

const writeSite = librarySite("RwLock.write");

/** The lock, as readers or as writers see it; both wait in one queue. */
class Side implements Holdable {
  readonly waiting: WaitQueue;
  /** How many have it. */
  count = 0;
  /** The writer. */
  holder: CoreTask | null = null;
  /** @internal */ other!: Side;
  readonly #most: number;

  constructor(waiting: WaitQueue, most: number) {
    this.waiting = waiting;
    this.#most = most;
  }

  admit(task: CoreTask): boolean {
    return this.waiting.size === 0 && this.#take(task);
  }

  #take(task: CoreTask): boolean {
    if (this.count === this.#most || this.other.count > 0) return false;
    this.count++;
    if (this.#most === 1) this.holder = task;
    return true;
  }

  giveBack(): void {
    this.count--;
    this.holder = null;
    this.#next();
  }

  left(_task: CoreTask, first: boolean): void {
    if (first) this.#next();
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

  describe(): string {
    const writer = this.holder ?? this.other.holder;
    return `an RwLock held by ${writer ? named(writer) : `${this.count || this.other.count} reader(s)`}`;
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
  static {
    entitle(RwLock, "RwLock", "read");
  }

  readonly #reading: Side = new Side(this.waiting, NEVER);
  readonly #writing: Side = new Side(this.waiting, 1);

  constructor() {
    super();
    this.#reading.other = this.#writing;
    this.#writing.other = this.#reading;
  }

  /** Waits until nobody writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  read(): Coroutine<Guard> {
    return noteCreated(new Acquire(this.site, this.#reading), this.read);
  }

  /** Waits until nobody reads or writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  write(): Coroutine<Guard> {
    return noteCreated(new Acquire(writeSite, this.#writing), this.write);
  }

  /** Runs the body as a reader, and gives its value. */
  withRead<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    return noteCreated(whileTaken(this.site, this.#reading, body), this.withRead);
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
    return this.#writing.count > 0;
  }

  /** How many tasks read. */
  get readers(): number {
    return this.#reading.count;
  }

  statistics(): { readers: number; writer: string | null; tasksWaiting: number } {
    return { readers: this.readers, writer: this.#writing.holder?.name ?? null, tasksWaiting: this.waiting.size };
  }
}

function whileTaken<T>(site: CodeSite, side: Side, body: () => T | PromiseLike<T>): Coroutine<T> {
  checkFunction(body, `${site.name} takes a function that returns what to await`);
  return whileHeld(new Acquire(site, side), body);
}
