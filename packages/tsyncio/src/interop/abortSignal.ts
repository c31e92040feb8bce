/** Cancellation as an `AbortSignal`, for functions that know nothing of tasks. */
import type { CancelTarget } from "../kernel/cancelScope.js";
import { current } from "../kernel/current.js";
import { CancelledError, InvalidStateError } from "../kernel/errors.js";
import { controllerOf } from "./controllers.js";

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
  const innermost = task.scope ?? task.whole();
  const controller = controllerOf(innermost);
  for (let scope: CancelTarget | null = innermost; scope; scope = scope.parent) {
    if (scope.cancelCalled) controller.abort(new CancelledError(scope.reason));
    if (scope.shield) break;
  }
  return controller.signal;
}
