/**
 * Helpers for tests of programs that use tsyncio.
 *
 * @module
 */
export { ExploreError, type ExploreOptions, explore } from "./explore.js";
export { reportForgotten } from "./reportForgotten.js";
export { runWithVirtualTime } from "./runWithVirtualTime.js";
export { VirtualClock } from "./virtualClock.js";
export { waitAllTasksBlocked } from "./waitAllTasksBlocked.js";
