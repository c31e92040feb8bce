/** A call graph as text (source: `asyncio.format_call_graph`). */
import { current } from "../kernel/current.js";
import type { Future } from "../kernel/future.js";
import { type CallGraphOptions, capture, type FutureCallGraph } from "./captureCallGraph.js";
import { waitText } from "./formatTasks.js";

type Given = Future<unknown> | null;

/**
 * What `captureCallGraph` gives, as text; empty outside a task, where none was given.
 *
 * @throws TypeError as `captureCallGraph`
 * @example
 * ```ts
 * log.debug(formatCallGraph(task, { limit: 3 }));
 * ```
 */
export function formatCallGraph(future: Given = current.task as Given, options: CallGraphOptions = {}): string {
  return formatted("formatCallGraph", formatCallGraph as () => unknown, future, options);
}

/** Options of `printCallGraph`. */
export interface PrintOptions extends CallGraphOptions {
  /** Where to write; default: the standard output, by `console.log`. */
  file?: { write(text: string): unknown } | undefined;
}

/**
 * Writes what `formatCallGraph` gives (source: `asyncio.print_call_graph`).
 *
 * @throws TypeError as `captureCallGraph`
 * @example
 * ```ts
 * process.on("SIGUSR2", () => printCallGraph(main, { file: process.stderr }));
 * ```
 */
export function printCallGraph(future: Given = current.task as Given, options: PrintOptions = {}): void {
  const text = formatted("printCallGraph", printCallGraph as () => unknown, future, options);
  const { file } = options;
  if (file) file.write(`${text}\n`);
  else (globalThis as unknown as { console: { log(text: string): void } }).console.log(text);
}

function formatted(taker: string, above: () => unknown, future: Given, options: CallGraphOptions): string {
  const graph = capture(taker, above, future, options);
  return graph ? linesOf(graph, "").join("\n") : "";
}

function linesOf(graph: FutureCallGraph, indent: string): string[] {
  const { future, id, callStack, awaitedBy, through } = graph;
  const kind = future[Symbol.toStringTag];
  const name = (future as { name?: string }).name;
  const head = id === null ? kind : `${kind}(name='${name}', id=${id})`;
  const lines = [`${indent}* ${head}${through && `, through a ${through}`}`];
  if (callStack.length > 0) lines.push(`${indent}  + Call stack:`);
  for (const entry of callStack)
    lines.push(`${indent}  |   at ${entry.coroutine ? "async " : ""}${entry.name}${entry.at && ` (${entry.at})`}`);
  if (graph.waitsFor) lines.push(`${indent}  + Waits for: ${waitText(graph.waitsFor, graph.waited, graph.waitedMore)}`);
  if (awaitedBy.length > 0) lines.push(`${indent}  + Awaited by:`);
  for (const other of awaitedBy) lines.push(...linesOf(other, `${indent}     `));
  return lines;
}
