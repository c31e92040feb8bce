/**
 * Exploration of schedules: a program is run many times, each time in another order that a scheduler might legally have chosen.
 *
 * What the loop promises stays as it is: callbacks (`callSoon`, done callbacks, timers of equal deadlines) keep their order, a deadline
 * that has come goes before the tasks of its iteration, and an iteration runs what was ready when it began. What no program may rely
 * on is shuffled: the order of the tasks of one iteration, among each other and among the callbacks.
 *
 * Cost: none in other runs. The shuffling queue belongs to the host of the run, and the usual queue has the same shape.
 */
import { CancelScope } from "../kernel/cancelScope.js";
import { ReadyQueue, type Runnable } from "../kernel/readyQueue.js";
import { Task } from "../kernel/task.js";
import { checkFunction, unfit } from "../kernel/unfit.js";
import type { RunOptions } from "../runner/run.js";
import { runWithVirtualTime } from "./runWithVirtualTime.js";
import { VirtualClock } from "./virtualClock.js";

/** Options of `explore`. */
export interface ExploreOptions extends Omit<RunOptions, "clock"> {
  /** How many orders are tried; default: 100. */
  seeds?: number | undefined;
  /** The only order to try: the one that an `ExploreError` names. 0 is the usual order. */
  seed?: number | undefined;
}

/** A program failed in one of the orders that `explore` tried; `cause` is its error. */
export class ExploreError extends Error {
  readonly code = "TSYNCIO_EXPLORE";
  readonly seed: number;

  constructor(seed: number, cause: unknown) {
    super(`failed with seed ${seed}; explore(program, { seed: ${seed} }) repeats it\n${cause}`, { cause });
    this.name = "ExploreError";
    this.seed = seed;
  }
}

/** A small deterministic source of numbers (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

class ShufflingQueue extends ReadyQueue {
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    super();
    this.#random = randomOf(seed);
  }

  override iteration(): number {
    const { size } = this;
    const due: Runnable[] = [];
    const callbacks: Runnable[] = [];
    const tasks: Runnable[] = [];
    for (let left = size; left > 0; left--) {
      const entry = this.shift();
      (entry instanceof Task && !entry.done() ? tasks : entry instanceof CancelScope ? due : callbacks).push(entry);
    }
    for (const scope of due) this.push(scope);
    for (let next = 0; next < callbacks.length || tasks.length > 0; ) {
      const choice = this.#random(callbacks.length - next + tasks.length);
      const entry = choice < tasks.length ? tasks.splice(choice, 1)[0] : callbacks[next++];
      this.push(entry as Runnable);
    }
    return size;
  }
}

class ShufflingClock extends VirtualClock {
  readonly queue: ReadyQueue;

  constructor(seed: number) {
    super();
    this.queue = seed === 0 ? new ReadyQueue() : new ShufflingQueue(seed);
  }
}

/**
 * Runs a program many times in virtual time, each time with its tasks in another order, to find what depends on the order: a lost
 * update between two awaits, a wake-up that comes too early, a deadlock.
 *
 * @param program - is called for each run; what it uses, it has to make
 * @throws (as rejection) ExploreError, which names the seed, at the first order in which the program fails; with that `seed` it
 * fails again, in the same way
 * @example
 * ```ts
 * await explore(async () => {
 *   const account = new Account(100);
 *   await gather(account.withdraw(60), account.withdraw(60));
 *   assert.ok(account.balance >= 0);
 * });
 * ```
 */
export function explore(program: () => unknown, options: ExploreOptions = {}): Promise<void> {
  const { seed: only, seeds = 100, ...rest } = options;
  return new Promise((resolve, reject) => {
    checkFunction(program, "explore takes a function, which is called for each run");
    for (const [count, least] of [
      [seeds, 1],
      [only ?? 0, 0],
    ] as const)
      if (!(Number.isInteger(count) && count >= least)) throw unfit(`a whole number from ${least}`, count);
    const end = only === undefined ? seeds : only + 1;
    const attempt = (seed: number): void => {
      if (seed >= end) {
        resolve();
        return;
      }
      runWithVirtualTime(program, { ...rest, clock: new ShufflingClock(seed) }).then(
        () => attempt(seed + 1),
        (error: unknown) => reject(new ExploreError(seed, error)),
      );
    };
    attempt(only ?? 0);
  });
}
