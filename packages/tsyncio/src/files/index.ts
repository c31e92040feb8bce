/**
 * Files: what `node:fs/promises` offers, as coroutines, and folders that are watched. On Node, Deno and Bun.
 *
 * @module
 */
export * from "./fileFunctions.js";
export { type FileChange, type WatchOptions, watchFolder } from "./watchFolder.js";
