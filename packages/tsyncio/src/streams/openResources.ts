/**
 * What a run has opened and must close: sockets, servers, processes, workers. What is still open at its end is named, with the line that
 * opened it, and closed by force.
 */
import { gather } from "../concurrency/gather.js";
import { moveOnAfter } from "../concurrency/moveOnAfter.js";
import { type Closable, closeAtEnd } from "../kernel/closables.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Duration } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import type { Root } from "../kernel/root.js";
import { type Captured, placeOf } from "../kernel/stackLine.js";

/** Something that is open. */
export interface Resource {
  /** For people: "a connection to 127.0.0.1:6379". */
  describe(): string;
  /** Closes it at once. */
  destroy(): void;
  /** Where it is closing already: its end, to be awaited. */
  closing?(): unknown;
  /** Where closing takes time: in place of `destroy`, something to await. */
  end?(): unknown;
}

/** For how long the end of a run waits for what was written and is still under way. */
const GRACE: Duration = "2s";

/** A server with thousands of connections left needs no line for each. */
const SHOWN = 20;

class OpenResources implements Closable {
  readonly name = "what was left open";
  readonly #root: Root;
  readonly #open = new Map<Resource, Captured>();

  constructor(root: Root) {
    this.#root = root;
  }

  add(resource: Resource, line: Captured): void {
    if (this.#open.size === 0) closeAtEnd(this.#root, this);
    this.#open.set(resource, line);
  }

  delete(resource: Resource): void {
    this.#open.delete(resource);
    if (this.#open.size === 0) this.#root.closables.delete(this);
  }

  close(): unknown {
    const closing: Resource[] = [];
    const left: [Resource, Captured][] = [];
    for (const entry of this.#open) {
      if (entry[0].closing?.()) closing.push(entry[0]);
      else left.push(entry);
    }
    this.#open.clear();
    if (left.length > 0) this.#root.scheduler.report({ message: naming(left) });
    const ends = closing.map((resource): unknown => moveOnAfter(GRACE, () => flushing(resource)));
    for (const [resource] of left) {
      if (resource.end) ends.push(resource.end());
      else resource.destroy();
    }
    return ends.length === 0 ? undefined : gather(ends as Coroutine[]);
  }
}

/** What was written before the connection was closed is sent, by a peer that takes it. */
const flushing = hidden("run", function* (resource: Resource): Generator<unknown, void, unknown> {
  try {
    yield resource.closing?.();
  } catch {
    // What a connection was lost by is told by waitClosed(), to those who ask.
  } finally {
    resource.destroy();
  }
});

function naming(left: readonly [Resource, Captured][]): string {
  const lines = left.slice(0, SHOWN).map(([resource, line]) => {
    const place = placeOf(line);
    return `${resource.describe()}${place ? `, opened at ${place}` : ""}`;
  });
  if (left.length > SHOWN) lines.push(`… and ${left.length - SHOWN} more`);
  const message = "still open at the end of the run, and closed by force; close it, or write `await using`:";
  return [message, ...lines].join("\n    ");
}

const ofRoots = new WeakMap<Root, OpenResources>();

/**
 * Notes that the run which is on has opened something.
 *
 * @returns a function to be called as soon as it is closed
 */
export function noteOpen(resource: Resource, line: Captured, root: Root): () => void {
  const open = ofRoots.get(root) ?? new OpenResources(root);
  ofRoots.set(root, open);
  open.add(resource, line);
  return () => open.delete(resource);
}
