/** All tasks, and what they wait for, as text. */

import type { TaskGraph, TaskNode, WaitNode } from "./graph.js";
import { ringsOf } from "./ringsOf.js";

/** Options of `formatTasks` and `printTasks`. */
export interface FormatTasksOptions {
  /** The most tasks that are shown; default: 20. Those that wait for each other in a ring come first. */
  limit?: number | undefined;
}

/**
 * A graph as text: what each task waits for, and its stack from the innermost coroutine. Tasks that wait for each other in a ring, and so
 * for ever, come first.
 *
 * @example
 * ```ts
 * console.log(formatTasks(captureTasks()));
 * ```
 */
export function formatTasks(graph: TaskGraph, { limit = 20 }: FormatTasksOptions = {}): string {
  const lines: string[] = [];
  const byNumber = new Map(graph.tasks.map((task) => [task.id, task]));
  const shown = new Set<TaskNode>();
  for (const ring of ringsOf(graph)) {
    if (shown.size >= limit) break;
    const tasks = ring.flatMap((id) => byNumber.get(id) ?? []);
    lines.push(tasks.length === 1 ? "    it waits for itself:" : `    ${tasks.length} tasks wait for each other:`);
    for (const task of tasks) {
      shown.add(task);
      lines.push(...linesOf(task, "        "));
    }
  }
  const others = graph.tasks.filter((task) => !shown.has(task) && task.state !== "done");
  for (const task of others) {
    if (shown.size >= limit) {
      lines.push(`    … and ${others.length - others.indexOf(task)} more`);
      break;
    }
    shown.add(task);
    lines.push(...linesOf(task, "    "));
  }
  return lines.join("\n");
}

/**
 * The state of a task in words, which are the same wherever it is told: `waiting`; `waiting, cancelled` of one whose clean-ups are not done.
 *
 * @example
 * ```ts
 * for (const task of captureTasks().tasks) console.log(task.name, stateText(task));
 * ```
 */
export function stateText({ state, cancelling }: Pick<TaskNode, "state" | "cancelling">): string {
  return cancelling ? `${state}, cancelled` : state;
}

function linesOf(task: TaskNode, indent: string): string[] {
  const program = task.stack.filter(({ library }) => !library);
  const names = program.length > 0 ? program.map(({ name }) => name).join(" > ") : task.coroutine;
  const lines = [`${indent}task '${task.name}' (${names}) ${doing(task)}`];
  for (const { name, at, definition } of program.toReversed())
    if (at) lines.push(`${indent}    at ${name} (${at})`);
    else if (definition) lines.push(`${indent}    in ${name}, defined at ${definition}`);
  if (task.madeAt) lines.push(`${indent}    made at ${task.madeAt}`);
  return lines;
}

function doing(task: TaskNode): string {
  const { state, waitsFor, waited, waitedMore } = task;
  const does = waitsFor ? `waits for ${waitText(waitsFor, waited, waitedMore)}` : (DOING[state] ?? state);
  return task.cancelling ? `was cancelled, and ${does}` : does;
}

const DOING: Partial<Record<string, string>> = {
  "not begun": "has not begun",
  ready: "is ready to go on",
  running: "runs",
  done: "has ended",
};

/** What is waited for, since when, and until when. */
export function waitText({ text, due }: WaitNode, waited: number | null, atLeast: boolean): string {
  const since = waited === null ? "" : `, for ${atLeast ? "at least " : ""}${seconds(waited)}`;
  return `${text}${since}${due === null ? "" : `, ${seconds(due)} left`}`;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
