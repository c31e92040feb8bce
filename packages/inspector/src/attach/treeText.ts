/** What `tsyncio pstree` prints of a thread. */
import type { TaskNode } from "tsyncio/debug";
import { headOf, tailOf } from "./lookText.js";
import type { Look } from "./readTasks.js";
import { rowOf } from "./taskRows.js";
import { type Branch, SAMPLES, type Tree } from "./taskTree.js";
import { clean, duration } from "./text.js";

/**
 * @param title - which thread it is
 * @param cwd - paths of files below it are shown from there
 */
export function treeText(title: string, look: Look, tree: Tree, cwd: string): string {
  const lines = [...headOf(title, look, cwd)];
  if (tree.branches.length > 0) lines.push("", ...branchLines(look, tree.branches, cwd));
  if (tree.left > 0) lines.push(`… and ${tree.left} more tasks (--limit N, --all)`);
  for (const ring of tree.rings) {
    lines.push("", ring.length === 1 ? "a task waits for itself:" : `${ring.length} tasks wait for each other:`);
    lines.push(...ring.map((task) => `    ${oneText(look, task, cwd)}`));
  }
  lines.push(...tailOf(look, cwd));
  return lines.join("\n");
}

function branchLines(look: Look, branches: readonly Branch[], cwd: string): string[] {
  const lines: string[] = [];
  const open = branches.map((branch) => ({ branch, first: "", rest: "" })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { branch, first, rest } = next;
    const { tasks, children } = branch;
    lines.push(first + (tasks.length === 1 ? oneText(look, tasks[0] as TaskNode, cwd) : crowdText(look, tasks, cwd)));
    for (const [index, child] of [...children.entries()].reverse()) {
      const last = index === children.length - 1;
      open.push({ branch: child, first: `${rest}${last ? "└─ " : "├─ "}`, rest: `${rest}${last ? "   " : "│  "}` });
    }
  }
  return lines;
}

function oneText(look: Look, task: TaskNode, cwd: string): string {
  const { id, name, coroutines, state, waitsFor, waitedText, where } = rowOf(look, task, cwd);
  const doing = waitsFor === "" ? state : `${state === "waiting" ? "" : `${state}, `}waits for ${waitsFor}`;
  return [`${name} #${id}`, coroutines, doing, waitedText && `for ${waitedText}`, where]
    .filter((part) => part !== "")
    .join(" · ");
}

function crowdText(look: Look, tasks: readonly TaskNode[], cwd: string): string {
  const [first] = tasks as readonly [TaskNode];
  const samples = tasks.slice(0, SAMPLES).map((task) => rowOf(look, task, cwd));
  const kind = first.waitsFor === null ? first.state : `waiting (${clean(first.waitsFor.kind)})`;
  const waits = tasks.flatMap(({ waited }) => waited ?? []);
  const times =
    waits.length === 0
      ? ""
      : `for ${duration(waits.reduce((a, b) => Math.min(a, b)))} to ${duration(waits.reduce((a, b) => Math.max(a, b)))}`;
  const places = new Set(samples.flatMap(({ where }) => where || []));
  const named = samples.slice(0, 3).map(({ name }) => name);
  return [
    `${tasks.length} × ${clean(first.coroutine)}: ${named.join(", ")}, …`,
    first.cancelling ? `${kind}, cancelled` : kind,
    times,
    [...places].join(", "),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
