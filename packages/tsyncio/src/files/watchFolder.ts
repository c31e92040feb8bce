/** A folder, or a file, that is watched. */
import { EventEmitter } from "node:events";
import { watch } from "node:fs";
import { type EventStream, events } from "../interop/events.js";
import { currentRoot } from "../kernel/scheduler.js";
import { captureLine } from "../kernel/stackLine.js";
import { noteOpen } from "../streams/openResources.js";

/** What has happened. */
export interface FileChange {
  /** `"rename"`: it has come, gone or got another name; `"change"`: its content has changed. */
  readonly type: "rename" | "change";
  /** Relative to what is watched; null where the platform does not tell. */
  readonly filename: string | null;
}

/** Options of {@link watchFolder}. */
export interface WatchOptions {
  /** Folders in it as well. */
  readonly recursive?: boolean | undefined;
  /** Changes that may wait to be taken; of more, the oldest are dropped. Default: 1024. */
  readonly capacity?: number | undefined;
}

/**
 * The changes of a folder or file, from the call on, as an async iterable; what the platform tells differs, see `fs.watch` of Node. It watches
 * until the iteration or the task that iterates ends, or the end of a `using` block.
 *
 * @throws what the platform says: `ENOENT`, …
 * @example
 * ```ts
 * for await (const { type, filename } of watchFolder("src", { recursive: true })) await rebuild(filename);
 * ```
 */
export function watchFolder(
  path: string | URL,
  { recursive = false, capacity }: WatchOptions = {},
): EventStream<FileChange> {
  const emitter = new EventEmitter();
  const changes = events<FileChange>(emitter, "change", { overflow: "dropOldest", end: "close", capacity });
  const watcher = watch(path, { recursive }, (type, filename) => emitter.emit("change", { type, filename }));
  const line = captureLine(watchFolder);
  const closed = noteOpen(
    { describe: () => `a watch of ${path}`, destroy: () => watcher.close() },
    line,
    currentRoot(),
  );
  watcher.once("error", (error) => emitter.emit("error", error));
  watcher.once("close", () => emitter.emit("close"));
  emitter.once("removeListener", () => {
    closed();
    watcher.close();
  });
  return changes;
}
