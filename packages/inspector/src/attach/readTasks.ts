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
import { type Collected, collect, type Unawaited, type Wanted } from "./collect.js";
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

/** @throws AttachError where there is no tsyncio in the process, or it does not answer */
export async function readTasks(attachment: Attachment, wanted: Wanted): Promise<Look> {
  try {
    const { value, loop, heldUp } = await standStill(attachment, () => read(attachment, wanted));
    const { suspended, overdue, ...collected } = JSON.parse(value.text) as Collected;
    const places = new Map<number, Place>();
    for (const [index, place] of value.places.entries()) if (place) places.set(suspended[index] ?? -1, place);
    const blockedFor = loop.state === "blocked" ? Math.max(loop.blockedFor, overdue) : 0;
    const workers = await countWorkers(attachment);
    return { ...collected, places, loop: { ...loop, blockedFor }, heldUp, workers };
  } catch (error) {
    throw attachment.explained(error);
  }
}

/** The text of a `Collected`, and the places of the generators behind it. */
async function read(
  attachment: Attachment,
  wanted: Wanted,
): Promise<{ readonly text: string; readonly places: readonly (Place | undefined)[] }> {
  const ask: Ask = (method, params) => attachment.send(method, params, MINUTE);
  const { result, exceptionDetails } = await ask<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
    objectId: await readerIn(attachment),
    functionDeclaration: "function (wanted) { return this(wanted); }",
    arguments: [{ value: wanted }],
    objectGroup: GROUP,
    silent: true,
  });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  try {
    const [text, ...generators] = await elementsOf(ask, result);
    if (text?.type !== "string") {
      const advice = "a tsyncio in its worker threads alone is not looked for";
      throw new AttachError(`there is no tsyncio in process ${attachment.pid} (${advice})`);
    }
    const locations = await Promise.all(generators.map((generator) => locationOf(ask, generator)));
    return { text: text.value as string, places: locations.map((at) => at && attachment.scripts.place(at)) };
  } finally {
    await ask("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

const readers = new WeakMap<Attachment, string>();

/** The function in the process, one for all looks: the engine makes it fast only when it runs for the second time. */
async function readerIn(attachment: Attachment): Promise<string> {
  const known = readers.get(attachment);
  if (known !== undefined) return known;
  const { result } = await attachment.send<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `((collect, readGraph) => (wanted) => collect(readGraph, wanted))(${collect}, ${readGraph})`,
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

type Ask = <T>(method: string, params: object) => Promise<T>;

async function elementsOf(ask: Ask, { objectId }: Runtime.RemoteObject): Promise<Runtime.RemoteObject[]> {
  const params = { objectId, ownProperties: true };
  const { result } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
  return result.flatMap(({ name, value }) => (/^\d+$/.test(name) && value !== undefined ? [value] : []));
}

async function locationOf(ask: Ask, { objectId }: Runtime.RemoteObject): Promise<Debugger.Location | undefined> {
  const params = { objectId, ownProperties: true };
  const { internalProperties = [] } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", params);
  const location = internalProperties.find(({ name }) => name === "[[GeneratorLocation]]");
  return location?.value?.value as Debugger.Location | undefined;
}
