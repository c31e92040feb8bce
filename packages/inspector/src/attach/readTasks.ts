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

/** @throws AttachError where there is no tsyncio in the process, or it does not answer */
export async function readTasks(attachment: Attachment, wanted: Wanted): Promise<Look> {
  try {
    const { value, loop, heldUp } = await standStill(attachment, () => read(attachment, wanted));
    const { overdue, ...rest } = value;
    const blockedFor = loop.state === "blocked" ? Math.max(loop.blockedFor, overdue) : 0;
    return { ...rest, loop: { ...loop, blockedFor }, heldUp, workers: await countWorkers(attachment) };
  } catch (error) {
    throw attachment.explained(error);
  }
}

async function read(
  attachment: Attachment,
  wanted: Wanted,
): Promise<Pick<Look, "graph" | "places" | "unawaited"> & { overdue: number }> {
  const expression = `(${collect})(${readGraph}, ${JSON.stringify(wanted)})`;
  const params = { expression, objectGroup: GROUP, silent: true };
  const { result, exceptionDetails } = await attachment.send<Runtime.EvaluateReturnType>("Runtime.evaluate", params);
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  try {
    const [text, ...generators] = await elementsOf(attachment, result);
    if (text?.type !== "string") {
      const advice = "a tsyncio in its worker threads alone is not looked for";
      throw new AttachError(`there is no tsyncio in process ${attachment.pid} (${advice})`);
    }
    const { suspended, ...rest } = JSON.parse(text.value as string) as Collected;
    const places = new Map<number, Place>();
    const found = await Promise.all(generators.map((generator) => placeOf(attachment, generator)));
    for (const [index, place] of found.entries()) if (place !== undefined) places.set(suspended[index] ?? -1, place);
    return { ...rest, places };
  } finally {
    await attachment.send("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
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

async function elementsOf(attachment: Attachment, array: Runtime.RemoteObject): Promise<Runtime.RemoteObject[]> {
  const { result } = await attachment.send<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
    objectId: array.objectId,
    ownProperties: true,
  });
  return result.flatMap(({ name, value }) => (/^\d+$/.test(name) && value !== undefined ? [value] : []));
}

async function placeOf(attachment: Attachment, generator: Runtime.RemoteObject): Promise<Place | undefined> {
  const { internalProperties = [] } = await attachment.send<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
    objectId: generator.objectId,
    ownProperties: true,
  });
  const location = internalProperties.find(({ name }) => name === "[[GeneratorLocation]]")?.value?.value;
  return location === undefined ? undefined : attachment.scripts.place(location as Debugger.Location);
}
