/** The `AbortController`s of scopes. */
import type { CancelTarget } from "../kernel/cancelScope.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { CancelledError } from "../kernel/errors.js";
import { hooks } from "../kernel/hooks.js";

/** The signal of a scope, made when it is first asked for; aborts when the scope is cancelled, or one outside it, or the task. */
export function signalOf(scope: CancelTarget): AbortSignal {
  hooks.abortSignals = abortSignals;
  scope.controller ??= new AbortController();
  return scope.controller.signal;
}

/** Aborts the signals of all scopes of the task that a cancellation reaches; once for each, as the platform has it. */
export function abortSignals({ scope }: CoreTask): void {
  for (let inner = scope; inner; inner = inner.parent) {
    let from: CancelTarget | null = inner;
    while (from && !from.cancelCalled) from = from.shield ? null : from.parent;
    if (from) inner.controller?.abort(new CancelledError(from.reason));
  }
}
