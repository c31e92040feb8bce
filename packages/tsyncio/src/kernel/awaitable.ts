/** The protocol between an awaitable and the driver. */

import type { CoreTask } from "./coreTask.js";
import type { Coroutine } from "./coroutine.js";
import { define } from "./define.js";
import type { Verdict } from "./verdict.js";

/**
 * On the prototypes of the awaitables of this copy of the package: 3 of futures, 2 of coroutines that are frames, which the driver may push
 * by itself, 1 of others. Those of a second copy have none, and are awaited as thenables.
 */
export const OWN: unique symbol = Symbol("tsyncio.own");

export interface KernelAwaitable {
  /** Called by the driver when a task awaits the object. */
  awaitedBy(task: CoreTask): Verdict;
}

/** Marks a class whose instances the driver may ask by `awaitedBy`. */
export function own(target: abstract new (...args: never[]) => KernelAwaitable, kind: 1 | 2 | 3 = 1): void {
  define(target.prototype, { [OWN]: kind });
}

/** Whether the value is an awaitable of this copy of the package. */
export function isOwn(value: object): value is KernelAwaitable {
  return (value as { [OWN]?: number })[OWN] !== undefined;
}

/** Whether it is a coroutine of this copy. In place of `instanceof`, which asks for a brand, and costs ten times as much. */
export function isOwnCoroutine(value: unknown): value is Coroutine {
  return typeof value === "object" && value !== null && ((value as { [OWN]?: number })[OWN] as number) < 3;
}

/** What a suspended task waits for. */
export interface Waitable {
  /** The task will not take the outcome: leave the queue of waiters, or give back what was already handed over. */
  abandon(task: CoreTask): void;
  /**
   * The waiting task is being cancelled. True where the cancellation went on to what is awaited, and the task shall wait until
   * that has cleaned up; false, or no such method, where the task shall stop waiting.
   */
  cancelFor?(task: CoreTask, reason: unknown): boolean;
  /** The task was woken by `wakeUp(CLAIMING)` and its step begins: it takes what it waited for, or waits again. */
  claim?(task: CoreTask): Verdict;
  /** For people: "a sleep", "a future", "task 'main' (main)". */
  describe(): string;
}
