/**
 * Things with a life of their own that a run closes at its end: async generators that were begun and not finished, the default
 * executor.
 */

import { begin } from "./begin.js";
import { hidden } from "./hidden.js";
import { hooks } from "./hooks.js";
import { Observer } from "./observer.js";
import { Root } from "./root.js";

export interface Closable {
  /** For people: "an async generator 'lines'". */
  readonly name: string;
  /** Something to await, or undefined where nothing is left to do. */
  close(): unknown;
}

/** The run closes it at its end, unless it is taken out of `root.closables` before. */
export function closeAtEnd(root: Root, closable: Closable): void {
  hooks.closeAll = closeAll;
  root.closables.add(closable);
}

/** Closes all that is left, one after another. The tasks of the run are its own; what ends them is not one of them. */
function closeAll(root: Root, closed: () => void): void {
  const ending = begin(closing(root), new Root(root.scheduler, root.debug), { name: "ending the run" });
  new Observer(ending, true, root.scheduler, closed);
}

const closing = hidden("run", function* ({ closables, scheduler }: Root) {
  for (const closable of closables) {
    closables.delete(closable);
    try {
      yield closable.close();
    } catch (exception) {
      scheduler.report({ message: `error during closing of ${closable.name}`, exception });
    }
  }
});
