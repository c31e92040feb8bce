/** Tokens that are borrowed. */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Task } from "../kernel/task.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import { RAISE, RESUME, type Verdict } from "../kernel/verdict.js";
import { Acquirable, Acquire, Guard, type Holdable } from "./acquire.js";
import { named } from "./primitive.js";
import { WaitQueue } from "./waitQueue.js";

const site = librarySite("CapacityLimiter.acquire");

/** The tokens of a limiter, and who has asked for one. */
class Tokens implements Holdable {
  readonly waiting: WaitQueue = new WaitQueue();
  /** Each with whether it has a token; the others wait. */
  readonly borrowers: Map<unknown, boolean> = new Map();
  total = 0;

  get borrowed(): number {
    return this.borrowers.size - this.waiting.size;
  }

  admit(): boolean {
    return this.waiting.size === 0 && this.borrowed < this.total;
  }

  release(borrower: unknown): void {
    if (!this.borrowers.get(borrower)) throw new InvalidStateError(`${named(borrower)} has no token to release`);
    this.forget(borrower);
  }

  forget(borrower: unknown): void {
    this.borrowers.delete(borrower);
    this.lend();
  }

  lend(): void {
    while (this.waiting.size > 0 && this.borrowed < this.total) {
      const task = this.waiting.shift() as Task<unknown>;
      this.borrowers.set((task.waitingOn as Borrow).borrower, true);
      task.wakeUp();
    }
  }

  owners(): unknown[] {
    return [...this.borrowers.keys()].filter((borrower) => this.borrowers.get(borrower));
  }

  describe(): string {
    const { total, borrowed } = this;
    const few = this.owners().slice(0, 5).map(named).join(", ");
    return `a CapacityLimiter with ${borrowed} of ${total} tokens borrowed by ${few}${borrowed > 5 ? ", …" : ""}`;
  }
}

/** Acquires for a borrower; by default that is the task that awaits it. */
class Borrow extends Acquire {
  borrower: unknown;

  constructor(at: CodeSite, tokens: Tokens, borrower?: unknown) {
    super(at, tokens);
    this.borrower = borrower;
  }

  override grant(): unknown {
    return new Guard(this.gate as Tokens, this.borrower);
  }

  /** @throws InvalidStateError where the borrower has asked for a token already */
  #check(task: Task<unknown> | null): Map<unknown, boolean> {
    const { borrowers } = this.gate as Tokens;
    this.borrower ??= task;
    const has = borrowers.get(this.borrower);
    if (has === undefined) return borrowers;
    throw new InvalidStateError(`${named(this.borrower)} ${has ? "has a token already" : "waits for a token already"}`);
  }

  override begin(task: Task<unknown>): Verdict {
    try {
      const borrowers = this.#check(task);
      const verdict = super.begin(task);
      borrowers.set(this.borrower, verdict === RESUME);
      return verdict;
    } catch (error) {
      task.sent = error;
      return RAISE;
    }
  }

  override takeNow(): Guard {
    const borrowers = this.#check(current.task);
    const guard = super.takeNow();
    borrowers.set(this.borrower, true);
    return guard;
  }

  override abandon(task: Task<unknown>): void {
    const tokens = this.gate as Tokens;
    tokens.waiting.remove(task);
    tokens.forget(this.borrower);
  }
}

/**
 * As many tokens as may be borrowed at a time, at most one by each borrower, and it knows who has one (source: `trio.CapacityLimiter`). A
 * borrower is a task, or any value for which tasks acquire. Tokens are lent in the order in which they were asked for.
 *
 * @example
 * ```ts
 * const limiter = new CapacityLimiter(8);
 * await limiter.with(() => compress(file));
 * limiter.totalTokens = 16;   // eight of those that wait go on
 * ```
 */
export class CapacityLimiter extends Acquirable {
  readonly #tokens: Tokens = new Tokens();

  /**
   * @param totalTokens - how many tokens there are; Infinity: no limit
   * @throws TypeError where that is neither a whole number from 0 nor Infinity
   */
  constructor(totalTokens: number) {
    super();
    this.totalTokens = totalTokens;
  }

  override get [Symbol.toStringTag](): string {
    return "CapacityLimiter";
  }

  /** How many tokens there are. Settable: where there are more, waiting tasks go on; where there are less than are borrowed, none is taken away. */
  get totalTokens(): number {
    return this.#tokens.total;
  }

  set totalTokens(value: number) {
    checkCount(value, 0, "the total of a CapacityLimiter");
    this.#tokens.total = value;
    this.#tokens.lend();
  }

  get borrowedTokens(): number {
    return this.#tokens.borrowed;
  }

  /** Negative where the total was set to less than is borrowed. */
  get availableTokens(): number {
    return this.totalTokens - this.borrowedTokens;
  }

  /**
   * As `acquire()`, for another borrower than the task.
   *
   * @throws InvalidStateError, when awaited, where the borrower has a token or waits for one
   */
  acquireOnBehalfOf(borrower: unknown): Coroutine<Guard> {
    return noteCreated(this.#borrowing(borrower), this.acquireOnBehalfOf);
  }

  /**
   * As `acquireNowait()`, for another borrower than the task.
   *
   * @throws WouldBlock where there is no token; InvalidStateError where the borrower has one or waits for one
   */
  acquireOnBehalfOfNowait(borrower: unknown): Guard {
    return this.#borrowing(borrower).takeNow();
  }

  /**
   * Gives back the token of the task that runs.
   *
   * @throws InvalidStateError where that has none
   */
  release(): void {
    this.#tokens.release(current.task);
  }

  /**
   * Gives back the token of a borrower.
   *
   * @throws InvalidStateError where that has none
   */
  releaseOnBehalfOf(borrower: unknown): void {
    this.#tokens.release(borrower);
  }

  statistics(): { borrowedTokens: number; totalTokens: number; borrowers: unknown[]; tasksWaiting: number } {
    const { borrowedTokens, totalTokens } = this;
    return { borrowedTokens, totalTokens, borrowers: this.#tokens.owners(), tasksWaiting: this.#tokens.waiting.size };
  }

  /** @internal */
  acquiring(): Acquire {
    return new Borrow(site, this.#tokens);
  }

  #borrowing(borrower: unknown): Acquire {
    if (borrower === undefined || borrower === null) throw unfit("a borrower is a task, or any other value", borrower);
    return new Borrow(site, this.#tokens, borrower);
  }
}
