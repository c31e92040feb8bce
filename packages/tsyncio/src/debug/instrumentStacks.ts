/**
 * The stacks at which tasks wait, as numbers: each is kept once.
 *
 * The line at which a frame waits is known from the coroutine that it awaits, where the line of that call was captured. To make text of what
 * was captured takes some ten microseconds, so it is done for the first waits of a function at one place in the stack, and from there on
 * only where these had different lines.
 *
 * A task, a future or a promise was made elsewhere, so of a wait for one the line is not known. Rejected: to ask the engine where the generator
 * stands. The first time that takes 70 milliseconds, and each time 0.4, in the lane that is measured here.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import type { Frame } from "../kernel/frame.js";
import { type Captured, placeOf } from "../kernel/stackLine.js";
import type { TraceStack } from "./instrumentFormat.js";

/** Waits of one function whose line is asked for before it is taken for granted. */
const ASKED = 8;
/** The table stops growing here: what comes later has no stack. */
const MOST = 50_000;

/** The waits of one function above the same callees. */
interface Choice {
  asked: number;
  /** By line; empty where that is not known. */
  readonly byPlace: Map<string, Node>;
  last: Node | null;
}

interface Node {
  readonly id: number;
  /** By what the caller runs. */
  readonly callers: Map<CodeSite, Choice>;
}

export class StackTable {
  readonly entries: TraceStack[] = [[0, 0]];
  /** Below the frames that wait for a coroutine; and for anything else. */
  readonly #root: Node = { id: 0, callers: new Map() };
  readonly #placeless: Node = { id: 0, callers: new Map() };
  readonly #textOf: (text: string) => number;
  readonly #definitions: WeakMap<CodeSite, string> = new WeakMap();

  /** @param textOf - gives the number of a text */
  constructor(textOf: (text: string) => number) {
    this.#textOf = textOf;
  }

  /** The number of the stack of a task that waits now; 0 where there is none. */
  of(task: CoreTask): number {
    let called: Frame | Coroutine | null = leafOf(task.waitingOn);
    let node = called ? this.#root : this.#placeless;
    for (let frame = task.top; frame; frame = frame.caller) {
      if (!frame.hidden) {
        const next = this.#above(node, (frame as unknown as Coroutine).site, called);
        if (!next) return node.id;
        node = next;
      }
      called = frame;
    }
    return node.id;
  }

  #above(node: Node, site: CodeSite, called: Frame | Coroutine | null): Node | null {
    let choice = node.callers.get(site);
    if (!choice) {
      choice = { asked: 0, byPlace: new Map(), last: null };
      node.callers.set(site, choice);
    }
    if (choice.last && choice.asked >= ASKED && choice.byPlace.size === 1) return choice.last;
    const place = called ? linePlace(called) : "";
    // Not captured, this time: as before, where there was one only.
    if (!place && choice.last && choice.byPlace.size === 1) return choice.last;
    choice.asked++;
    const known = choice.byPlace.get(place);
    if (known) return known;
    if (this.entries.length >= MOST) return choice.last;
    const made = { id: this.entries.length, callers: new Map() };
    const defined = place ? "" : this.definitionOf(site);
    const shown = place || (defined && `defined at ${defined}`);
    this.entries.push([this.#textOf(shown ? `${site.name} (${shown})` : site.name), node.id]);
    choice.byPlace.set(place, made);
    choice.last = made;
    return made;
  }

  /** Where a function is defined. */
  definitionOf(site: CodeSite): string {
    let place = this.#definitions.get(site);
    if (place === undefined) {
      place = site.definedAt;
      this.#definitions.set(site, place);
    }
    return place;
  }
}

/** What the innermost frame awaits, where that was called there and so tells the line. */
function leafOf(waited: Waitable | null): Coroutine | null {
  return waited instanceof Coroutine ? waited : null;
}

/** The line of the call that made a coroutine, mostly that of its await; empty where it was not captured. */
export function linePlace(made: { readonly origin: Captured | undefined; readonly site?: CodeSite }): string {
  if (!made.origin) return "";
  const place = placeOf(made.origin, made.site?.lowered ? 1 : 0);
  // Called by the platform, whose lines tell nothing.
  return /^(node:|<anonymous>$)/.test(place) ? "" : place;
}
