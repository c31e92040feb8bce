/**
 * What a run has opened and must close: sockets, servers, processes, workers. What is still open at its end is named, with the line that
 * opened it, and closed by force.
 */
import { type Closable, closeAtEnd } from "../kernel/closables.js";
import type { Root } from "../kernel/root.js";
import { type Captured, placeOf } from "../kernel/stackLine.js";

/** Something that is open. */
export interface Resource {
  /** For people: "a connection to 127.0.0.1:6379". */
  describe(): string;
  /** Closes it at once. */
  destroy(): void;
}

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

  close(): void {
    const lines = [...this.#open].slice(0, SHOWN).map(([resource, line]) => {
      const place = placeOf(line);
      return `\n    ${resource.describe()}${place ? `, opened at ${place}` : ""}`;
    });
    const left = [...this.#open.keys()];
    if (left.length > SHOWN) lines.push(`\n    … and ${left.length - SHOWN} more`);
    this.#open.clear();
    for (const resource of left) resource.destroy();
    this.#root.scheduler.report({
      message: `still open at the end of the run, and closed by force; close it, or write \`await using\`:${lines.join("")}`,
    });
  }
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
