/** Waiting, under a lock, for what other tasks tell. */
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkFunction, unfit } from "../kernel/unfit.js";
import { Acquirable, Acquire } from "./acquire.js";
import { Lock } from "./lock.js";
import type { Permits } from "./permits.js";
import { entitle } from "./primitive.js";
import { Wait } from "./wait.js";

const waitSite = librarySite("Condition.wait");

/**
 * A lock, and a place where its holder can wait until another holder notifies it (source: `asyncio.Condition`).
 *
 * @example
 * ```ts
 * const changed = new Condition();
 * await changed.with(async () => {
 *   await changed.waitFor(() => stock > 0);
 *   stock--;
 * });
 * // elsewhere
 * await changed.with(() => { stock++; changed.notify(); });
 * ```
 */
export class Condition extends Acquirable {
  static {
    entitle(Condition, "Condition", "acquire");
  }

  readonly #lock: Lock;

  /**
   * @param lock - may be shared with other conditions; default: one of its own
   * @throws TypeError where that is no `Lock`
   */
  constructor(lock: Lock = new Lock()) {
    super(0);
    if (!(lock instanceof Lock)) throw unfit("a Condition takes a Lock", lock);
    this.#lock = lock;
  }

  /** @internal What it has is its lock. */
  override get gate(): Permits {
    return this.#lock;
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Releases the lock, waits until it is notified, and acquires the lock again. It can end without a cause, so look again at what you wait
   * for, or use `waitFor`. It acquires the lock also where it is cancelled, and hands the notification on then.
   *
   * @throws InvalidStateError where the lock is not held
   */
  wait(): Coroutine<true> {
    return noteCreated(Condition.#wait(this), this.wait);
  }

  /**
   * Waits until the predicate gives something truthy, which it looks at now and after each notification, with the lock held.
   *
   * @returns what the predicate gave
   * @throws InvalidStateError where it has to wait and the lock is not held
   */
  waitFor<T>(predicate: () => T): Coroutine<T> {
    checkFunction(predicate, "Condition.waitFor takes a function");
    return noteCreated(Condition.#waitFor(this, predicate) as Coroutine<T>, this.waitFor);
  }

  /**
   * Wakes so many of those that wait, the first first. They go on when they have the lock.
   *
   * @throws InvalidStateError where the lock is not held
   */
  notify(n = 1): void {
    this.#lock.check(null);
    this.waiting.wake(n);
  }

  /**
   * Wakes all that wait.
   *
   * @throws InvalidStateError where the lock is not held
   */
  notifyAll(): void {
    this.notify(NEVER);
  }

  static readonly #wait: (condition: Condition) => Coroutine<true> = hidden("Condition.wait", function* (condition) {
    const lock = condition.#lock;
    lock.release();
    let notified = false;
    try {
      yield new Wait(waitSite, condition, condition.waiting);
      notified = true;
    } finally {
      for (;;) {
        let held = false;
        try {
          yield new Acquire(condition.site, lock);
          held = true;
        } finally {
          // Whoever is cancelled here, however often, has to have the lock before it is unwound further.
          if (!held) {
            notified = false;
            // biome-ignore lint/correctness/noUnsafeFinally: the driver knows that the frame is being unwound
            continue;
          }
        }
        break;
      }
      // As in asyncio, also where it was cancelled before it was notified: a wake-up without a cause does no harm, a lost one does.
      if (!notified) condition.waiting.wake(1);
    }
    return true as const;
  });

  static readonly #waitFor: (condition: Condition, predicate: () => unknown) => Coroutine<unknown> = hidden(
    "Condition.waitFor",
    function* (condition, predicate) {
      for (;;) {
        const result = predicate();
        if (result) return result;
        yield Condition.#wait(condition);
      }
    },
  );

  statistics(): { locked: boolean; owner: string | null; tasksWaiting: number; tasksWaitingForLock: number } {
    const lock = this.#lock.statistics();
    return { ...lock, tasksWaiting: this.waiting.size, tasksWaitingForLock: lock.tasksWaiting };
  }
}
