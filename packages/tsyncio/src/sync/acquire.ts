/** Acquiring what a limited number of tasks can have at once: what locks, semaphores and limiters have in common. */

import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { InvalidStateError, WouldBlock } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkFunction } from "../kernel/unfit.js";
import { Primitive } from "./primitive.js";
import { type Gate, Wait } from "./wait.js";

/** A gate that is passed by taking something. */
export type Holdable = Gate & Required<Pick<Gate, "admit" | "giveBack">>;

/**
 * What `acquire()` gives: it is released at the end of the block.
 *
 * @example
 * ```ts
 * using _ = await lock.acquire();
 * ```
 */
export class Guard {
  #held: Holdable | null;
  readonly #holder: unknown;

  /** @internal */
  constructor(held: Holdable, holder: unknown) {
    this.#held = held;
    this.#holder = holder;
  }

  /** Releases what was acquired; a second call does nothing. */
  release(): void {
    const held = this.#held;
    this.#held = null;
    held?.giveBack(this.#holder);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** A coroutine that acquires. */
export class Acquire extends Wait<Guard> {
  declare readonly gate: Holdable;

  override grant(task: CoreTask): unknown {
    return new Guard(this.gate, task);
  }

  /** Acquires at once, for the task that runs. */
  takeNow(): Guard {
    const { task } = current;
    if (!task) throw new InvalidStateError("only a task can acquire");
    if (!this.gate.admit(task)) throw new WouldBlock(`would wait for ${this.describe()}; await acquire()`);
    return this.grant(task) as Guard;
  }
}

/** Acquires, runs the body, and releases however it ends. */
export const whileHeld: <T>(acquire: Acquire, body: () => T | PromiseLike<T>) => Coroutine<T> = hidden(
  "with",
  function* (acquire: Acquire, body: () => unknown) {
    const guard = (yield acquire) as Guard;
    try {
      return yield body();
    } finally {
      guard.release();
    }
  },
) as never;

/** A primitive that tasks acquire. */
export abstract class Acquirable extends Primitive {
  /** @internal A coroutine that acquires for the task that awaits it. */
  acquiring(): Acquire {
    return new Acquire(this.site, this as unknown as Holdable);
  }

  abstract release(): void;

  /** Waits until it is free and takes it. The guard releases it at the end of a `using` block. */
  acquire(): Coroutine<Guard> {
    return noteCreated(this.acquiring(), this.acquire);
  }

  /**
   * Takes it at once, for the task that runs (source: `trio.Lock.acquire_nowait`).
   *
   * @throws WouldBlock where it is not free; InvalidStateError outside a task
   */
  acquireNowait(): Guard {
    return this.acquiring().takeNow();
  }

  /**
   * Runs the body while it is held, and releases it however that ends.
   *
   * @returns the value of the body
   */
  with<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    checkFunction(body, `${this[Symbol.toStringTag]}.with takes a function that returns what to await`);
    return noteCreated(whileHeld(this.acquiring(), body), this.with);
  }

  /** @internal */
  giveBack(_holder: unknown): void {
    this.release();
  }
}
