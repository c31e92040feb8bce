/** What each task of a run waits for, for people. */

import type { Root } from "../kernel/root.js";
import { stackOf } from "../kernel/stackOf.js";

/** What knows more; it is loaded in debug mode. */
export const waits: { describe: ((root: Root) => string) | null; loading: Promise<unknown> | null } = {
  describe: null,
  loading: null,
};

/** A line a task: its name, its coroutines from the outermost, and what it waits for; in debug mode with its lines. */
export function describeWaits(root: Root): string {
  if (root.debug && waits.describe) return waits.describe(root);
  const lines: string[] = [];
  for (const task of root.tasks()) {
    const waits = !task.waitingOn ? "does not wait" : `waits for ${task.waitingOn.describe()}`;
    lines.push(`    task '${task.name}' (${stackOf(task).reverse().join(" > ")}) ${waits}`);
    if (lines.length === 20 && root.taskCount > 20) {
      lines.push(`    … and ${root.taskCount - 20} more`);
      break;
    }
  }
  return lines.join("\n");
}
