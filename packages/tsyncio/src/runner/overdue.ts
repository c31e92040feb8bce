/** In debug mode: a task that was cancelled and does not end is named. */

import type { CoreTask } from "../kernel/coreTask.js";
import { TimerHandle } from "../kernel/handle.js";
import { Observer } from "../kernel/observer.js";

/** Milliseconds that clean-ups may take before somebody is told. */
const PATIENCE = 5000;

/** Reports the task if it has not ended some seconds from now. */
export function watchOverdue(task: CoreTask): void {
  const { scheduler } = task;
  const timer = new TimerHandle(scheduler, scheduler.time() + PATIENCE, tell, [task]);
  scheduler.addTimer(timer);
  new Observer(task, false, scheduler, () => timer.cancel());
}

function tell(...[task]: unknown[]): void {
  const { scheduler, name, waitingOn } = task as CoreTask;
  const waits = waitingOn ? `; it waits for ${waitingOn.describe()}` : "";
  scheduler.report({
    message: `task '${name}' was cancelled ${PATIENCE / 1000} s ago and has not ended${waits}\n    a clean-up takes long, or a \`finally\` goes on with \`continue\`, or throws beneath a \`catch\` of the same function`,
    task,
  });
}
