/** What is told of a thread as a whole: above its tasks how many there are and whether the loop comes round, below them what else is amiss. */
import type { Look } from "./readTasks.js";
import type { LoopState, RunningFunction } from "./standstill.js";
import { clean, counted, duration, placeText } from "./text.js";

/** Of a stack that is deeper, the outermost functions are left out. */
const MOST_CALLS = 20;

/** @param title - which thread it is of */
export function headOf(title: string, look: Look, cwd: string): string[] {
  const { graph, loop } = look;
  const states = tally(graph.tasks.map(({ state }) => state));
  const lines = [`${title}: ${counted(graph.tasks.length, "task")}${states && `: ${states}`}`];
  const waits = tally(graph.tasks.flatMap(({ waitsFor }) => waitsFor?.kind ?? []));
  if (waits !== "") lines.push(`waited for: ${waits}`);
  if (loop.state !== "running") lines.push("", ...loopLines(look, loop, cwd));
  return lines;
}

export function tailOf(look: Look, cwd: string): string[] {
  const lines: string[] = [];
  const { unawaited } = look;
  if (unawaited.count > 0) {
    lines.push("", `made, and not awaited so far: ${unawaited.count}`);
    for (const message of unawaited.first) {
      const [what = "", where = ""] = message.split("\n", 2);
      lines.push(`  ${clean(what)}`, `    ${clean(where.trim().replace(`${cwd}/`, ""))}`);
    }
    if (unawaited.count > unawaited.first.length)
      lines.push(`  … and ${unawaited.count - unawaited.first.length} more`);
  }
  return lines;
}

/** The step that goes on, as one line. */
export function loopText({ state, blockedFor }: LoopState): string {
  if (state === "running") return "the loop comes round";
  if (state === "paused") return "the process stands at a breakpoint of a debugger";
  return `the loop is blocked, for at least ${duration(blockedFor)}`;
}

/** `at parse (src/main.ts:12)`. */
export function callText({ name, place }: RunningFunction, cwd: string): string {
  return `at ${clean(name)}${place ? ` (${placeText(place, cwd)})` : ""}`;
}

function loopLines({ graph }: Look, loop: LoopState, cwd: string): string[] {
  const running = graph.tasks.find(({ state }) => state === "running");
  const where = running === undefined ? "" : `, in task '${clean(running.name)}'`;
  const lines: string[] = [];
  let repeated = 0;
  const calls = loop.stack.map(({ name, place }) => ({ name, place, again: false }));
  for (const [index, call] of calls.entries()) {
    const before = calls[index - 1];
    call.again = call.name === before?.name && call.place?.file === before.place?.file;
    if (call.again) repeated++;
    if (repeated > 0 && (!call.again || index === calls.length - 1)) {
      lines.push(`    … ${counted(repeated, "more call")} of it`);
      repeated = 0;
    }
    if (!call.again) lines.push(`    ${callText(call, cwd)}`);
  }
  return [`${loopText(loop)}${where}:`, ...lines.slice(0, MOST_CALLS)];
}

/** `9980 waiting, 20 ready`, the most frequent first. */
function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([word, count]) => `${count} ${clean(word)}`).join(", ");
}
