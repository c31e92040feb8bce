/** Tokens that are borrowed. */
import type { CoreTask } from "../kernel/coreTask.js";
import { InvalidStateError } from "../kernel/errors.js";
import { checkCount } from "../kernel/unfit.js";
import { Acquirable } from "./acquire.js";
import { entitle, named } from "./primitive.js";

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

  readonly #borrowers: Set<CoreTask | null> = new Set();

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
    checkCount(value, 0, "the total of a CapacityLimiter");
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

  statistics(): { borrowedTokens: number; totalTokens: number; borrowers: unknown[]; tasksWaiting: number } {
    const { held, most, waiting } = this;
    return {
      borrowedTokens: held,
      totalTokens: most,
      borrowers: [...this.#borrowers],
      tasksWaiting: waiting.size,
    };
  }

  /** @internal */
  override admit(task: CoreTask, amount: number): boolean {
    if (this.#borrowers.has(task)) throw new InvalidStateError(`${named(task)} has a token; release() it first`);
    return super.admit(task, amount);
  }

  /** @internal */
  override take(task: CoreTask, amount: number): void {
    super.take(task, amount);
    this.#borrowers.add(task);
  }

  /** @internal */
  override put(task: CoreTask | null, amount: number): void {
    super.put(task, amount);
    this.#borrowers.delete(task);
  }

  /** @internal A task gives its own token back. */
  override giveBack(task: CoreTask | null, amount: number): void {
    if (!this.#borrowers.has(task)) throw new InvalidStateError(`${named(task)} has no token to release`);
    super.giveBack(task, amount);
  }
}
