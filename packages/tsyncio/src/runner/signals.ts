/**
 * SIGINT and SIGTERM.
 *
 * The first signal cancels the main task of every run that is on. When the last of them has cleaned up, its promise settles, whoever
 * awaits it gets a turn, and the process ends with the conventional status, 128 and the number of the signal, whatever was done with the
 * promise. A second signal ends the process at once and says what was still running. A program that has its own listener for a signal
 * keeps it: as asyncio, only the default behaviour is replaced.
 */
import { NEVER } from "../kernel/duration.js";
import { CancelledError } from "../kernel/errors.js";
import { printReport } from "../kernel/report.js";
import { describeWaits } from "./describeWaits.js";
import { type HostProcess, hostProcess } from "./environment.js";
import { failRun } from "./failRun.js";
import type { Run } from "./runState.js";

interface Signal {
  readonly name: string;
  readonly status: number;
  readonly listener: () => void;
}

/** On the listener that `tsyncio run` has for the time while no run is on: it is none of the program. */
const STAND_IN = Symbol.for("tsyncio.standIn");

const timers = globalThis as unknown as {
  setTimeout(callback: () => void, delay: number): { unref?(): void };
};

/** The runs that are on, and the time that each has for its end after a signal, in milliseconds. */
const runs = new Map<Run, number>();
let received: Signal | null = null;

const SIGNALS = [signalOf("SIGINT", 130), signalOf("SIGTERM", 143)];

function signalOf(name: string, status: number): Signal {
  const made: Signal = { name, status, listener: () => arrived(made) };
  return made;
}

/**
 * @param grace - the milliseconds from the first signal to the end of the process by force
 * @returns a function that ends the watch, to be called before the promise of the run settles
 */
export function watchSignals(run: Run, grace: number): () => void {
  const process = hostProcess();
  if (!process) return () => {};
  if (runs.size === 0) for (const { name, listener } of SIGNALS) listen(process, name, listener);
  runs.set(run, grace);
  return () => {
    runs.delete(run);
    if (runs.size > 0) return;
    if (received) leave(process, received.status);
    else for (const { name, listener } of SIGNALS) process.off(name, listener);
  };
}

function listen(process: HostProcess, name: string, listener: () => void): void {
  try {
    if (process.listeners(name).every((one) => STAND_IN in Object(one))) process.on(name, listener);
  } catch {
    // Not on this platform, or not in this thread.
  }
}

/** The program handles the signal itself from now on. */
export function leaveSignal(name: string): void {
  const own = SIGNALS.find((signal) => signal.name === name);
  if (own) hostProcess()?.off(name, own.listener);
}

/** The program handles it no longer. */
export function resumeSignal(name: string): void {
  const own = SIGNALS.find((signal) => signal.name === name);
  const process = hostProcess();
  if (own && process && runs.size > 0) listen(process, name, own.listener);
}

function arrived(signal: Signal): void {
  const { name, status } = signal;
  if (received) {
    force(status, `${name} again`);
    return;
  }
  received = signal;
  const grace = Math.min(...runs.values());
  if (grace !== NEVER) timers.setTimeout(() => force(status, `${grace} ms after ${name}`), grace).unref?.();
  for (const run of runs.keys()) interrupt(run, name);
}

/** Ends the process, whatever still cleans up. */
function force(status: number, why: string): void {
  printReport({
    message: `\n${why}: ending at once. Still running:\n${[...runs.keys()].map(describeWaits).join("\n")}`,
  });
  hostProcess()?.exit(status);
}

/** A `Runner` takes no other main task after that. */
function interrupt(run: Run, name: string): void {
  const { main } = run;
  if (!main && !run.ending) failRun(run, new CancelledError(name), name);
  else if (main?.cancel(name)) run.ending = true;
}

/** The last run has ended: its callers have a turn, then the process ends. */
function leave(process: HostProcess, status: number): void {
  // A caller that lets the rejection pass must not turn the status into 1, nor print a stack for a Ctrl-C.
  process.on("uncaughtException", () => process.exit(status));
  process.on("exit", () => {
    process.exitCode = status;
  });
  timers.setTimeout(() => process.exit(status), 0);
}
