/**
 * A coroutine function as the program's text has it: its name, where it is defined, and how often the line of a call is captured.
 *
 * Capturing a line costs about a microsecond, so it is done for the first hundred coroutines of each function and then ever more
 * rarely; always in debug mode, and always once a report had no line to name.
 */

import { NEVER } from "./duration.js";
import { type Captured, placeOf } from "./stackLine.js";

const CAPTURED_AT_FIRST = 100;

export class CodeSite {
  readonly name: string;
  readonly #definition: string | Captured;
  /** Made by the lowering pass; see `Frame.lowered`. */
  readonly lowered: boolean;
  /** No part of the program: frames of the library's own functions. */
  readonly hidden: boolean;
  /** Calls to let pass before the next capture. */
  skip = 0;
  #captured = 0;

  /** @param definition - `file:line:column`, or what holds a captured stack whose first line is the definition */
  constructor(name: string, definition: string | Captured, lowered: boolean, hidden = false) {
    this.name = name;
    this.#definition = definition;
    this.lowered = lowered;
    this.hidden = hidden;
  }

  /** Where the function is defined, `file:line:column`; empty where that is not known. */
  get definedAt(): string {
    const definition = this.#definition;
    return typeof definition === "string" ? definition : placeOf(definition);
  }

  /** Called after each capture: when is the next? */
  captured(debug = false): void {
    if (++this.#captured >= CAPTURED_AT_FIRST && !debug) this.skip = this.#captured * 16;
  }

  captureAlways(): void {
    this.#captured = -NEVER;
    this.skip = 0;
  }
}

/** A site of a function of the library itself. */
export function librarySite(name: string): CodeSite {
  return new CodeSite(name, "", false, true);
}
