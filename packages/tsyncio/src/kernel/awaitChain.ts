/**
 * The await chain on errors.
 *
 * With explicit frames the native stack of an error ends at the frame that threw: the callers are not on the machine's stack. The
 * driver has them, so when an error first leaves a frame its `stack` is cut where the driver begins and the names of the frames that
 * wait for it are appended. Their lines become known as the error passes: it is thrown into a waiting frame from beneath it (by `aw`
 * of lowered code, by the bridge of `yield*`), where one captured stack line is the line of that await. They are written into
 * `stack` at once in debug mode, and otherwise when the error leaves the last frame of a task.
 *
 * From task to task. What an error tells when it has left a task is kept with the task; when the error is thrown in another one that
 * awaited it, the chain of that one goes behind it. Two that await one task each tell their own. The errors in a group go on with the
 * chain of the group.
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
  line?: Captured | undefined;
  /** Made where it is awaited, mostly; known in debug mode. */
  readonly awaited?: Frame | undefined;
}

interface Chain {
  readonly error: Error;
  /** The task in which it is on its way; null once it has left that. */
  task: CoreTask | null;
  /** What it told when it came to the task; of an error that comes from no task: what its stack is when it is first written. */
  head: string | undefined;
  /** Whether it was in another task before. */
  readonly goesOn: boolean;
  /** Where it came out of what is no await. */
  readonly line: Captured | undefined;
  /** Not there before it is thrown into a frame, or leaves one. */
  entries?: Entry[];
  text?: string;
}

type Fn = (...args: never[]) => unknown;

/** Frames named in a chain; a deeper chain says that there are more. */
const LONGEST_CHAIN = 32;

/** Of errors, the latest; of tasks that failed, the one of the error as it was by then. */
const chains = new WeakMap<object, Chain>();

/** It comes out of what the task awaited; or of what it called, beneath `above`. */
function arrive(error: unknown, task: CoreTask | null, from?: object | null, above?: Fn): Chain | undefined {
  if (!task || !(error instanceof Error)) return;
  const before = chains.get(from as object) ?? chains.get(error);
  const head = before?.task ? before.head : before?.text;
  const chain = { error, task, head, goesOn: !!before, line: above && captureLine(above) };
  chains.set(error, chain);
  return chain;
}

function chainIn(task: CoreTask | null, error: unknown): Chain | undefined {
  const chain = chains.get(error as Error);
  return chain?.task === task ? chain : arrive(error, task);
}

/** It leaves a frame for the one that awaits it. */
function pass(error: unknown, task: CoreTask, frame: Frame): void {
  const chain = chainIn(task, error);
  if (!chain || chain.entries) return;
  // Of a new error the stack itself has the frame that threw.
  enterFrames(chain, chain.goesOn || chain.line ? frame : frame.caller);
  write(chain);
}

/** Called beneath the frame into which the error is thrown: notes the line at which that frame awaits. */
export function noteLine(error: unknown, above: Fn): void {
  const { task } = current;
  const chain = chainIn(task, error);
  if (!chain || !task) return;
  const isFirst = !chain.entries;
  if (isFirst) enterFrames(chain, task.top);
  const line = captureLine(above);
  eachChain(error, ({ entries }) => {
    const entry = entries?.find(({ frame }) => frame === task.top);
    if (entry) entry.line ??= line;
  });
  if (isFirst || task.root.debug) write(chain);
}

/** It leaves the last frame of a task: writes the lines that are known into `stack`, and lets the task go. */
function complete(error: unknown, task: CoreTask): void {
  eachChain(error, (chain) => {
    if (chain.task !== task) return;
    if (chain.entries) write(chain, chain.error === error);
    chain.task = null;
    chain.entries = [];
    if (chain.error === error) chains.set(task, chain);
  });
}

/** The chains of the error and of those that it holds, at any depth. */
function eachChain(error: unknown, use: (chain: Chain) => void): void {
  const all = new Set([error]);
  for (const each of all) {
    const chain = chains.get(each as Error);
    if (chain) use(chain);
    if (each instanceof AggregateError) for (const inner of each.errors) all.add(inner);
  }
}

function enterFrames(chain: Chain, innermost: Frame | null): void {
  const entries: Entry[] = [];
  chain.entries = entries;
  let awaited: Frame | undefined;
  for (let frame = innermost; frame && entries.length <= LONGEST_CHAIN; frame = frame.caller) {
    if (!frame.hidden)
      entries.push(
        entries.length < LONGEST_CHAIN ? { frame, name: frame.name, awaited } : { frame: null, name: "… and more" },
      );
    awaited = frame;
  }
  if (entries[0]) entries[0].line = chain.line;
}

/** @param outermost - of an error that leaves the task: whether it is the one that holds the others */
function write(chain: Chain, outermost?: boolean): void {
  const { error } = chain;
  let tail = "";
  for (const { name, line, awaited } of chain.entries as Entry[]) {
    const made = chain.task?.root.debug ? awaited : undefined;
    const place = line || !made ? placeOf(line) : placeOf(made.origin, made.lowered ? 1 : 0);
    tail += `\n    at async ${place ? `${name} (${place})` : name}`;
  }
  const next = tail && `\n    -- awaited by task '${chain.task?.name}' --${tail}`;
  chain.head ??= withoutDriver(error.stack || String(error));
  tell(chain, chain.head + (chain.goesOn ? next : tail));
  // What a group holds goes on with the chain of the group.
  if (outermost !== false)
    eachChain(error, (inner) => {
      if (inner.task || !inner.text) return;
      const { text } = inner;
      tell(inner, text + next);
      if (!outermost) inner.text = text;
    });
}

function tell(chain: Chain, text: string): void {
  chain.text = text;
  try {
    chain.error.stack = text;
  } catch {
    // A frozen error keeps the stack that it has.
  }
}

/**
 * Without the driver, by what its step function is called in stacks, and all that is the loop and not the program; nor
 * `at work.next (<anonymous>)`, the engine's entry into the generator.
 */
function withoutDriver(stack: string): string {
  return stack.replace(/(\n.*\.(next|throw|return) \(<anonymous>\))?\n.*tsyncioStep[\s\S]*/, "");
}

export const awaitChain: AwaitChain = { arrive, pass, noteLine, complete };
