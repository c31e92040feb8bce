/** Acquiring: what locks, semaphores and limiters have in common. */

import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { InvalidStateError, WouldBlock } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { keepShape } from "../kernel/keepShape.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkFunction } from "../kernel/unfit.js";
import { RESUME, type Verdict } from "../kernel/verdict.js";
import { Permits } from "./permits.js";
import { BLOCKED, Wait } from "./wait.js";

/**
 * What `acquire()` gives: it is released at the end of the block.
 *
 * @example
 * ```ts
 * using _ = await lock.acquire();
 * ```
 */
export class Guard {
  #permits: Permits | null;
  readonly #holder: CoreTask;
  readonly #amount: number;

  /** @internal */
  constructor(permits: Permits, holder: CoreTask, amount: number) {
    this.#permits = permits;
    this.#holder = holder;
    this.#amount = amount;
  }

  /** Releases what was acquired; a second call does nothing. */
  release(): void {
    const permits = this.#permits;
    this.#permits = null;
    permits?.giveBack(this.#holder, this.#amount);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** A coroutine that acquires. */
export class Acquire extends Wait<Guard, Permits> {
  /** How many permits it takes. */
  readonly amount: number;

  constructor(site: CodeSite, permits: Permits, amount = 1) {
    super(site, permits, permits.waiting);
    this.amount = amount;
  }

  override pass(task: CoreTask): unknown {
    return this.place.admit(task, this.amount) ? new Guard(this.place, task, this.amount) : BLOCKED;
  }

  override claim(task: CoreTask): Verdict {
    task.value = new Guard(this.place, task, this.amount);
    this.place.resumed(task, this.amount, true);
    return RESUME;
  }

  override abandon(task: CoreTask): void {
    const { place, line, amount } = this;
    const first = line.first === task;
    if (line.remove(task)) place.left(task, first);
    else place.resumed(task, amount, false);
  }
}

/** Acquires, runs the body, and releases however it ends. */
const whileHeld = hidden("with", function* (acquire: Acquire, body: () => unknown) {
  const guard = (yield acquire) as Guard;
  try {
    return yield body();
  } finally {
    guard.release();
  }
});

/** A primitive that tasks acquire. */
export abstract class Acquirable extends Permits {
  /** @internal Whose permits they are. */
  get gate(): Permits {
    return this;
  }

  /** Gives it to the first task that waits for it, or frees it. */
  release(): void {
    this.gate.giveBack(current.task, 1);
  }

  /** Waits until it is free and takes it. The guard releases it at the end of a `using` block. */
  acquire(): Coroutine<Guard> {
    return noteCreated(new Acquire(this.site, this.gate), this.acquire);
  }

  /**
   * Takes it at once, for the task that runs (source: `trio.Lock.acquire_nowait`).
   *
   * @throws WouldBlock where it is not free; InvalidStateError outside a task
   */
  acquireNowait(): Guard {
    const { gate } = this;
    const { task } = current;
    if (!task) throw new InvalidStateError("only a task can acquire");
    if (!gate.admit(task, 1)) throw new WouldBlock();
    return new Guard(gate, task, 1);
  }

  /**
   * Runs the body while it is held, and releases it however that ends.
   *
   * @returns the value of the body
   */
  with<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    checkFunction(body, "with takes a function that returns what to await");
    return noteCreated(whileHeld(new Acquire(this.site, this.gate), body) as Coroutine<T>, this.with);
  }
}

const shape = { waiting: null } as never;
keepShape(new Acquire(librarySite(""), shape));
keepShape(new Guard(shape, shape, 1));
