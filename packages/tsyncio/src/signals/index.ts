/**
 * Signals of the process, one after another. On Node, Deno and Bun.
 *
 * @module
 */
export { openSignalReceiver, type SignalReceiver } from "./openSignalReceiver.js";
