import type { InspectOptions } from "node:util";
import { current } from "../kernel/current.js";
import { activeRuns, platformScheduler } from "../kernel/scheduler.js";
import { stackOf } from "../kernel/stackOf.js";
import { stateOf } from "../runner/taskState.js";

/** A task, as `ps()` shows it. */
export interface TaskRow {
  readonly name: string;
  readonly state: string;
  /** The coroutines that are on, the outermost first. */
  readonly coroutines: string;
  readonly waitsFor: string;
}

/** The rows, which a person sees as a table. */
class TaskTable extends Array<TaskRow> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  [Symbol.for("nodejs.util.inspect.custom")](_depth: number, _options: InspectOptions): string {
    if (this.length === 0) return "no tasks";
    const lines = [["task", "state", "coroutines", "waits for"], ...this.map((row) => Object.values(row))];
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
    return lines
      .map((line) =>
        line
          .map((text, at) => text.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }
}

/** The tasks that have not ended, of all runs, oldest first. */
export function showTasks(): readonly TaskRow[] {
  const rows = new TaskTable();
  for (const root of [platformScheduler().implicit, ...activeRuns]) {
    for (const task of root.tasks()) {
      const isOn = current.task === task;
      rows.push({
        name: task.name,
        state: stateOf(task),
        coroutines: stackOf(task)
          .filter((name) => !name.startsWith("$input"))
          .reverse()
          .join(" > "),
        waitsFor: (!isOn && task.waitingOn?.describe()) || "",
      });
    }
  }
  return rows;
}
