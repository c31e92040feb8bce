/**
 * Looks into running processes that use tsyncio, without any preparation by these.
 *
 * @module
 */
export { AttachError } from "./attachError.js";
export type { AttachOptions } from "./attachment.js";
export { type PsOptions, ps, pstree } from "./ps.js";
export { type TopOptions, top } from "./top.js";
