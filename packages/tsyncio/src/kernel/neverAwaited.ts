/**
 * Coroutines that were made and never awaited.
 *
 * Each new coroutine is stored in an array, and that is all it costs: before the host has a turn those that have begun are
 * dropped from it, which are nearly all. Those that have not are promoted: they are watched weakly from then on, and reported when
 * the garbage collector takes them, and for certain at the end of the run in which they were made. A coroutine that is stored and
 * awaited seconds later leaves the watch when it begins.
 *
 * The array is also swept when it is full, so that a task that awaits a million coroutines without a pause keeps none of them.
 */

import type { CodeSite } from "./codeSite.js";
import type { Coroutine } from "./coroutine.js";
import { TAKEN, WATCHED } from "./coroutineBits.js";
import { current } from "./current.js";
import type { Report } from "./report.js";
import type { Root } from "./root.js";
import { rootForNative } from "./scheduler.js";
import { type Captured, captureLine, placeOf } from "./stackLine.js";
import { watch } from "./watchlist.js";

/**
 * The newest coroutines. A small array that is replaced when it is full, and not at each sweep, before which few are made: it is
 * as young as what it holds, and storing a young object in an old array would cost the garbage collector's write barrier each time.
 */
const CHUNK = 16;
const FEW = 1024;
let chunk: Coroutine[] = new Array(CHUNK);
let count = 0;
/** How many of them were looked at. */
let swept = 0;
/** From full chunks, what had not begun by then. */
let kept: Coroutine[] = [];
let keptLimit = FEW;

/** JavaScriptCore, known by the lines of its errors, drops the frame of a function that returns what another one gives. */
const dropsFrames = "line" in Error();

/** Notes a coroutine that has just been made, and gives it back. `above` is the function of the library that the program called. */
export function noteCreated<C extends Coroutine>(coroutine: C, above: (...args: never[]) => unknown): C {
  if (count === CHUNK) sweepChunk();
  chunk[count++] = coroutine;
  const { site } = coroutine;
  if (site.skip !== 0) site.skip--;
  else {
    coroutine.origin = captureLine(dropsFrames ? noteCreated : above, 3);
    site.captured(current.task?.root.debug);
  }
  // Made by native code: no iteration will end soon, and perhaps no loop ever runs. What that code awaits is taken by then.
  if (current.scheduler === null && count === swept + 1) rootForNative().scheduler.host.later(sweepCreated);
  return coroutine;
}

/** Whether no coroutine was made since. */
export function isNewest(coroutine: unknown): boolean {
  return count !== 0 && chunk[count - 1] === coroutine;
}

function sweepChunk(): void {
  const newest = chunk;
  const end = count;
  for (let index = swept; index < end; index++) {
    const coroutine = newest[index] as Coroutine;
    if ((coroutine.flags & TAKEN) === 0) {
      kept.push(coroutine);
      // Whoever is watched must be free to be collected.
      newest[index] = undefined as never;
    }
  }
  swept = end;
  if (end < CHUNK) return;
  chunk = new Array(CHUNK);
  count = swept = 0;
  if (kept.length <= keptLimit) return;
  kept = kept.filter((coroutine) => !coroutine.taken());
  // Many are being collected, for a gather, say: look again when they have doubled, so that the sweeps stay linear.
  keptLimit = Math.max(FEW, kept.length * 2);
}

/** The host will have a turn: whoever has not begun is promoted. */
function sweepCreated(): void {
  if (swept < count) sweepChunk();
  if (kept.length === 0) return;
  for (let index = 0; index < kept.length; index++) {
    const coroutine = kept[index] as Coroutine;
    if (coroutine.taken()) continue;
    coroutine.flags |= WATCHED;
    const { site, origin } = coroutine;
    watch(coroutine, current.maker ?? rootForNative(), (forgotten) => describe(site, origin, forgotten));
  }
  kept = [];
  keptLimit = FEW;
}

current.sweep = sweepCreated;

/** From now on coroutines are made on behalf of another run: what was made before belongs to the former one. */
export function makeFor(root: Root | null): void {
  sweepCreated();
  current.maker = root;
}

function describe(site: CodeSite, origin: Captured | undefined, forgotten: unknown): Report {
  const { name, definedAt } = site;
  // A lowered function stands between the library and the code that called it.
  const place = placeOf(origin, site.lowered && !dropsFrames ? 1 : 0);
  if (!place) site.captureAlways();
  // A callback is called by the platform, whose line tells nothing.
  const where = /^(node:|$)/.test(place)
    ? `defined at ${definedAt || "?"}${place && `; called by ${place}`}`
    : `made at ${place}`;
  return {
    message: `coroutine '${name}' was never awaited\n    ${where}\n    It never ran: await it, or run it beside the caller with createTask(${name}(…))`,
    coroutine: forgotten,
  };
}
