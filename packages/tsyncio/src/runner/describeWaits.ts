/** What each task of a run waits for, for people. */

import type { Root } from "../kernel/root.js";
import { stackOf } from "../kernel/stackOf.js";

/** A line a task: its name, its coroutines from the outermost, and what it waits for. */
export function describeWaits(root: Root): string {
  const lines: string[] = [];
  for (const task of root.tasks()) {
    const waits = !task.waitingOn ? "has not begun" : `waits for ${task.waitingOn.describe()}`;
    lines.push(`    task '${task.name}' (${stackOf(task).reverse().join(" > ")}) ${waits}`);
    if (lines.length === 20 && root.taskCount > 20) {
      lines.push(`    … and ${root.taskCount - 20} more`);
      break;
    }
  }
  return lines.join("\n");
}
