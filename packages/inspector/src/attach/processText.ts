/** What `tsyncio ps` and `tsyncio pstree` print of all threads of a process. */
import type { ProcessLook } from "./readProcess.js";
import type { Look } from "./readTasks.js";
import type { WorkerLook } from "./readWorkers.js";
import { clean, counted, pathText } from "./text.js";

/**
 * @param cwd - paths of files below it are shown from there
 * @param textOf - the text of one thread
 */
export function processText(
  { pid, main, workers }: ProcessLook,
  cwd: string,
  textOf: (title: string, look: Look) => string,
): string {
  const parts = [main ? textOf(`process ${pid}`, main) : `process ${pid}: there is no tsyncio in its main thread`];
  for (const worker of workers) {
    if (worker.look) parts.push(textOf(titleOf(worker, cwd), worker.look));
    else if (worker.look === null)
      parts.push(`${titleOf(worker, cwd)} did not answer: it is in native code, or has ended`);
  }
  const others = workers.filter(({ look }) => look === undefined).length;
  if (others > 0) parts.push(`${counted(others, "worker thread")} without tsyncio`);
  return parts.join("\n\n");
}

function titleOf({ number, name }: WorkerLook, cwd: string): string {
  return `worker thread ${number}${name && ` (${clean(pathText(name, cwd))})`}`;
}
