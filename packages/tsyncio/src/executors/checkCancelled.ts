/** Asking, inside a thread, whether the caller was cancelled. */
import { CancelledError } from "../kernel/errors.js";
import { CANCELLED } from "./job.js";

let state: Int32Array | null = null;

/** In a worker: the state of the job that it does now. */
export function watchJob(job: Int32Array | null): void {
  state = job;
}

/**
 * In a function that a thread runs: whether the task that awaits it was cancelled (source: `anyio.from_thread.check_cancelled`). A long computation
 * asks from time to time, where cancelling does not terminate the thread.
 *
 * @throws CancelledError where it was
 */
export function checkCancelled(): void {
  if (state && Atomics.load(state, CANCELLED) === 1)
    throw new CancelledError("the task that awaits the thread was cancelled");
}
