import MagicString from "magic-string";
import type { Comment } from "oxc-parser";
import type { Analysis } from "./analysis.js";
import type { Node } from "./ast.js";
import { LoweringError, type SourcePosition } from "./errors.js";
import type { Names } from "./names.js";
import type { FunctionContext } from "./scopes.js";

/** The exports of `tsyncio/syntax` that lowered code can call. */
export type Helper =
  | "site"
  | "co"
  | "coLazy"
  | "plain"
  | "now"
  | "aw"
  | "awaited"
  | "primed"
  | "asyncGenerator"
  | "yielded"
  | "delegate"
  | "forAwait"
  | "resources";

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/g;

/**
 * The state of the second walk, and the ways to edit the source.
 *
 * Every part of the pass keeps three rules, so that edits of nested nodes at the same place come out nested:
 * a node is edited after its children (`wrap` puts text around what they did); text belongs to the node that it wraps
 * (so a node can be moved with all of it); text that is replaced keeps its line breaks (`replace`).
 */
export class Pass {
  readonly edits: MagicString;
  readonly helpers: Map<Helper, string> = new Map();
  #lineStarts: number[] | undefined;
  /** The function that the walk is in. */
  context: FunctionContext;
  /** Continues the walk; set by the entry of the pass, as each part needs the whole. */
  visit: (node: Node | null) => void = () => {};

  constructor(
    readonly source: string,
    readonly filename: string,
    readonly analysis: Analysis,
    readonly names: Names,
    readonly comments: readonly Comment[],
    /** What reports call the file; without it, the URL that it is loaded from. */
    readonly place?: string | undefined,
    /** See `LowerOptions.test`. */
    readonly isTest: boolean = false,
    /** Whether a debugger shall step over an `await` in one step. */
    readonly stepping: boolean = false,
  ) {
    this.edits = new MagicString(source);
    this.context = analysis.module.context;
  }

  /** The local name of a helper, which the header then imports. */
  helper(helper: Helper): string {
    let name = this.helpers.get(helper);
    if (name === undefined) {
      name = this.names.fresh(`$${helper}`);
      this.helpers.set(helper, name);
    }
    return name;
  }

  /** Puts text around the node, outside of all that was put there before. */
  wrap(node: { start: number; end: number }, before: string, after: string): void {
    if (before !== "") this.edits.prependRight(node.start, before);
    if (after !== "") this.edits.appendLeft(node.end, after);
  }

  /** Replaces a stretch of tokens; its line breaks stay, behind the text. */
  replace(start: number, end: number, text: string): void {
    if (start < end) this.edits.update(start, end, text + this.lineBreaks(start, end));
    else if (text !== "") this.edits.appendLeft(start, text);
  }

  lineBreaks(start: number, end: number): string {
    return this.source.slice(start, end).replace(/[^\n\r\u2028\u2029]+/g, "");
  }

  /** The offset of the next `token` at or after `from` that is not in a comment. */
  find(token: string, from: number): number {
    let at = this.source.indexOf(token, from);
    for (let comment = this.#commentAt(at); comment !== undefined; comment = this.#commentAt(at)) {
      at = this.source.indexOf(token, comment.end);
    }
    if (at === -1) throw this.error(`expected ${token}`, from);
    return at;
  }

  /** Declarations of the slots that live at the start of a host, or "". */
  slots(host: Node): string {
    const slots = this.analysis.hosts.get(host)?.slots ?? [];
    return slots.length === 0 ? "" : `let ${slots.join(", ")}; `;
  }

  /** `this`, as the code of the current function has to write it. */
  thisText(): string {
    return this.context.outermostArrow?.extras.superCall ? `${this.names.given("this")}()` : "this";
  }

  /** The line and column of an offset, both counted from 1. */
  position(offset: number): SourcePosition {
    this.#lineStarts ??= [
      0,
      ...Array.from(this.source.matchAll(LINE_BREAK), ({ 0: text, index }) => index + text.length),
    ];
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }

  error(reason: string, offset: number): LoweringError {
    return new LoweringError(reason, this.filename, this.source, offset);
  }

  #commentAt(offset: number): Comment | undefined {
    if (offset < 0) return undefined;
    let low = 0;
    let high = this.comments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const comment = this.comments[middle]!;
      if (offset < comment.start) high = middle - 1;
      else if (offset >= comment.end) low = middle + 1;
      else return comment;
    }
    return undefined;
  }
}
