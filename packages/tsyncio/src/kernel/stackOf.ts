/** What runs in a task, for people. */
import type { CoreTask } from "./coreTask.js";

/** The names of the coroutines that are on, innermost first; of the task that runs, as they were when it last waited. */
export function stackOf(task: CoreTask): string[] {
  const names: string[] = [];
  for (let frame = task.top; frame; frame = frame.caller) if (!frame.hidden) names.push(frame.name);
  if (names.length === 0 && !task.done()) names.push(task.coroutine.name);
  return names;
}
