/**
 * What a run has to do with the process around it, on Node, Deno and Bun: signals, the moment when nothing is left to wait for, the
 * environment, and `AsyncLocalStorage`. Elsewhere `noProcess.ts` stands in its place (`#process` in package.json), so that a browser
 * does not carry what it cannot use.
 */
import { hooks } from "../kernel/hooks.js";
import { activeRuns } from "../kernel/scheduler.js";
import { stuck } from "./deadlock.js";
import { hostProcess } from "./environment.js";
import { watchOverdue } from "./overdue.js";
import type { Run } from "./runState.js";
import { watchSignals } from "./signals.js";

export { followAsyncLocalStorage } from "../interop/asyncLocalStorage.js";
export { debugAsked } from "./environment.js";

/** The host has nothing left to do. */
function exhausted(): void {
  for (const scheduler of new Set([...activeRuns].map((root) => root.scheduler)))
    if (!scheduler.host.jump) stuck(scheduler);
}

/**
 * Lets the process know of a run: it may be cancelled by a signal, and is told when it can never go on. In debug mode it
 * names the tasks that do not end when they are cancelled.
 *
 * @returns a function that ends this, to be called before the promise of the run settles, when the run is no longer active
 */
export function watchProcess(run: Run<unknown>, signals: boolean): () => void {
  hooks.stuck = stuck;
  if (run.debug) run.cancelled = watchOverdue;
  const process = hostProcess();
  if (!process || run.scheduler.host.jump) return () => {};
  if (!process.listeners("beforeExit").includes(exhausted)) process.on("beforeExit", exhausted);
  const release = signals ? watchSignals(run) : undefined;
  return () => {
    if (activeRuns.size === 0) process.off("beforeExit", exhausted);
    release?.();
  };
}
