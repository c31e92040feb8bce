/**
 * What a run has to do with the process around it, on Node, Deno and Bun: signals, the moment when nothing is left to wait for, the
 * environment, and `AsyncLocalStorage`. Elsewhere `noProcess.ts` stands in its place (`#process` in package.json), so that a browser
 * does not carry what it cannot use.
 */
import { milliseconds, NEVER } from "../kernel/duration.js";
import { hooks } from "../kernel/hooks.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { stuck } from "./deadlock.js";
import { debugRun } from "./debugMode.js";
import { forget } from "./defaultExecutor.js";
import { hostProcess } from "./environment.js";
import type { RunOptions } from "./run.js";
import type { Run } from "./runState.js";
import { handleSignal } from "./signalHandlers.js";
import { watchSignals } from "./signals.js";
import "./showAwaitables.js";
import { timeSteps } from "./slowSteps.js";

export { followAsyncLocalStorage } from "../interop/asyncLocalStorage.js";
export { debugAsked } from "./environment.js";
export { ProcessLoop } from "./processLoop.js";
export { timeSteps };

/** What the program has set on a loop ends. */
export function resetLoop(scheduler: Scheduler): void {
  forget(scheduler)?.shutdown({ wait: false });
  handleSignal(scheduler, null, null);
  timeSteps(scheduler, false);
}

/** The host has nothing left to do. */
function exhausted(): void {
  for (const scheduler of new Set([...activeRuns].map((root) => root.scheduler)))
    if (!scheduler.host.jump) stuck(scheduler);
}

/**
 * Lets the process know of a run: it may be cancelled by a signal, and is told when it can never go on. In debug mode it
 * names the tasks that do not end when they are cancelled, and what keeps the loop too long.
 *
 * @returns a function that ends this, to be called before the promise of the run settles, when the run is no longer active
 */
export function watchProcess(run: Run, signals: RunOptions["signals"] = true): () => void {
  hooks.stuck = stuck;
  const { scheduler } = run;
  const leaveDebug = run.debug ? debugRun(run) : undefined;
  if (run.debug) timeSteps(scheduler, true);
  const process = scheduler.host.jump ? undefined : hostProcess();
  if (process && !process.listeners("beforeExit").includes(exhausted)) process.on("beforeExit", exhausted);
  const release =
    process && signals ? watchSignals(run, signals === true ? NEVER : milliseconds(signals.grace)) : undefined;
  return () => {
    if (run.debug)
      timeSteps(
        scheduler,
        scheduler.debug ?? [...activeRuns].some((other) => other.scheduler === scheduler && other.debug),
      );
    if (activeRuns.size === 0) process?.off("beforeExit", exhausted);
    release?.();
    leaveDebug?.();
  };
}
