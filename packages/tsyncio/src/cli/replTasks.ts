import type { InspectOptions } from "node:util";
import { stateText } from "../debug/formatTasks.js";
import { readGraph } from "../debug/readGraph.js";

/** A task, as `ps()` shows it. */
export interface TaskRow {
  readonly name: string;
  readonly state: string;
  /** The coroutines that are on, the outermost first. */
  readonly coroutines: string;
  readonly waitsFor: string;
}

/** So many are shown; the others are there. */
const SHOWN = 100;

/** The rows, which a person sees as a table. */
class TaskTable extends Array<TaskRow> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  [Symbol.for("nodejs.util.inspect.custom")](_depth: number, _options: InspectOptions): string {
    if (this.length === 0) return "no tasks";
    const rows = this.slice(0, SHOWN).map((row) => Object.values(row) as string[]);
    const lines = [["TASK", "STATE", "COROUTINES", "WAITS FOR"], ...rows];
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
    const texts = lines.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  "));
    if (this.length > SHOWN) texts.push(`… and ${this.length - SHOWN} more: ps().slice(${SHOWN})`);
    return texts.map((text) => text.trimEnd()).join("\n");
  }
}

/** The tasks that have not ended, of all runs, in the words of `tsyncio ps`. */
export function showTasks(): readonly TaskRow[] {
  const rows = new TaskTable();
  for (const task of readGraph()?.tasks ?? []) {
    const { name, coroutine, stack, waitsFor } = task;
    const own = stack.filter(({ library }) => !library).map((entry) => entry.name);
    rows.push({
      name,
      state: stateText(task),
      // The line that was typed is no function of its own.
      coroutines: (own.length > 0 ? own : [coroutine]).filter((each) => !each.startsWith("$input")).join(" > "),
      waitsFor: waitsFor?.text ?? "",
    });
  }
  return rows;
}
