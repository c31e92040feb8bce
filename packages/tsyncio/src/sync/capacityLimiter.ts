/** Tokens that are borrowed. */
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkCount } from "../kernel/unfit.js";
import { RAISE, RESUME, type Verdict } from "../kernel/verdict.js";
import { Acquirable, Acquire, Guard, type Holdable } from "./acquire.js";
import { entitle, named } from "./primitive.js";

/** Acquires for a borrower; by default that is the task that awaits it. */
class Borrow extends Acquire {
  declare readonly gate: CapacityLimiter;
  borrower: unknown;

  constructor(at: CodeSite, limiter: CapacityLimiter, borrower: unknown) {
    super(at, limiter);
    this.borrower = borrower;
  }

  override grant(): unknown {
    return new Guard(this.gate, this.borrower);
  }

  #check(task: CoreTask | null): void {
    this.borrower ??= task;
    if (this.gate.asked.has(this.borrower))
      throw new InvalidStateError(`${named(this.borrower)} has a token, or waits for one; release() it first`);
  }

  override begin(task: CoreTask): Verdict {
    try {
      this.#check(task);
    } catch (error) {
      task.sent = error;
      return RAISE;
    }
    const verdict = super.begin(task);
    this.gate.asked.set(this.borrower, verdict === RESUME);
    return verdict;
  }

  override takeNow(): Guard {
    this.#check(current.task);
    const guard = super.takeNow();
    this.gate.asked.set(this.borrower, true);
    return guard;
  }

  override abandon(task: CoreTask): void {
    this.gate.waiting.remove(task);
    this.gate.forget(this.borrower);
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
export class CapacityLimiter extends Acquirable implements Holdable {
  static {
    entitle(CapacityLimiter, "CapacityLimiter", "acquire");
  }

  /** @internal Who has a token (true) or waits for one (false). */ readonly asked: Map<unknown, boolean> = new Map();
  #total = 0;

  /**
   * @param totalTokens - how many tokens there are; Infinity: no limit
   * @throws TypeError where that is neither a whole number from 0 nor Infinity
   */
  constructor(totalTokens: number) {
    super();
    this.totalTokens = totalTokens;
  }

  /** How many tokens there are. Settable: where there are more, waiting tasks go on; where there are less than are borrowed, none is taken away. */
  get totalTokens(): number {
    return this.#total;
  }

  set totalTokens(value: number) {
    checkCount(value, 0, "the total of a CapacityLimiter");
    this.#total = value;
    this.#lend();
  }

  get borrowedTokens(): number {
    return this.asked.size - this.waiting.size;
  }

  /** Negative where the total was set to less than is borrowed. */
  get availableTokens(): number {
    return this.#total - this.borrowedTokens;
  }

  /**
   * As `acquire()`, for another borrower than the task.
   *
   * @throws InvalidStateError, when awaited, where the borrower has a token or waits for one
   */
  acquireOnBehalfOf(borrower: unknown): Coroutine<Guard> {
    return noteCreated(this.acquiring(borrower), this.acquireOnBehalfOf);
  }

  /**
   * As `acquireNowait()`, for another borrower than the task.
   *
   * @throws WouldBlock where there is no token; InvalidStateError where the borrower has one or waits for one
   */
  acquireOnBehalfOfNowait(borrower: unknown): Guard {
    return this.acquiring(borrower).takeNow();
  }

  /**
   * Gives back the token of the task that runs.
   *
   * @throws InvalidStateError where that has none
   */
  release(): void {
    this.releaseOnBehalfOf(current.task);
  }

  /**
   * Gives back the token of a borrower.
   *
   * @throws InvalidStateError where that has none
   */
  releaseOnBehalfOf(borrower: unknown): void {
    if (!this.asked.get(borrower)) throw new InvalidStateError(`${named(borrower)} has no token to release`);
    this.forget(borrower);
  }

  statistics(): { borrowedTokens: number; totalTokens: number; borrowers: unknown[]; tasksWaiting: number } {
    const { borrowedTokens, totalTokens, asked } = this;
    const having = [...asked.keys()].filter((borrower) => asked.get(borrower));
    return { borrowedTokens, totalTokens, borrowers: having, tasksWaiting: this.waiting.size };
  }

  /** @internal */
  override acquiring(borrower?: unknown): Acquire {
    return new Borrow(this.site, this, borrower);
  }

  /** @internal */
  admit(): boolean {
    return this.waiting.size === 0 && this.availableTokens > 0;
  }

  /** @internal */
  override giveBack(borrower: unknown): void {
    this.releaseOnBehalfOf(borrower);
  }

  /** @internal The borrower neither has a token nor waits for one. */
  forget(borrower: unknown): void {
    this.asked.delete(borrower);
    this.#lend();
  }

  #lend(): void {
    while (this.waiting.size > 0 && this.availableTokens > 0) {
      const task = this.waiting.shift() as CoreTask;
      this.asked.set((task.waitingOn as Borrow).borrower, true);
      task.wakeUp();
    }
  }

  /** @internal */
  describe(): string {
    const { borrowers, totalTokens } = this.statistics();
    return `one of ${totalTokens} tokens of a CapacityLimiter, borrowed by ${borrowers.slice(0, 5).map(named).join(", ")}`;
  }
}
