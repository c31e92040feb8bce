/** Tokens that are borrowed. */
import type { CoreTask } from "../kernel/coreTask.js";
import { InvalidStateError } from "../kernel/errors.js";
import { checkCount } from "../kernel/unfit.js";
import { Acquirable } from "./acquire.js";
import { entitle } from "./primitive.js";

/**
 * As many tokens as may be borrowed at a time, at most one by each task, and it knows who has one (source: `trio.CapacityLimiter`). Tokens
 * are lent in the order in which they were asked for.
 *
 * @example
 * ```ts
 * const limiter = new CapacityLimiter(8);
 * await limiter.with(() => compress(file));
 * limiter.totalTokens = 16;   // eight of those that wait go on
 * ```
 */
export class CapacityLimiter extends Acquirable {
  static {
    entitle(CapacityLimiter, "CapacityLimiter", "acquire");
  }

  /** @internal */ readonly borrowers: Set<CoreTask> = new Set();

  /**
   * @param totalTokens - how many tokens there are; Infinity: no limit
   * @throws TypeError where that is neither a whole number from 0 nor Infinity
   */
  constructor(totalTokens: number) {
    super(0);
    this.totalTokens = totalTokens;
  }

  /** How many tokens there are. Settable: where there are more, waiting tasks go on; where there are less than are borrowed, none is taken away. */
  get totalTokens(): number {
    return this.most;
  }

  set totalTokens(value: number) {
    checkCount(value, 0, "totalTokens");
    this.most = value;
    this.run();
  }

  get borrowedTokens(): number {
    return this.held;
  }

  /** Negative where the total was set to less than is borrowed. */
  get availableTokens(): number {
    return this.most - this.held;
  }

  statistics(): { borrowedTokens: number; totalTokens: number; borrowers: string[]; tasksWaiting: number } {
    const { held, most, waiting } = this;
    return {
      borrowedTokens: held,
      totalTokens: most,
      borrowers: Array.from(this.borrowers, ({ name }) => name),
      tasksWaiting: waiting.size,
    };
  }

  /** @internal */
  override admit(task: CoreTask, amount: number): boolean {
    if (this.has(task)) throw new InvalidStateError("the task has a token already; release() it first");
    return super.admit(task, amount);
  }

  /** @internal */
  override take(task: CoreTask, amount: number): void {
    super.take(task, amount);
    this.borrowers.add(task);
  }

  /** @internal */
  override put(task: CoreTask | null, amount: number): void {
    super.put(task, amount);
    this.borrowers.delete(task as CoreTask);
  }

  /** @internal A task gives its own token back. */
  override has(task: CoreTask | null): boolean {
    return this.borrowers.has(task as CoreTask);
  }
}
