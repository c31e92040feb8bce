/**
 * The protocol between an awaitable and the driver, and the bridge by which `yield*` reaches it.
 *
 * `await x` in lowered code is `yield x`: the driver receives x. `yield* x` asks x for an iterator. If that delegated natively,
 * every resume would walk the whole chain of generators (O(depth)), and a `return()` through it would be forgotten as soon as a
 * clean-up awaits. So the iterator of an awaitable has one step: it hands the awaitable itself to the driver, and gives back
 * what the driver sends.
 *
 * One iterator serves all: between `[Symbol.iterator]()` and the first `next()` nothing else can run, so the awaitable waits in
 * `current.opened` for that moment. The driver clears it before each resume, so that an iterator that somebody opened by hand
 * and dropped cannot be taken for the answer of another wait.
 */

import { current } from "./current.js";
import { hooks } from "./hooks.js";
import type { Task } from "./task.js";
import type { Verdict } from "./verdict.js";

/**
 * On the prototypes of the awaitables of this copy of the package: 2 where the object is a frame that the driver may push by itself,
 * 1 where it has to be asked. Those of a second copy have none, and are awaited as thenables.
 */
export const OWN: unique symbol = Symbol("tsyncio.own");

export interface KernelAwaitable {
  /** Called by the driver when a task awaits the object. */
  awaitedBy(task: Task<unknown>): Verdict;
}

/** Marks a class whose instances the driver may ask by `awaitedBy`. */
export function own(target: abstract new (...args: never[]) => KernelAwaitable, kind: 1 | 2 = 1): void {
  Object.defineProperty(target.prototype, OWN, { value: kind });
}

/** Whether the value is an awaitable of this copy of the package. */
export function isOwn(value: object): value is KernelAwaitable {
  return (value as { [OWN]?: number })[OWN] !== undefined;
}

/** What a suspended task waits for. */
export interface Waitable {
  /** The task will not take the outcome: leave the queue of waiters, or give back what was already handed over. */
  abandon(task: Task<unknown>): void;
  /**
   * The waiting task is being cancelled. True where the cancellation went on to what is awaited, and the task shall wait until
   * that has cleaned up; false, or no such method, where the task shall stop waiting.
   */
  cancelFor?(task: Task<unknown>, reason: unknown): boolean;
  /** The task was woken by `wakeUp(CLAIMING)` and its step begins: it takes what it waited for, or waits again. */
  claim?(task: Task<unknown>): Verdict;
  /** For people: "a sleep", "a future", "task 'main' (main)". */
  describe(): string;
}

// Reused: the driver reads it before anything else can run. Made by a generator, so that it has the hidden class of all the
// other results that the driver reads.
const handed = (function* (): Generator<unknown> {
  yield;
})().next() as IteratorYieldResult<unknown>;

const bridge: Iterator<unknown, unknown, unknown> & Iterable<unknown> = {
  [Symbol.iterator]() {
    return this;
  },
  next(sent: unknown): IteratorResult<unknown, unknown> {
    if (current.opened === null) return { value: sent, done: true };
    handed.value = current.opened;
    current.opened = null;
    return handed;
  },
  throw(error: unknown): never {
    // Runs beneath the frame that awaits, so its line can be noted here.
    hooks.chain?.noteLine(error, bridge.throw as () => never);
    throw error;
  },
};

/** The iterator of every awaitable. */
export function openAwait<T>(awaitable: KernelAwaitable): Generator<unknown, T, unknown> {
  current.opened = awaitable;
  return bridge as Generator<unknown, T, unknown>;
}
