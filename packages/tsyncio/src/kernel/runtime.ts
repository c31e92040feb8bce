/**
 * What the program runs, for those who look at it from outside and whom it does not know: `globalThis[Symbol.for("tsyncio.runtime")]`
 * has an entry for each copy of the package that this thread has loaded. `tsyncio/debug` reads it, also in another process, through its
 * inspector; it is the only thing that has to be found there.
 *
 * Version 1: `roots` are the runs that have unfinished tasks, of which each leads to its own, public or not (`firstTask`, `nextTask`); `current`
 * has the task whose step is on.
 */
import { type Current, current } from "./current.js";
import type { Root } from "./root.js";

/** One copy of the package. */
export interface RuntimeCopy {
  readonly roots: ReadonlySet<Root>;
  readonly current: Current;
}

/** All copies in this thread. */
export interface Runtime {
  readonly version: 1;
  readonly copies: RuntimeCopy[];
}

/** Every root that has unfinished tasks; those that wait are not lost to the collector while it stands here. */
export const busyRoots: Set<Root> = new Set();

const RUNTIME = Symbol.for("tsyncio.runtime");
const thread = globalThis as unknown as { [RUNTIME]?: Runtime };
(thread[RUNTIME] ??= { version: 1, copies: [] }).copies.push({ roots: busyRoots, current });
