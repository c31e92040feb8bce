/** Waiting for some of several tasks. */
import type { Waitable } from "../kernel/awaitable.js";
import { isBareGenerator } from "../kernel/bareGenerator.js";
import { librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { Future } from "../kernel/future.js";
import { EXCEPTION, STATE } from "../kernel/futureBits.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Observer } from "../kernel/observer.js";
import type { Task } from "../kernel/task.js";
import { CLAIMING } from "../kernel/taskBits.js";
import type { Timer } from "../kernel/timerQueue.js";
import { unfit } from "../kernel/unfit.js";
import { RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import { listOf } from "./sources.js";

const site = librarySite("wait");

/** Options of `wait`. */
export interface WaitOptions {
  /** Return after this time, whatever is done by then. */
  timeout?: Duration | undefined;
  /**
   * When to return: when all are done (the default), when the first is, or when the first has failed. A cancelled one is no failure.
   */
  returnWhen?: "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION" | undefined;
}

/** What `wait` gives. */
export interface Waited<F> {
  done: Set<F>;
  pending: Set<F>;
}

class Wait<F extends Future<unknown>> extends Coroutine<Waited<F>> implements Waitable, Timer {
  when = NEVER;
  prev: Timer | null = null;
  next: Timer | null = null;
  below: Timer | null = null;
  order = 0;
  readonly #futures: Set<F>;
  readonly #timeout: number;
  readonly #returnWhen: string;
  #unfinished: number;
  #observers: Observer[] = [];
  #task: Task<unknown> | null = null;

  constructor(futures: Set<F>, timeout: number, returnWhen: string) {
    super(site);
    this.#futures = futures;
    this.#timeout = timeout;
    this.#returnWhen = returnWhen;
    this.#unfinished = futures.size;
  }

  begin(task: Task<unknown>): Verdict {
    this.#task = task;
    task.waitingOn = this;
    const { scheduler } = task;
    this.when = scheduler.time() + this.#timeout;
    scheduler.addTimer(this, this.#timeout === 0);
    for (const future of this.#futures) this.#observers.push(new Observer(future, false, scheduler, this.#ended));
    return SUSPEND;
  }

  readonly #ended = (future: Future<unknown>): void => {
    const enough = this.#returnWhen;
    if (
      --this.#unfinished === 0 ||
      enough === "FIRST_COMPLETED" ||
      (enough === "FIRST_EXCEPTION" && (future.flags & STATE) === EXCEPTION)
    )
      this.run();
  };

  /** It is enough, or the time is up. */
  run(): void {
    const task = this.#task;
    if (!task) return;
    this.abandon(task);
    task.wakeUp(CLAIMING);
  }

  /** What has ended since the task was woken is done too. */
  claim(task: Task<unknown>): Verdict {
    const done = new Set<F>();
    const pending = new Set<F>();
    for (const future of this.#futures) (future.done() ? done : pending).add(future);
    task.sent = { done, pending };
    return RESUME;
  }

  abandon(task: Task<unknown>): void {
    this.#task = null;
    task.scheduler.timers.remove(this);
    for (const observer of this.#observers) observer.leave();
    this.#observers = [];
  }

  override describe(): string {
    return `${this.#unfinished} of ${this.#futures.size} futures`;
  }
}

/**
 * Waits until tasks or futures are done, all or some of them, or until the time is up (source: `asyncio.wait`). It takes no results and
 * throws no errors: look at what is done. Nothing is ever cancelled by it, neither where the time is up nor where the waiter is cancelled.
 *
 * @param awaitables - tasks and futures; make tasks of coroutines, in order to recognise them in the sets
 * @returns two sets, `done` and `pending`, in the order of the arguments
 * @throws TypeError where there is none, or something else among them
 * @example
 * ```ts
 * const { done, pending } = await wait(tasks, { timeout: "2s", returnWhen: "FIRST_COMPLETED" });
 * for (const task of pending) task.cancel();
 * ```
 */
export function wait<F extends Future<unknown>>(
  awaitables: Iterable<F>,
  { timeout, returnWhen = "ALL_COMPLETED" }: WaitOptions = {},
): Coroutine<Waited<F>> {
  // A generator that gives tasks is taken here: it cannot be meant as a coroutine.
  const futures = new Set(isBareGenerator(awaitables) ? awaitables : (listOf(awaitables, "wait") as F[]));
  for (const future of futures)
    if (!(future instanceof Future)) throw unfit("wait takes tasks and futures; make a task with createTask()", future);
  if (futures.size === 0) throw new TypeError("wait takes at least one task or future");
  if (!/^(ALL|FIRST)_COMPLETED$|^FIRST_EXCEPTION$/.test(returnWhen))
    throw unfit('returnWhen is "ALL_COMPLETED", "FIRST_COMPLETED" or "FIRST_EXCEPTION"', returnWhen);
  return noteCreated(new Wait(futures, milliseconds(timeout ?? NEVER), returnWhen), wait);
}
