/** Cancellation as an `AbortSignal`, for functions that know nothing of tasks. */
import { current } from "../kernel/current.js";
import { InvalidStateError } from "../kernel/errors.js";
import { abortSignals, signalOf } from "./controllers.js";

/**
 * A signal that aborts when the innermost scope around the caller is cancelled, or one outside it, or the task. The same signal for
 * all calls in one scope.
 *
 * @throws InvalidStateError outside a task
 * @example
 * ```ts
 * const body = await readFile(path, { signal: abortSignal() });
 * ```
 */
export function abortSignal(): AbortSignal {
  const { task } = current;
  if (!task) throw new InvalidStateError("abortSignal() must be called inside a task");
  const signal = signalOf(task.scope ?? task.whole());
  // Cancellations that came before it.
  abortSignals(task);
  return signal;
}
