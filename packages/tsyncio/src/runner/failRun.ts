/** A run that ends before its main task does. */
import type { Run } from "./runState.js";

/**
 * Ends the run: what it has left is cancelled, and when that has cleaned up, it fails with the error. A `Runner` ends its main task alone. Where
 * that goes on already, the clean-ups are interrupted.
 */
export function failRun(run: Run, error: unknown, reason: string): void {
  run.failure = error;
  if (run.main && !run.ending) run.main.cancel(reason);
  else if (!run.end()) for (const task of [...run.tasks()]) task.cancel(reason);
}
