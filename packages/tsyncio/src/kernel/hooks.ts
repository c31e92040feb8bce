/**
 * Where the kernel calls what only some programs need. Whoever makes it needed sets it, so that a bundler leaves it out of all
 * other programs.
 */
import type { Scheduler } from "./scheduler.js";

export interface Hooks {
  /** Told of a virtual clock on which nothing can ever happen again; see `runner/deadlock.ts`. */
  stuck: ((scheduler: Scheduler) => void) | null;
}

export const hooks: Hooks = {
  stuck: null,
};
