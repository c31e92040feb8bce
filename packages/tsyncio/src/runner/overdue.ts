/** In debug mode: a task that was cancelled and does not end is named. */
import { TimerHandle } from "../kernel/handle.js";
import type { Task } from "../kernel/task.js";

/** Milliseconds that clean-ups may take before somebody is told. */
const PATIENCE = 5000;

/** Reports the task if it has not ended some seconds from now. */
export function watchOverdue(task: Task<unknown>): void {
  const { scheduler } = task;
  const timer = new TimerHandle(scheduler, scheduler.time() + PATIENCE, tell, [task]);
  scheduler.addTimer(timer);
  task.addDoneCallback(() => timer.cancel());
}

function tell(...[task]: unknown[]): void {
  const { scheduler, name, waitingOn } = task as Task<unknown>;
  const waits = waitingOn ? `; it waits for ${waitingOn.describe()}` : "";
  scheduler.report({
    message: `task '${name}' was cancelled ${PATIENCE / 1000} s ago and has not ended${waits}\n    a clean-up takes long, or a \`finally\` goes on with \`continue\`, or throws beneath a \`catch\` of the same function`,
    task,
  });
}
