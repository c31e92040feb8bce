/**
 * Reads the tasks of a process, with the lines at which they wait.
 *
 * The reader of `tsyncio/debug` goes over as text and is run there. The engine tells the line of a suspended generator to a debugger
 * alone, some tenth of a millisecond each; so they are asked for the tasks that are shown, and the process stands still meanwhile, or
 * the lines would belong to a later moment than the waits.
 */
import type { Debugger, Runtime } from "node:inspector";
import { readGraph, type TaskGraph } from "tsyncio/debug";
import { AttachError } from "./attachError.js";
import type { Attachment } from "./attachment.js";
import { type Collected, collect, type Unawaited } from "./collect.js";
import type { Place } from "./scripts.js";
import { type LoopState, standStill } from "./standstill.js";

/** What a process does. */
export interface Look {
  readonly graph: TaskGraph;
  /** Where coroutines stand that are suspended, by `StackEntry.suspended`. */
  readonly places: ReadonlyMap<number, Place>;
  readonly unawaited: Unawaited;
  /** How many worker threads it has, whose tasks are not among these. */
  readonly workers: number;
  readonly loop: LoopState;
  /** For how long the process could do nothing else, in milliseconds. */
  readonly heldUp: number;
}

const GROUP = "tsyncio";
/** A process that stands still does answer; what it is asked for may be much, and the machine busy. */
const MINUTE = 60_000;

export interface Wanted {
  /** The ids of the tasks whose lines are wanted; asked while the process stands still. */
  readonly lines: (graph: TaskGraph) => readonly number[];
  /** All that is known of the stacks, and the lines of all functions on them. Default: of the innermost of the program alone. */
  readonly whole?: boolean;
}

type Read = Pick<Look, "graph" | "places" | "unawaited"> & { readonly overdue: number };

/** @throws AttachError where there is no tsyncio in the process, or it does not answer */
export async function readTasks(attachment: Attachment, wanted: Wanted): Promise<Look> {
  try {
    const { value, loop, heldUp } = await standStill(attachment, () => read(attachment, wanted));
    const { overdue, ...found } = value;
    const blockedFor = loop.state === "blocked" ? Math.max(loop.blockedFor, overdue) : 0;
    const workers = await countWorkers(attachment);
    return { ...found, loop: { ...loop, blockedFor }, heldUp, workers };
  } catch (error) {
    throw attachment.explained(error);
  }
}

async function read(attachment: Attachment, { lines, whole = false }: Wanted): Promise<Read> {
  const ask: Ask = (method, params) => attachment.send(method, params, MINUTE);
  try {
    const [text, generators] = await call(
      ask,
      await readerIn(attachment),
      "function (whole) { return this(whole); }",
      whole,
    );
    if (text?.type !== "string") {
      const advice = "a tsyncio in its worker threads alone is not looked for";
      throw new AttachError(`there is no tsyncio in process ${attachment.pid} (${advice})`);
    }
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
      const place = at && attachment.scripts.place(at);
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

const readers = new WeakMap<Attachment, string>();

/** The function in the process, one for all looks: the engine makes it fast only when it runs for the second time. */
async function readerIn(attachment: Attachment): Promise<string> {
  const known = readers.get(attachment);
  if (known !== undefined) return known;
  const { result } = await attachment.send<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `((collect, readGraph) => (whole) => collect(readGraph, whole))(${collect}, ${readGraph})`,
  });
  readers.set(attachment, result.objectId as string);
  return result.objectId as string;
}

/** A worker thread tells of itself to whoever asks for the inspectors of all. */
async function countWorkers(attachment: Attachment): Promise<number> {
  let workers = 0;
  attachment.protocol.on<{ workerInfo: { url: string } }>("NodeWorker.attachedToWorker", ({ workerInfo }) => {
    // Node 20 runs the hooks of loaders in a thread.
    if (!workerInfo.url.startsWith("node:internal")) workers++;
  });
  await attachment.send("NodeWorker.enable", { waitForDebuggerOnStart: false });
  await attachment.send("NodeWorker.disable");
  return workers;
}

async function locationOf(ask: Ask, { objectId }: Runtime.RemoteObject): Promise<Debugger.Location | undefined> {
  const params = { objectId, ownProperties: true };
  const { internalProperties = [] } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
  const location = internalProperties.find(({ name }) => name === "[[GeneratorLocation]]");
  return location?.value?.value as Debugger.Location | undefined;
}
