/**
 * What must not vanish unnoticed: coroutines that nobody awaited, failures that nobody took. Such an object is watched weakly from the
 * moment at which it could be forgotten; its report is given when the garbage collector takes it, and for certain at the end of its
 * run, unless it was taken off the list by then.
 */
import type { Report } from "./report.js";
import type { Root } from "./root.js";

export interface Watch {
  readonly object: WeakRef<object>;
  readonly root: Root;
  /** Makes the report, of the object where it is still there; it must not hold it, or it would never be collected. */
  readonly report: (object: object | undefined) => Report;
}

const watchOf = new WeakMap<object, Watch>();
const collected = new FinalizationRegistry<Watch>((watch) => give(watch));

/** Puts an object on the list of its run. */
export function watch(object: object, root: Root, report: Watch["report"]): void {
  const made: Watch = { object: new WeakRef(object), root, report };
  watchOf.set(object, made);
  root.watched.add(made);
  collected.register(object, made, object);
}

/** Takes it off: it is awaited, or its error was taken. */
export function unwatch(object: object): void {
  const made = watchOf.get(object);
  if (!made) return;
  watchOf.delete(object);
  made.root.watched.delete(made);
  collected.unregister(object);
}

/** The end of a run: reports all that is left. */
export function reportWatched(root: Root): void {
  for (const made of root.watched) {
    const object = made.object.deref();
    if (object) collected.unregister(object);
    give(made);
  }
}

function give(made: Watch): void {
  if (made.root.watched.delete(made)) made.root.scheduler.report(made.report(made.object.deref()));
}
