/** Many readers, or one writer. */
import { librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Acquire, type Guard } from "./acquire.js";
import { Permits } from "./permits.js";
import { entitle } from "./primitive.js";

const writeSite = librarySite("RwLock.write");

/** More permits than there can be readers: who reads has one, who writes all. */
const ALL = 2 ** 30;

/**
 * Any number of tasks may read at a time, or one may write (source: `tokio::sync::RwLock`). First come, first served: readers that come
 * behind a waiting writer wait until it has written; readers that wait one behind the other go on together. Not reentrant: a
 * task that reads and asks to write waits for itself.
 *
 * @example
 * ```ts
 * const lock = new RwLock();
 * using _ = await lock.read();
 * ```
 */
export class RwLock extends Permits {
  static {
    entitle(RwLock, "RwLock", "read");
  }

  constructor() {
    super(ALL);
  }

  /** Waits until nobody writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  read(): Coroutine<Guard> {
    return noteCreated(new Acquire(this.site, this), this.read);
  }

  /** Waits until nobody reads or writes, and nobody waits before it. The guard releases it at the end of a `using` block. */
  write(): Coroutine<Guard> {
    return noteCreated(new Acquire(writeSite, this, ALL), this.write);
  }

  /** Whether a task reads or writes. */
  locked(): boolean {
    return this.held > 0;
  }

  statistics(): { readers: number; writer: string | null; tasksWaiting: number } {
    const writer = this.held === ALL ? (this.holder as CoreTask).name : null;
    return { readers: this.held % ALL, writer, tasksWaiting: this.waiting.size };
  }
}
