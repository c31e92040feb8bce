/**
 * Coroutines that were made and never awaited.
 *
 * Each new coroutine is stored in an array, and that is all it costs: at the end of the iteration those that have begun are
 * dropped from it, which are nearly all. Those that have not are promoted: they are watched weakly from then on, and reported when
 * the garbage collector takes them, and for certain at the end of the run in which they were made. A coroutine that is stored and
 * awaited seconds later leaves the watch when it begins.
 *
 * The array is also swept when it is full, so that a task that awaits a million coroutines without a pause keeps none of them.
 */
import { captureLine, placeOf } from "./awaitChain.js";
import type { CodeSite } from "./codeSite.js";
import { current } from "./current.js";
import type { Report } from "./report.js";
import type { Root } from "./root.js";

/** What is watched: as little of a coroutine as the watch needs. */
export interface Watched {
  readonly site: CodeSite;
  /** Holds the captured line of the call, or undefined where it was not captured. */
  origin: { stack?: string } | undefined;
  /** It began, was closed, or belongs to a task: nothing to report. */
  taken(): boolean;
  /** It is watched weakly from now on and must call `unwatch` when it is taken. */
  watched(): void;
}

export interface Tracked {
  readonly ref: WeakRef<Watched>;
  readonly site: CodeSite;
  readonly origin: { stack?: string } | undefined;
  readonly root: Root | null;
}

/**
 * The newest coroutines. A small array that is replaced when it is full: it is as young as what it holds, and storing a young object
 * in an old array would cost the garbage collector's write barrier each time.
 */
const CHUNK = 64;
let chunk: Watched[] = new Array(CHUNK);
let count = 0;
/** From full chunks, what had not begun by then. */
let kept: Watched[] = [];
let keptLimit = 1024;
/** Made outside any run. Reported when collected, and when the process ends. */
const homeless = new Set<Tracked>();
const trackedOf = new WeakMap<Watched, Tracked>();
let onHomeless: (() => void) | null = null;

const registry =
  typeof FinalizationRegistry === "undefined"
    ? null
    : new FinalizationRegistry<Tracked>((tracked) => {
        const set = tracked.root?.unstarted ?? homeless;
        if (set.delete(tracked)) report(tracked);
      });

/** Called once, when the first coroutine is watched that belongs to no run. */
export function whenHomeless(callback: () => void): void {
  onHomeless = callback;
}

/** Notes a coroutine that has just been made. `above` is the function of the library that the program called. */
export function noteCreated(coroutine: Watched, above: (...args: never[]) => unknown): void {
  chunk[count++] = coroutine;
  if (count === CHUNK) sweepChunk();
  const { site } = coroutine;
  if (site.skip !== 0) site.skip--;
  else {
    coroutine.origin = captureLine(above, 3);
    site.captured(current.task?.root.debug ?? false);
  }
  if (current.scheduler === null && count === 1) askForSweep();
}

function askForSweep(): void {
  // Made by native code: no iteration will end soon, and perhaps no loop ever runs. A native `await` takes the coroutine two
  // promise jobs from now, so the sweep comes after that.
  void Promise.resolve().then(() => Promise.resolve()).then(() => {}).then(sweepCreated);
}

function sweepChunk(): void {
  for (let index = 0; index < CHUNK; index++) {
    const coroutine = chunk[index] as Watched;
    if (!coroutine.taken()) kept.push(coroutine);
  }
  chunk = new Array(CHUNK);
  count = 0;
  if (kept.length <= keptLimit) return;
  kept = kept.filter((coroutine) => !coroutine.taken());
  // Many are being collected, for a gather, say: look again when they have doubled, so that the sweeps stay linear.
  keptLimit = Math.max(1024, kept.length * 2);
}

/** The end of an iteration: whoever has not begun is promoted. */
export function sweepCreated(): void {
  if (count === 0 && kept.length === 0) return;
  for (const coroutine of kept) if (!coroutine.taken()) watch(coroutine, promotedRoot);
  for (let index = 0; index < count; index++) {
    const coroutine = chunk[index] as Watched;
    if (!coroutine.taken()) watch(coroutine, promotedRoot);
  }
  if (kept.length > 0) kept = [];
  keptLimit = 1024;
  chunk = new Array(CHUNK);
  count = 0;
}

/** The run to which what was made since the last sweep belongs. */
let promotedRoot: Root | null = null;

/** The run on whose behalf coroutines are being made. */
export function creationRoot(): Root | null {
  return promotedRoot;
}

/** From now on coroutines are made on behalf of another run (or of none): what was made before belongs to the former one. */
export function createOnBehalfOf(root: Root | null): void {
  if (promotedRoot === root) return;
  sweepCreated();
  promotedRoot = root;
}

function watch(coroutine: Watched, root: Root | null): void {
  const tracked: Tracked = { ref: new WeakRef(coroutine), site: coroutine.site, origin: coroutine.origin, root };
  trackedOf.set(coroutine, tracked);
  registry?.register(coroutine, tracked, coroutine);
  coroutine.watched();
  if (root !== null) root.unstarted.add(tracked);
  else {
    homeless.add(tracked);
    onHomeless?.();
    onHomeless = null;
  }
}

/** A watched coroutine began or was closed. */
export function unwatch(coroutine: Watched): void {
  const tracked = trackedOf.get(coroutine);
  if (tracked === undefined) return;
  trackedOf.delete(coroutine);
  registry?.unregister(coroutine);
  (tracked.root?.unstarted ?? homeless).delete(tracked);
}

/** Reports all that a run made and never awaited; null for what was made outside any run. */
export function reportUnstarted(root: Root | null): void {
  sweepCreated();
  const set = root?.unstarted ?? homeless;
  for (const tracked of [...set]) {
    set.delete(tracked);
    const coroutine = tracked.ref.deref();
    if (coroutine?.taken()) continue;
    if (coroutine !== undefined) registry?.unregister(coroutine);
    report(tracked, coroutine);
  }
}

let reporter: (report: Report, root: Root | null) => void = () => {};

/** Where the reports go; set by the scheduler's module. */
export function setReporter(callback: typeof reporter): void {
  reporter = callback;
}

function report(tracked: Tracked, coroutine?: Watched): void {
  const { site, origin, root } = tracked;
  // A lowered function stands between the library and the code that called it.
  const place = origin === undefined ? undefined : placeOf(origin.stack, site.lowered ? 1 : 0);
  let message = `coroutine '${site.name}' was never awaited`;
  if (place !== undefined) message += `\n    made at ${place}`;
  else {
    site.captureAlways();
    if (site.definedAt !== "") message += `\n    defined at ${site.definedAt}`;
    message += "\n    (the line that made it was not captured; it will be from now on)";
  }
  message += `\n    It never ran. Write \`await ${site.name}(…)\`, or createTask(${site.name}(…)) to run it beside the caller.`;
  reporter(coroutine === undefined ? { message } : { message, coroutine }, root);
}
