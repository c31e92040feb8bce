/** Reports at a moment that a test runner chooses. */
import { current } from "../kernel/current.js";
import { platformScheduler } from "../kernel/scheduler.js";
import { reportWatched } from "../kernel/watchlist.js";

/**
 * Reports now what the end of the process would: coroutines that nobody awaited and failures that nobody took, outside of any run.
 *
 * The end of a run reports what was forgotten in it. Where a test runner awaits coroutines itself there is no run, and it may end its process
 * without a word to the program: a hook behind the last test is the time to ask. The plugin for Vite does so in vitest by itself.
 *
 * @example
 * ```ts
 * import { after } from "node:test";
 *
 * after(() => reportForgotten());
 * ```
 */
export function reportForgotten(): void {
  const { implicit } = platformScheduler();
  current.sweep();
  reportWatched(implicit);
}
