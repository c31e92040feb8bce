/** A run in virtual time. */
import type { Awaitable } from "../kernel/toFuture.js";
import { type RunOptions, run } from "../runner/run.js";
import { VirtualClock } from "./virtualClock.js";

/**
 * As `run`, in virtual time: no test waits for a real timer. A program that can never go on ends with a `DeadlockError` that names
 * what each task waits for. A bare future does not hold the clock, whoever will set it; a promise that a task awaits does.
 *
 * @example
 * ```ts
 * await runWithVirtualTime(async () => {
 *   const started = getRunningLoop().time();
 *   await sleep("1h");
 *   assert.equal(getRunningLoop().time() - started, 3_600_000);
 * });
 * ```
 */
export function runWithVirtualTime<T>(
  main: Awaitable<T> | (() => T | PromiseLike<T>),
  options: RunOptions = {},
): Promise<T> {
  return run(main, { clock: new VirtualClock(), ...options });
}
