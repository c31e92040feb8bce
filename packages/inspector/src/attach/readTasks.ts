/**
 * Reads the tasks of a thread, with the lines at which they wait.
 *
 * The reader of `tsyncio/debug` goes over as text and is run there. The engine tells the line of a suspended generator to a debugger
 * alone, some tenth of a millisecond each; so they are asked for the tasks that are shown, and the process stands still meanwhile, or
 * the lines would belong to a later moment than the waits.
 */
import type { Debugger, Runtime } from "node:inspector";
import { readGraph, type TaskGraph } from "tsyncio/debug";
import { type Collected, collect, type Unawaited } from "./collect.js";
import type { Place } from "./scripts.js";
import { type LoopState, standStill } from "./standstill.js";
import type { Thread } from "./thread.js";

/** What a thread does. */
export interface Look {
  readonly graph: TaskGraph;
  /** Where coroutines stand that are suspended, by `StackEntry.suspended`. */
  readonly places: ReadonlyMap<number, Place>;
  readonly unawaited: Unawaited;
  readonly loop: LoopState;
  /** For how long the thread could do nothing else, in milliseconds. */
  readonly heldUp: number;
}

const GROUP = "tsyncio";
/** What stands still does answer; what it is asked for may be much, and the machine busy. */
const MINUTE = 60_000;

export interface Wanted {
  /** The ids of the tasks whose lines are wanted; asked while the thread stands still. */
  readonly lines: (graph: TaskGraph) => readonly number[];
  /** All that is known of the stacks, and the lines of all functions on them. Default: of the innermost of the program alone. */
  readonly whole?: boolean;
}

type Read = Pick<Look, "graph" | "places" | "unawaited"> & { readonly overdue: number };

/**
 * @returns undefined where there is no tsyncio in the thread
 * @throws NoAnswer where it cannot be stopped
 */
export async function readTasks(thread: Thread, wanted: Wanted): Promise<Look | undefined> {
  const { value, loop, heldUp } = await standStill(thread, () => read(thread, wanted));
  if (value === undefined) return undefined;
  const { overdue, ...found } = value;
  const blockedFor = loop.state === "blocked" ? Math.max(loop.blockedFor, overdue) : 0;
  return { ...found, loop: { ...loop, blockedFor }, heldUp };
}

async function read(thread: Thread, { lines, whole = false }: Wanted): Promise<Read | undefined> {
  const ask: Ask = (method, params) => thread.send(method, params, MINUTE);
  try {
    const [text, generators] = await call(
      ask,
      await readerIn(thread),
      "function (whole) { return this(whole); }",
      whole,
    );
    if (text?.type !== "string") return undefined;
    const collected = JSON.parse(text.value as string) as Collected;
    const ids = new Set(lines(collected.graph));
    const suspended = collected.graph.tasks.flatMap(({ id, stack }) => {
      const known = ids.has(id) ? stack.filter((entry) => entry.suspended >= 0 && (whole || !entry.library)) : [];
      return (whole ? known : known.slice(-1)).map((entry) => entry.suspended);
    });
    const pick = "function (indices) { return indices.map((index) => this[index]); }";
    const picked = await call(ask, generators?.objectId as string, pick, suspended);
    const locations = await Promise.all(picked.map((generator) => locationOf(ask, generator)));
    const places = new Map<number, Place>();
    for (const [index, at] of locations.entries()) {
      const place = at && thread.scripts.place(at);
      if (place) places.set(suspended[index] as number, place);
    }
    return { ...collected, places };
  } finally {
    await ask("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

type Ask = <T>(method: string, params: object) => Promise<T>;

/** The elements of the array that a function of the process gives. */
async function call(
  ask: Ask,
  objectId: string,
  functionDeclaration: string,
  value: unknown,
): Promise<Runtime.RemoteObject[]> {
  const { result, exceptionDetails } = await ask<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration,
    arguments: [{ value }],
    objectGroup: GROUP,
    silent: true,
  });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  const params = { objectId: result.objectId, ownProperties: true };
  const elements = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
  return elements.result.flatMap(({ name, value: element }) => (/^\d+$/.test(name) && element ? [element] : []));
}

const readers = new WeakMap<Thread, string>();

/** The function in the thread, one for all looks: the engine makes it fast only when it runs for the second time. */
async function readerIn(thread: Thread): Promise<string> {
  const known = readers.get(thread);
  if (known !== undefined) return known;
  const { result } = await thread.send<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `((collect, readGraph) => (whole) => collect(readGraph, whole))(${collect}, ${readGraph})`,
  });
  readers.set(thread, result.objectId as string);
  return result.objectId as string;
}

async function locationOf(ask: Ask, { objectId }: Runtime.RemoteObject): Promise<Debugger.Location | undefined> {
  const params = { objectId, ownProperties: true };
  const { internalProperties = [] } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
  const location = internalProperties.find(({ name }) => name === "[[GeneratorLocation]]");
  return location?.value?.value as Debugger.Location | undefined;
}
