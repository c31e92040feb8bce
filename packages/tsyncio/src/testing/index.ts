/**
 * Helpers for tests of programs that use tsyncio.
 *
 * @module
 */
export { runWithVirtualTime } from "./runWithVirtualTime.js";
export { VirtualClock } from "./virtualClock.js";
