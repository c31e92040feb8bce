/**
 * SIGINT and SIGTERM.
 *
 * The first signal cancels the main task of every run that is on. When the last of them has cleaned up, its promise settles, whoever
 * awaits it gets a turn, and the process ends with the conventional status, 128 and the number of the signal, whatever was done with the
 * promise. A second signal ends the process at once and says what was still running. A program that has its own listener for a signal
 * keeps it: as asyncio, only the default behaviour is replaced.
 */
import { describeWaits } from "./describeWaits.js";
import type { Run } from "./runState.js";

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof STATUS;

interface ProcessLike {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  listenerCount(event: string): number;
  exit(status: number): never;
}

const runs = new Set<Run<unknown>>();
const listeners = new Map<Signal, () => void>();
let received: Signal | null = null;

function processOf(): ProcessLike | undefined {
  const { process } = globalThis as unknown as { process?: Partial<ProcessLike> };
  return typeof process?.on === "function" && typeof process.exit === "function" && typeof process.listenerCount === "function"
    ? (process as ProcessLike)
    : undefined;
}

/** @returns a function that ends the watch, to be called before the promise of the run settles */
export function watchSignals(run: Run<unknown>): () => void {
  const process = processOf();
  if (process === undefined) return () => {};
  if (runs.size === 0) listen(process);
  runs.add(run);
  return () => {
    runs.delete(run);
    if (runs.size > 0) return;
    if (received !== null) leave(process, STATUS[received]);
    else unlisten(process);
  };
}

function listen(process: ProcessLike): void {
  for (const signal of Object.keys(STATUS) as Signal[]) {
    if (process.listenerCount(signal) > 0) continue;
    const listener = (): void => arrived(process, signal);
    try {
      process.on(signal, listener);
      listeners.set(signal, listener);
    } catch {
      // Not on this platform, or not in this thread.
    }
  }
}

function unlisten(process: ProcessLike): void {
  for (const [signal, listener] of listeners) process.off(signal, listener);
  listeners.clear();
}

function arrived(process: ProcessLike, signal: Signal): void {
  if (received === null) {
    received = signal;
    for (const run of runs) run.main.cancel(signal);
    return;
  }
  const { console } = globalThis as unknown as { console?: { error(text: string): void } };
  const waits = [...runs].map((run) => describeWaits(run.root)).join("\n");
  console?.error(`\n${signal} again: ending at once. Still running:\n${waits}`);
  process.exit(STATUS[signal]);
}

/** The last run has ended: its callers have a turn, then the process ends. */
function leave(process: ProcessLike, status: number): void {
  // A caller that lets the rejection pass must not turn the status into 1, nor print a stack for a Ctrl-C.
  process.on("uncaughtException", () => process.exit(status));
  process.on("exit", () => {
    (process as unknown as { exitCode: number }).exitCode = status;
  });
  const { setTimeout } = globalThis as unknown as { setTimeout(callback: () => void, delay: number): unknown };
  setTimeout(() => process.exit(status), 0);
}
