/** A place where tasks wait for each other. */
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { BrokenBarrierError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkCount } from "../kernel/unfit.js";
import { entitle, Primitive } from "./primitive.js";
import { Wait } from "./wait.js";

/** While it drains, or empties after a reset, those that come wait for the next round. */
type State = "filling" | "draining" | "resetting" | "broken";

/**
 * As many tasks as there are parties wait at it, and go on together (source: `asyncio.Barrier`). Then it can be used again.
 *
 * A task that is cancelled while it waits just leaves: the barrier waits for another one.
 *
 * @example
 * ```ts
 * const ready = new Barrier(3);
 * const index = await ready.wait();   // 0, 1 or 2
 * ```
 */
export class Barrier extends Primitive {
  static {
    entitle(Barrier, "Barrier", "wait");
  }

  /** How many tasks it takes. */
  readonly parties: number;
  /** Tasks in the barrier: those that wait, or have not left since the last one came. */
  #count = 0;
  #state: State = "filling";

  /** @throws TypeError where `parties` is no whole number from 1 */
  constructor(parties: number) {
    super();
    checkCount(parties, 1, "parties");
    this.parties = parties;
  }

  /** How many tasks have come and wait for the others. */
  get nWaiting(): number {
    return this.#state === "filling" ? this.#count : 0;
  }

  /** Whether `abort()` was called, and `reset()` not since. */
  get broken(): boolean {
    return this.#state === "broken";
  }

  /**
   * Waits until all parties have come; the last one goes on without a pause.
   *
   * @returns from 0, by the order in which they came
   * @throws BrokenBarrierError where the barrier is broken, or reset meanwhile
   */
  wait(): Coroutine<number> {
    return noteCreated(Barrier.#wait(this), this.wait);
  }

  /** Makes it as new; tasks that wait get a `BrokenBarrierError`. */
  reset(): void {
    this.#turn(this.#count > 0 ? "resetting" : "filling");
  }

  /** Breaks it: tasks that wait, or come before the next `reset()`, get a `BrokenBarrierError`. */
  abort(): void {
    this.#turn("broken");
  }

  static readonly #wait: (barrier: Barrier) => Coroutine<number> = hidden("Barrier.wait", function* (barrier) {
    let waits = false;
    let inside = false;
    let index = 0;
    try {
      for (;;) {
        const state = barrier.#state;
        if (state === "broken") throw new BrokenBarrierError();
        if (inside && state === "resetting") throw new BrokenBarrierError("the barrier was reset");
        if (inside && state === "draining") return index;
        if (!inside && state === "filling") {
          inside = true;
          index = barrier.#count++;
          if (barrier.#count === barrier.parties) barrier.#turn("draining");
        } else {
          waits = true;
          yield new Wait(barrier.site, barrier, barrier.waiting);
          waits = false;
        }
      }
    } finally {
      // As in asyncio, whose barrier stands on a condition: who is cancelled there wakes another one, which waits again behind the others.
      if (waits) barrier.waiting.wake(1);
      // The last one that leaves lets in those that wait for the next round.
      if (inside && --barrier.#count === 0) barrier.#turn(barrier.broken ? "broken" : "filling");
    }
  });

  statistics(): { phase: string; parties: number; tasksWaiting: number } {
    return { phase: this.#state, parties: this.parties, tasksWaiting: this.nWaiting };
  }

  #turn(state: State): void {
    this.#state = state;
    this.waiting.wake(NEVER);
  }
}
