/**
 * Acquiring what a limited number of tasks can have at once: what locks, semaphores and limiters have in common.
 *
 * First come, first served, and nobody barges in: who releases hands over to the first that waits, so a task that comes in between finds
 * nothing free. A task that is cancelled after it was handed something, and before it could resume, hands it on in that same step.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import type { Task } from "../kernel/task.js";
import { RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "./waitQueue.js";

/** What can be acquired. */
export interface Gate {
  /** Those that wait for it. */
  readonly waiting: WaitQueue;
  /** Takes it for the task, or says that it has to wait. */
  admit(task: Task<unknown>): boolean;
  /** Gives it back, or to the first that waits. */
  release(task: Task<unknown>): void;
  /** For people: what a waiting task waits for. */
  describe(): string;
}

/**
 * What `acquire()` gives: it is released at the end of the block.
 *
 * @example
 * ```ts
 * using _ = await lock.acquire();
 * ```
 */
export class Guard {
  #gate: Gate | null;
  readonly #task: Task<unknown>;

  /** @internal */
  constructor(gate: Gate, task: Task<unknown>) {
    this.#gate = gate;
    this.#task = task;
  }

  /** Releases what was acquired; a second call does nothing. */
  release(): void {
    const gate = this.#gate;
    this.#gate = null;
    gate?.release(this.#task);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** A coroutine that acquires. */
export class Acquire extends Coroutine<Guard> implements Waitable {
  readonly #gate: Gate;

  constructor(site: CodeSite, gate: Gate) {
    super(site);
    this.#gate = gate;
  }

  begin(task: Task<unknown>): Verdict {
    const gate = this.#gate;
    task.sent = new Guard(gate, task);
    if (gate.admit(task)) return RESUME;
    gate.waiting.add(task);
    task.waitingOn = this;
    return SUSPEND;
  }

  abandon(task: Task<unknown>): void {
    if (!this.#gate.waiting.remove(task)) this.#gate.release(task);
  }

  override describe(): string {
    return this.#gate.describe();
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
