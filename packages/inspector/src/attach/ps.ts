import type { TaskGraph } from "tsyncio/debug";
import type { AttachOptions } from "./attachment.js";
import { lookAsJson } from "./lookAsJson.js";
import { processText } from "./processText.js";
import { readProcess } from "./readProcess.js";
import { taskTable } from "./taskTable.js";
import { taskTree } from "./taskTree.js";
import { treeText } from "./treeText.js";
import { withAttachment } from "./withAttachment.js";

export interface PsOptions extends AttachOptions {
  /** How many tasks to show with their lines. Default: 100. */
  readonly limit?: number;
  /** Give JSON, for programs. */
  readonly json?: boolean;
  /** Paths of files below it are shown from there. Default: the folder of this process. */
  readonly cwd?: string;
}

/**
 * The unfinished tasks of a running process, as a table: what each waits for, on which line, since when. Those of worker threads follow.
 *
 * @throws AttachError where there is no such process, it may not be looked into, is not Node, has no tsyncio, or does not answer
 * @example
 * ```ts
 * console.log(await ps(4711, { limit: 20 }));
 * ```
 */
export async function ps(pid: number, options: PsOptions = {}): Promise<string> {
  const { limit = 100, json = false, cwd = process.cwd() } = options;
  return await withAttachment(pid, options, async (attachment) => {
    const lines = ({ tasks }: TaskGraph): number[] => tasks.slice(0, limit).map(({ id }) => id);
    const process = await readProcess(attachment, { lines, whole: json });
    return json ? lookAsJson(process) : processText(process, cwd, (title, look) => taskTable(title, look, limit, cwd));
  });
}

/**
 * The unfinished tasks of a running process, as a tree: beneath each task those that it waits for; and the rings of tasks that wait
 * for each other.
 *
 * @throws AttachError as `ps` does
 * @example
 * ```ts
 * console.log(await pstree(4711));
 * ```
 */
export async function pstree(pid: number, options: PsOptions = {}): Promise<string> {
  const { limit = 100, json = false, cwd = process.cwd() } = options;
  return await withAttachment(pid, options, async (attachment) => {
    const process = await readProcess(attachment, { lines: (graph) => taskTree(graph, limit).shown, whole: json });
    if (json) return lookAsJson(process, ({ graph }) => taskTree(graph, limit));
    return processText(process, cwd, (title, look) => treeText(title, look, taskTree(look.graph, limit), cwd));
  });
}
