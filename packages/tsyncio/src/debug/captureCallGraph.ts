/** The call graph of a task: what it is in, what it waits for, and who waits for it (source: `asyncio.capture_call_graph`). */

import type { CoreTask } from "../kernel/coreTask.js";
import { current } from "../kernel/current.js";
import { Future } from "../kernel/future.js";
import { captureLine } from "../kernel/stackLine.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import { isLibrary } from "../runner/library.js";
import { tasksByNumber } from "./captureTasks.js";
import type { AwaitedNode, TaskNode, TaskState, WaitNode } from "./graph.js";
import { located } from "./located.js";
import { readGraph } from "./readGraph.js";
import { runningFrames } from "./runningFrames.js";
import { suspendedAt } from "./suspendedAt.js";

/** A function that is on. */
export interface CallGraphEntry {
  readonly name: string;
  /** `file:line:column` of where it is; empty where that is not known. */
  readonly at: string;
  /** Whether it is a coroutine, as against a plain function that one has called. */
  readonly coroutine: boolean;
}

/** A future or a task, and all that waits for it (source: `asyncio.FutureCallGraph`). */
export interface FutureCallGraph {
  readonly future: Future<unknown>;
  /** Of a task: its number, which is the same in each graph; else null. */
  readonly id: number | null;
  /** Of a task: what it does; else null. */
  readonly state: TaskState | null;
  /** From the innermost; without functions of the library. Of what is no task: empty. */
  readonly callStack: readonly CallGraphEntry[];
  readonly waitsFor: WaitNode | null;
  /** For how many milliseconds it waits, where that is known: see `TaskNode.waited`. */
  readonly waited: number | null;
  /** It waits at least so long. */
  readonly waitedMore: boolean;
  /** The tasks that wait for it, each with those that wait for that one. */
  readonly awaitedBy: readonly FutureCallGraph[];
  /** What stands between it and the task that awaits it, in whose `awaitedBy` it is: `gather`, `shield`, `group`, …; else empty. */
  readonly through: string;
}

/** Options of `captureCallGraph` and its relatives. */
export interface CallGraphOptions {
  /** Of the task that runs: where its stack begins; 1, the default: with the caller. */
  depth?: number | undefined;
  /** At most so many entries of each stack: the innermost ones; where it is negative, the outermost ones. Default: all. */
  limit?: number | undefined;
}

/**
 * What a task is in, what it waits for, and who waits for it, through gathers, shields and groups.
 *
 * Without a task: the one that runs. Finding its frames takes some milliseconds on Node; elsewhere they are as they were when it last waited.
 * Lines are those of Node's inspector; elsewhere they are known in debug mode.
 *
 * @param future - a task, or another future, which has no stack of its own
 * @returns null outside a task, where none was given
 * @throws TypeError for what is no future, and for options that are none
 * @example
 * ```ts
 * const graph = captureCallGraph(task);
 * console.log(graph?.callStack[0]?.at, graph?.waitsFor?.text);
 * ```
 */
export function captureCallGraph(
  future: Future<unknown> | null = current.task as Future<unknown> | null,
  options: CallGraphOptions = {},
): FutureCallGraph | null {
  return capture("captureCallGraph", captureCallGraph as () => unknown, future, options);
}

/**
 * @param taker - the function that the program called, for messages
 * @param above - that function: the stack begins above it
 */
export function capture(
  taker: string,
  above: () => unknown,
  future: Future<unknown> | null,
  { depth = 1, limit = Infinity }: CallGraphOptions,
): FutureCallGraph | null {
  if (!future) return null;
  if (!(future instanceof Future)) throw unfit(`${taker} takes a task or a future`, future);
  checkCount(depth, 0, "depth");
  checkCount(Math.abs(limit), 0, "limit, or its opposite,");
  const all = readGraph({ generators: true, of: future });
  if (!all) return null;
  const tasks = tasksByNumber();
  const numbers = new Map([...tasks].map(([id, task]) => [task as unknown, id]));
  const wanted = waitingAbove(all.tasks, numbers.get(future), all.of ?? []);
  const read = located({ ...all, tasks: all.tasks.filter(({ id }) => wanted.has(id)) });
  const nodes = new Map(read.tasks.map((node) => [node.id, node]));

  const graphOf = (of: Future<unknown>, through: string, way: ReadonlySet<unknown>): FutureCallGraph => {
    const node = nodes.get(numbers.get(of) ?? -1);
    const entries = of === (current.task as unknown) ? stackOfRunning(above, depth, node) : stackOf(node);
    const awaited = node?.awaited ?? (of === future ? all.of : undefined) ?? [];
    return {
      future: of,
      id: node?.id ?? null,
      state: node?.state ?? null,
      callStack: limit < 0 ? entries.slice(limit) : entries.slice(0, limit),
      waitsFor: node?.waitsFor ?? null,
      waited: node?.waited ?? null,
      waitedMore: node?.waitedMore ?? false,
      // Tasks that await each other make a ring, of which each is told once.
      awaitedBy: way.has(of)
        ? []
        : awaited.flatMap(({ task, through: between }) => {
            const parent = task === null ? undefined : tasks.get(task);
            return parent ? [graphOf(parent as never, between, new Set([...way, of]))] : [];
          }),
      through,
    };
  };
  return graphOf(future, "", new Set());
}

/** The numbers of the task and of all that wait for it. */
function waitingAbove(nodes: TaskNode[], first: number | undefined, awaited: AwaitedNode[]): Set<number> {
  const byNumber = new Map(nodes.map((node) => [node.id, node]));
  const found = new Set(first === undefined ? [] : [first]);
  for (const { task } of awaited) if (task !== null) found.add(task);
  for (const id of found) for (const { task } of byNumber.get(id)?.awaited ?? []) if (task !== null) found.add(task);
  return found;
}

function stackOf(node: TaskNode | undefined): CallGraphEntry[] {
  return (node?.stack ?? [])
    .filter(({ library }) => !library)
    .map(({ name, at, definition }) => ({ name, at: at || definition, coroutine: true }))
    .reverse();
}

/** Of the task that runs: what the engine's stack has of it, and behind that the coroutines that wait. */
function stackOfRunning(above: () => unknown, depth: number, node: TaskNode | undefined): CallGraphEntry[] {
  const { calls, resumed } = callsAbove(above);
  const frames = runningFrames(current.task as CoreTask);
  const innermost = calls.at(-1);
  if (resumed && innermost)
    calls[calls.length - 1] = { name: frames?.[0]?.name ?? innermost.name, at: innermost.at, coroutine: true };
  const from = Math.max(0, depth - 1);
  if (!frames)
    return [...calls, ...stackOf(node).filter(({ name }) => !resumed || name !== innermost?.name)].slice(from);
  const waiting = resumed ? frames.slice(1) : frames;
  const places = suspendedAt(waiting.map(({ generator }) => generator as object));
  const callers = waiting.flatMap(({ name, hidden }, index): CallGraphEntry[] =>
    hidden ? [] : [{ name, at: places[index] ?? "", coroutine: true }],
  );
  return [...calls, ...callers].slice(from);
}

const CALL = /^\s*at (?:async )?(?:(.*?) \()?(.*?)\)?$/;

/** The calls beneath the function, down to the loop; and whether the last of them is a coroutine that the loop has resumed. */
function callsAbove(above: () => unknown): { calls: CallGraphEntry[]; resumed: boolean } {
  const calls: CallGraphEntry[] = [];
  let resumed = false;
  for (const line of (captureLine(above, 200).stack ?? "").split("\n")) {
    const call = CALL.exec(line);
    if (!call) continue;
    const [, name = "(anonymous)", at = ""] = call;
    if (name.endsWith("tsyncioStep")) break;
    resumed = at === "<anonymous>";
    if (!resumed && !isLibrary(at)) calls.push({ name, at, coroutine: false });
  }
  return { calls, resumed };
}
