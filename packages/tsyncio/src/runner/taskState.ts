/**
 * The state of a task at this moment, in the words of `tsyncio ps`; a test compares them. `readGraph` has them from a function of its own,
 * since it goes into other processes as text.
 */
import type { CoreTask } from "../kernel/coreTask.js";
import { current } from "../kernel/current.js";
import { CANCELLED, EXCEPTION, PENDING, STATE } from "../kernel/futureBits.js";
import { BEGUN, QUEUED } from "../kernel/taskBits.js";

/** Of a task that was cancelled and has not ended, `, cancelled` follows. */
export function stateOf(task: CoreTask): string {
  const state = task.flags & STATE;
  if (state !== PENDING) return state === CANCELLED ? "cancelled" : state === EXCEPTION ? "failed" : "done";
  return isCancelling(task) ? `${unfinished(task)}, cancelled` : unfinished(task);
}

function unfinished(task: CoreTask): "running" | "not begun" | "ready" | "waiting" {
  if (current.task === task) return "running";
  if ((task.flags & BEGUN) === 0) return "not begun";
  if ((task.flags & QUEUED) !== 0) return "ready";
  // Without a wait it is one whose step goes on beneath an eager one.
  return task.waitingOn ? "waiting" : "running";
}

/** The task itself, or a scope in it. */
function isCancelling(task: CoreTask): boolean {
  if (task.asScope && (task.asScope.cancels > 0 || task.asScope.unwindsTo)) return true;
  for (let frame = task.top; frame; frame = frame.caller) if (frame.unwinding) return true;
  return false;
}
