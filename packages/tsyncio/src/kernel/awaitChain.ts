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

import type { CoreTask } from "./coreTask.js";
import { current } from "./current.js";
import type { Frame } from "./frame.js";
import type { AwaitChain } from "./hooks.js";
import { type Captured, captureLine, placeOf } from "./stackLine.js";

interface Entry {
  readonly frame: Frame | null;
  readonly name: string;
  line?: Captured;
}

interface Chain {
  readonly head: string;
  readonly entries: Entry[];
  readonly task: CoreTask;
}

/** Frames named in a chain; a deeper chain says that there are more. */
const LONGEST_CHAIN = 32;

const chains = new WeakMap<Error, Chain>();

/** An error leaves a frame for the one that awaits it. */
function pass(error: unknown, task: CoreTask, caller: Frame | null): void {
  if (!(error instanceof Error) || chains.get(error)?.task === task) return;
  const entries: Entry[] = [];
  for (let frame = caller; frame; frame = frame.caller) {
    if (frame.hidden) continue;
    if (entries.length === LONGEST_CHAIN) {
      entries.push({ frame: null, name: "… and more" });
      break;
    }
    entries.push({ frame, name: frame.name });
  }
  const chain = { head: cutDriver(error.stack || String(error)), entries, task };
  chains.set(error, chain);
  write(error, chain);
}

/** Called beneath the frame into which the error is thrown: notes the line at which that frame awaits. */
export function noteLine(error: unknown, above: (...args: never[]) => unknown): void {
  const { task } = current;
  const chain = chains.get(error as Error);
  if (!task || chain?.task !== task) return;
  const entry = chain.entries.find((candidate) => candidate.frame === task.top);
  if (!entry || entry.line) return;
  entry.line = captureLine(above);
  if (task.root.debug) write(error as Error, chain);
}

/** The error leaves the last frame of a task: writes the lines that are known into `stack`, and lets the task go. */
function complete(error: unknown): void {
  const chain = chains.get(error as Error);
  if (chain?.entries.some((entry) => entry.line)) write(error as Error, chain);
  chains.delete(error as Error);
  if (error instanceof AggregateError) error.errors.forEach(complete);
}

function write(error: Error, chain: Chain): void {
  let text = chain.head;
  for (const { name, line } of chain.entries) {
    const place = placeOf(line);
    text += `\n    at async ${place ? `${name} (${place})` : name}`;
  }
  try {
    error.stack = text;
  } catch {
    // A frozen error keeps the stack that it has.
  }
}

/** What the driver's step function is called in stacks; everything from there on is the loop and not the program. */
const DRIVER_NAME = "tsyncioStep";

function cutDriver(stack: string): string {
  const lines = stack.split("\n");
  const driver = lines.findIndex((line) => line.includes(DRIVER_NAME));
  if (driver < 0) return stack;
  // `at work.next (<anonymous>)` is the engine's entry into the generator.
  const end = /\.(next|throw|return) \(<anonymous>\)$/.test(lines[driver - 1] ?? "") ? driver - 1 : driver;
  return lines.slice(0, end).join("\n");
}

export const awaitChain: AwaitChain = { pass, noteLine, complete };
