/**
 * Reads the tasks of worker threads: the inspector of the main thread hands messages on to those of the workers that it has started. Of
 * workers that workers have started it knows nothing.
 */
import type { Attachment } from "./attachment.js";
import { Disconnected, NoAnswer, Protocol } from "./protocol.js";
import { type Look, readTasks, type Wanted } from "./readTasks.js";
import { pathOf } from "./scripts.js";
import { Thread } from "./thread.js";

/** What a worker thread does. */
export interface WorkerLook {
  /** Its `threadId`, by Node's word. */
  readonly number: number;
  /** The name that it was given, or the path of its file; empty where it has neither. */
  readonly name: string;
  /** Undefined where it has no tsyncio; null where it did not answer: it is in native code, or has ended. */
  readonly look: Look | undefined | null;
}

interface WorkerInfo {
  readonly title: string;
  readonly url: string;
}

/** Such a part of the time that the main thread has to answer: a worker may stand in native code, and the others are there to be shown. */
const SHARE = 1 / 5;

/** What the library has started itself. */
const OWN = "tsyncio watchdog";

/** All workers that the main thread has started; those without tsyncio as well. */
export async function readWorkers(attachment: Attachment, wanted: Wanted): Promise<WorkerLook[]> {
  const { protocol } = attachment;
  const workers: { readonly info: WorkerInfo; readonly thread: Thread }[] = [];
  const sessions = new Map<string, { readonly protocol: Protocol; readonly end: () => void }>();
  protocol.on<{ sessionId: string; workerInfo: WorkerInfo }>(
    "NodeWorker.attachedToWorker",
    ({ sessionId, workerInfo: info }) => {
      let end = (): void => {};
      const closed = new Promise<void>((resolve) => {
        end = resolve;
      });
      const inner = new Protocol(
        {
          get isOpen() {
            return protocol.isOpen && sessions.has(sessionId);
          },
          post(message) {
            attachment.send("NodeWorker.sendMessageToWorker", { sessionId, message }).catch(() => {});
          },
          async close() {},
        },
        Promise.race([closed, protocol.closed]),
      );
      sessions.set(sessionId, { protocol: inner, end });
      // Node 20 runs the hooks of loaders in a thread.
      if (!info.url.startsWith("node:internal") && !info.title.endsWith(OWN))
        workers.push({ info, thread: new Thread(inner, attachment.timeout * SHARE, attachment.wasOpen) });
    },
  );
  protocol.on<{ sessionId: string; message: string }>(
    "NodeWorker.receivedMessageFromWorker",
    ({ sessionId, message }) => sessions.get(sessionId)?.protocol.receive(message),
  );
  protocol.on<{ sessionId: string }>("NodeWorker.detachedFromWorker", ({ sessionId }) => {
    const { end } = sessions.get(sessionId) ?? {};
    sessions.delete(sessionId);
    end?.();
  });
  await attachment.send("NodeWorker.enable", { waitForDebuggerOnStart: false });
  try {
    const looks = await Promise.all(workers.map(({ info, thread }) => readWorker(info, thread, wanted)));
    return looks.sort((a, b) => a.number - b.number);
  } finally {
    if (protocol.isOpen) await attachment.send("NodeWorker.disable").catch(() => {});
  }
}

async function readWorker({ title, url }: WorkerInfo, thread: Thread, wanted: Wanted): Promise<WorkerLook> {
  const [, number = "0", given = ""] = /^\[worker (\d+)\] ?(.*)$/.exec(title) ?? [];
  const name = given === "" || given === "WorkerThread" ? pathOf(url) : given;
  const told = { number: Number(number), name };
  try {
    return { ...told, look: await readTasks(thread, wanted) };
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof Disconnected) return { ...told, look: null };
    throw error;
  }
}
