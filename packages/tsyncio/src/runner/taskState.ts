/** The state of a task at this moment, in one word, and what it waits for. */
import type { CoreTask } from "../kernel/coreTask.js";
import { current } from "../kernel/current.js";
import { CANCELLED, EXCEPTION, PENDING, STATE } from "../kernel/futureBits.js";
import { QUEUED } from "../kernel/taskBits.js";

export type TaskState = "queued" | "running" | "waiting" | "woken" | "cancelling" | "done" | "failed" | "cancelled";

/** The words of ARCHITECTURE.md; `cancelling` is a task that was cancelled and has not ended. */
export function stateOf(task: CoreTask): TaskState {
  const state = task.flags & STATE;
  if (state !== PENDING) return state === CANCELLED ? "cancelled" : state === EXCEPTION ? "failed" : "done";
  if (current.task === task) return "running";
  if (task.cancels > 0) return "cancelling";
  if (!task.waitingOn) return "queued";
  return (task.flags & QUEUED) !== 0 ? "woken" : "waiting";
}
