/** The `AbortController`s of scopes. */
import type { CancelTarget } from "../kernel/cancelScope.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { CancelledError } from "../kernel/errors.js";
import { hooks } from "../kernel/hooks.js";

/** The controller of a scope, made when it is first asked for; aborts when the scope is cancelled, or one outside it, or the task. */
export function controllerOf(scope: CancelTarget): AbortController {
  hooks.abortSignals = abort;
  scope.controller ??= new AbortController();
  return scope.controller;
}

/** A scope of the task was cancelled: aborts the signals of all scopes that this reaches. */
function abort(task: CoreTask, from: CancelTarget, reason: unknown): void {
  let reached: AbortController[] = [];
  for (let scope = task.scope; scope; scope = scope.parent) {
    if (scope.controller) reached.push(scope.controller);
    if (scope === from) break;
    if (scope.shield) reached = [];
  }
  for (const controller of reached) controller.abort(new CancelledError(reason));
}
