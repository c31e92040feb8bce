/**
 * Failures that nobody takes. A task or future that fails while nobody awaits it is watched weakly; it is reported when the garbage
 * collector takes it, and for certain at the end of its run, unless somebody has retrieved the error by then.
 */
import type { Root } from "./root.js";
import type { Report } from "./report.js";

export interface Failed {
  /** Somebody took the error. */
  retrieved(): boolean;
  /** "Task exception was never retrieved", and which. */
  failure(): Report;
}

interface Watch {
  readonly ref: WeakRef<Failed>;
  readonly report: Report;
  readonly root: Root;
}

const watchOf = new WeakMap<Failed, Watch>();

const registry =
  typeof FinalizationRegistry === "undefined"
    ? null
    : new FinalizationRegistry<Watch>((watch) => {
        if (watch.root.failures.delete(watch)) watch.root.scheduler.report(watch.report);
      });

export type { Watch };

/** The object has failed and nobody awaits it yet. */
export function watchFailure(failed: Failed, root: Root): void {
  // The report must not hold the object, or it would never be collected.
  const watch: Watch = { ref: new WeakRef(failed), report: failed.failure(), root };
  watchOf.set(failed, watch);
  root.failures.add(watch);
  registry?.register(failed, watch, failed);
}

/** The error was taken. */
export function forgetFailure(failed: Failed): void {
  const watch = watchOf.get(failed);
  if (watch === undefined) return;
  watchOf.delete(failed);
  watch.root.failures.delete(watch);
  registry?.unregister(failed);
}

/** The end of a run: reports what is left. */
export function reportFailures(root: Root): void {
  for (const watch of [...root.failures]) {
    root.failures.delete(watch);
    const failed = watch.ref.deref();
    if (failed !== undefined) registry?.unregister(failed);
    root.scheduler.report(watch.report);
  }
}
