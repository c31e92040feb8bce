/** What `tsyncio ps` prints of a thread. */
import { headOf, tailOf } from "./lookText.js";
import type { Look } from "./readTasks.js";
import { rowOf } from "./taskRows.js";
import { type Column, table } from "./text.js";

const COLUMNS: readonly Column[] = [
  { title: "ID", most: 10, right: true },
  { title: "TASK", most: 28 },
  { title: "COROUTINES", most: 36 },
  { title: "STATE", most: 20 },
  { title: "FOR", most: 14, right: true },
  { title: "WAITS FOR", most: 56 },
  { title: "AT", most: Infinity },
];

/**
 * The tasks of a thread, a line each.
 *
 * @param title - which thread it is
 * @param most - how many
 * @param cwd - paths of files below it are shown from there
 */
export function taskTable(title: string, look: Look, most: number, cwd: string): string {
  const { tasks } = look.graph;
  const rows = tasks.slice(0, most).map((task) => {
    const { id, name, coroutines, state, waitedText, waitsFor, at } = rowOf(look, task, cwd);
    return [String(id), name, coroutines, state, waitedText, waitsFor, at];
  });
  const lines = [...headOf(title, look, cwd)];
  if (rows.length > 0) lines.push("", ...table(COLUMNS, rows));
  if (tasks.length > most) lines.push(`… and ${tasks.length - most} more (--limit N, --all)`);
  lines.push(...tailOf(look, cwd));
  return lines.join("\n");
}
