/**
 * A run that can never go on is told so. On the platform's clock the host does it: Node emits `beforeExit` when it has no timer, no
 * socket and nothing else left to wait for, and would leave silently, with status 13. A browser has no such moment. On a virtual clock
 * the scheduler knows.
 */
import { DeadlockError } from "../kernel/errors.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { describeWaits, waits } from "./describeWaits.js";
import { failRun } from "./failRun.js";
import type { Run } from "./runState.js";

/** Nothing is ready, no timer is set and nothing of the host is awaited. */
export function stuck(scheduler: Scheduler): void {
  for (const root of activeRuns) if (root.scheduler === scheduler) failStuck(root as Run);
}

/** Nothing can ever wake the tasks of the run: they are cancelled, and the run fails. */
function failStuck(run: Run): void {
  if (run.failure instanceof DeadlockError) {
    // Not even the clean-ups can go on.
    run.settle();
    return;
  }
  const { loading } = waits;
  if (run.debug && !waits.describe && loading) {
    waits.loading = null;
    loading.then(() => failStuck(run));
    return;
  }
  const error = new DeadlockError(`the program can never go on; all tasks wait\n${describeWaits(run)}`);
  failRun(run, error, "deadlock");
}
