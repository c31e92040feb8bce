/**
 * Functions that would block the loop, in threads and processes. On Node; needs the package `tinypool`.
 *
 * @module
 */
export type { Executor, Submission } from "../runner/executor.js";
export { checkCancelled } from "./checkCancelled.js";
export type { Work } from "./functionReference.js";
export type { PoolExecutor, PoolOptions } from "./poolExecutor.js";
export { ProcessPoolExecutor } from "./processPoolExecutor.js";
export { ThreadPoolExecutor } from "./threadPoolExecutor.js";
export { toThread } from "./toThread.js";
export { transfer } from "./transfer.js";
