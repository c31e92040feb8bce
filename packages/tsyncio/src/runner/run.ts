/**
 * `run`: from native code into coroutines, and out again when everything has ended.
 *
 * The phases of a run: the main task; then the tasks that are left are cancelled and awaited, in rounds, since clean-ups may make
 * tasks; then the async generators that were begun are closed; then what was never awaited or never retrieved is reported; then
 * the promise settles.
 */
import { followAsyncLocalStorage } from "#process";
import { Calling } from "../kernel/calling.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Context } from "../kernel/context.js";
import { current } from "../kernel/current.js";
import type { Duration } from "../kernel/duration.js";
import { InvalidStateError } from "../kernel/errors.js";
import type { Host } from "../kernel/host.js";
import { platformScheduler, Scheduler } from "../kernel/scheduler.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { Run } from "./runState.js";

/** Options of `run`. */
export interface RunOptions {
  /** Capture the line of every coroutine that is made, and write exact lines into the stack of every error at once. */
  debug?: boolean | undefined;
  /**
   * Whether SIGINT and SIGTERM cancel the main task; default: true, unless the program listens to them itself. With a time of grace, the process
   * ends after that as at a second signal, whatever still cleans up.
   */
  signals?: boolean | { readonly grace: Duration } | undefined;
  /** Another clock and timer than the platform's, such as `VirtualClock` of `tsyncio/testing`. */
  clock?: Host | undefined;
  /** The main task runs in this very context; default: a copy of the current one. */
  context?: Context | undefined;
}

/**
 * Starts a loop for a coroutine and gives its result as a native promise (source: `asyncio.run`). The promise settles when all that
 * the run started has ended: tasks that are left are cancelled and their clean-ups awaited.
 *
 * A first SIGINT or SIGTERM cancels the main task, and the process ends with status 130 or 143 when everything has cleaned up; a
 * second one ends it at once.
 *
 * @param main - a coroutine, or a function that returns one
 * @throws (as rejection) what main throws; CancelledError where it was cancelled; InvalidStateError inside a task; DeadlockError where
 * nothing could ever wake it
 * @example
 * ```ts
 * const main = coroutine(function* () {
 *   yield* sleep("1s");
 *   return 42;
 * });
 * console.log(await run(main()));
 * ```
 */
export function run<T>(main: Main<T>, options: RunOptions = {}): Promise<T> {
  return start("run", main, () => new Run(schedulerFor(options.clock), options, true));
}

/** What can be run. */
export type Main<T> = Awaitable<T> | (() => T | PromiseLike<T>);

/**
 * @param taker - the function that the program called
 * @param runFor - gives the run whose main task this is; where it throws, the coroutine is closed
 * @throws (as rejection) InvalidStateError where a task is on
 */
export function start<T>(taker: string, main: Main<T>, runFor: () => Run, context?: Context): Promise<T> {
  return new Promise((resolve, reject) => {
    // A function is called when the main task begins, so that it runs inside the loop.
    const coroutine =
      typeof main === "function" ? new Calling<T>(librarySite(main.name || "main"), main) : toCoroutine<T>(main, taker);
    try {
      checkOutside(taker);
      followAsyncLocalStorage();
      runFor().start(coroutine, context, resolve, reject);
    } catch (error) {
      coroutine.discard();
      throw error;
    }
  });
}

/** @throws InvalidStateError where a task is on */
export function checkOutside(taker: string): void {
  if (current.task) throw new InvalidStateError(`${taker}() cannot be called inside a task; await it instead`);
}

const schedulers = new WeakMap<Host, Scheduler>();

export function schedulerFor(clock: Host | undefined): Scheduler {
  if (!clock) return platformScheduler();
  const scheduler = schedulers.get(clock) ?? new Scheduler(clock);
  schedulers.set(clock, scheduler);
  return scheduler;
}
