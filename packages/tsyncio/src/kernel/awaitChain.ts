/**
 * The await chain on errors.
 *
 * With explicit frames the native stack of an error ends at the frame that threw: the callers are not on the machine's stack. The
 * driver has them, so when an error first leaves a frame its `stack` is cut where the driver begins and the names of the frames that
 * wait for it are appended. Their lines become known as the error passes: it is thrown into a waiting frame from beneath it (by `aw`
 * of lowered code, by the bridge of `yield*`), where one captured stack line is the line of that await. They are written into
 * `stack` at once in debug mode, and otherwise when the error leaves the last frame of a task.
 *
 * Rejected: the inspector's generator locations (120 to 180 microseconds a frame, Node alone); the capture here costs about one.
 */
import { current } from "./current.js";
import type { Frame } from "./frame.js";
import type { Task } from "./task.js";

interface Entry {
  readonly frame: Frame;
  readonly name: string;
  /** Holds the captured line; formatted when it is read. */
  line: { stack?: string } | undefined;
}

interface Chain {
  readonly head: string;
  readonly entries: Entry[];
  readonly more: boolean;
  readonly task: Task<unknown>;
}

/** Frames named in a chain; a deeper chain says that there are more. */
const LONGEST_CHAIN = 32;

const chains = new WeakMap<Error, Chain>();

type CapturingError = ErrorConstructor & {
  stackTraceLimit?: number;
  captureStackTrace?: (target: object, above?: (...args: never[]) => unknown) => void;
};
const Capturing = Error as CapturingError;

/** The stack of the caller of `above`, at most `limit` lines; its `stack` is formatted when it is first read. */
export function captureLine(above: (...args: never[]) => unknown, limit = 1): { stack?: string } {
  const holder: { stack?: string } = {};
  const before = Capturing.stackTraceLimit;
  if (before !== undefined) Capturing.stackTraceLimit = limit;
  if (Capturing.captureStackTrace !== undefined) Capturing.captureStackTrace(holder, above);
  else holder.stack = new Error().stack as string;
  if (before !== undefined) Capturing.stackTraceLimit = before;
  return holder;
}

/** An error that the library makes, on behalf of the program: lines of the library would only hide where it arrives. */
export function withoutStack<E extends Error>(make: () => E): E {
  const before = Capturing.stackTraceLimit;
  Capturing.stackTraceLimit = 0;
  const error = make();
  Capturing.stackTraceLimit = before as number;
  return error;
}

/** Called when an error leaves a frame for the one that awaits it. */
export function chainError(error: unknown, task: Task<unknown>, caller: Frame | null): void {
  if (!(error instanceof Error)) return;
  const known = chains.get(error);
  if (known !== undefined && known.task === task) return;
  const entries: Entry[] = [];
  let more = false;
  for (let frame = caller; frame !== null; frame = frame.caller) {
    if (frame.hidden) continue;
    if (entries.length === LONGEST_CHAIN) {
      more = true;
      break;
    }
    entries.push({ frame, name: frame.name, line: undefined });
  }
  const head = cutDriver(String(error.stack));
  const chain: Chain = { head, entries, more, task };
  chains.set(error, chain);
  write(error, chain);
}

/** Called beneath the frame into which the error is thrown: notes the line at which that frame awaits. */
export function noteLine(error: unknown, above: (...args: never[]) => unknown): void {
  const { task } = current;
  if (task === null || !(error instanceof Error)) return;
  const chain = chains.get(error);
  if (chain === undefined || chain.task !== task) return;
  const entry = chain.entries.find((candidate) => candidate.frame === task.top);
  if (entry === undefined || entry.line !== undefined) return;
  entry.line = captureLine(above);
  if (task.root.debug) write(error, chain);
}

/** Writes the lines that are known into `stack`; called when the error leaves the last frame of a task. */
export function completeChain(error: unknown): void {
  if (!(error instanceof Error)) return;
  const chain = chains.get(error);
  if (chain?.entries.some((entry) => entry.line !== undefined)) write(error, chain);
}

function write(error: Error, chain: Chain): void {
  let text = chain.head;
  for (const { name, line } of chain.entries) {
    const place = line === undefined ? undefined : placeOf(line.stack, 0);
    text += `\n    at async ${place === undefined ? name : `${name} (${place})`}`;
  }
  if (chain.more) text += "\n    at async … and more";
  try {
    error.stack = text;
  } catch {
    // A frozen error keeps the stack that it has.
  }
}

/** `file:line:column` of the n-th frame of a captured stack. */
export function placeOf(stack: string | undefined, index: number): string | undefined {
  const frames = (stack ?? "").split("\n").filter((line) => /^\s*at |@/.test(line));
  const line = frames[index]?.trim();
  if (line === undefined) return undefined;
  return /\((.*)\)$/.exec(line)?.[1] ?? line.replace(/^at (async )?/, "").replace(/^[^@]*@/, "");
}

/** What the driver's step function is called in stacks; everything from there on is the loop and not the program. */
export const DRIVER_NAME = "tsyncioStep";

function cutDriver(stack: string): string {
  const lines = stack.split("\n");
  const driver = lines.findIndex((line) => line.includes(DRIVER_NAME));
  if (driver < 0) return stack;
  // `at work.next (<anonymous>)` is the engine's entry into the generator.
  const end = /\.(next|throw|return) \(<anonymous>\)$/.test(lines[driver - 1] ?? "") ? driver - 1 : driver;
  return lines.slice(0, end).join("\n");
}
