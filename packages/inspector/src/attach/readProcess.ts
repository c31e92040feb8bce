import { AttachError } from "./attachError.js";
import type { Attachment } from "./attachment.js";
import { type Look, readTasks, type Wanted } from "./readTasks.js";
import { readWorkers, type WorkerLook } from "./readWorkers.js";

/** What a process does. */
export interface ProcessLook {
  readonly pid: number;
  /** Undefined where only worker threads have tsyncio. */
  readonly main: Look | undefined;
  readonly workers: readonly WorkerLook[];
}

/**
 * Reads the tasks of the main thread and of worker threads, one after the other.
 *
 * @throws AttachError where there is no tsyncio in the process, or its main thread does not answer
 */
export async function readProcess(attachment: Attachment, wanted: Wanted): Promise<ProcessLook> {
  const { pid } = attachment;
  try {
    const main = await readTasks(attachment, wanted);
    const workers = await readWorkers(attachment, wanted);
    if (main || workers.some(({ look }) => look)) return { pid, main, workers };
  } catch (error) {
    throw attachment.explained(error);
  }
  throw new AttachError(`there is no tsyncio in process ${pid}`);
}

/**
 * Reads the tasks of the main thread alone.
 *
 * @throws AttachError where there is no tsyncio in it, or it does not answer
 */
export async function readMain(attachment: Attachment, wanted: Wanted): Promise<Look> {
  try {
    const look = await readTasks(attachment, wanted);
    if (look) return look;
  } catch (error) {
    throw attachment.explained(error);
  }
  throw new AttachError(`there is no tsyncio in the main thread of process ${attachment.pid}`);
}
