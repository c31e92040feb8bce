/** Where in the user's file a lowering stopped; see {@link LoweringError}. */
export interface SourcePosition {
  /** Line, counted from 1. */
  readonly line: number;
  /** Column, counted from 1. */
  readonly column: number;
}

/**
 * The user's file cannot be lowered: its syntax is wrong, or it uses something that the pass does not support.
 *
 * @example
 * ```ts
 * try {
 *   lower("async function f( {", { filename: "f.ts" });
 * } catch (error) {
 *   if (error instanceof LoweringError) console.error(`${error.filename}:${error.line}:${error.column}`);
 * }
 * ```
 */
export class LoweringError extends SyntaxError {
  readonly code = "ERR_TSYNCIO_LOWERING";
  readonly filename: string;
  /** Line in the user's file, counted from 1. */
  readonly line: number;
  /** Column in the user's file, counted from 1. */
  readonly column: number;
  /** What is wrong, in one sentence, without the place. */
  readonly reason: string;
  /** The lines around the place, with a mark under it. */
  readonly frame: string;

  constructor(reason: string, filename: string, source: string, offset: number) {
    const { line, column } = positionOf(source, offset);
    const frame = codeFrame(source, line, column);
    super(`${reason} (${filename}:${line}:${column})\n${frame}`);
    this.name = "LoweringError";
    // What matters is the place in the user's file, not where in the pass it was found.
    this.stack = `${this.name}: ${this.message}`;
    this.filename = filename;
    this.line = line;
    this.column = column;
    this.reason = reason;
    this.frame = frame;
  }
}

/** The line and column of an offset. */
export function positionOf(source: string, offset: number): SourcePosition {
  let line = 1;
  let start = 0;
  for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    const next = match.index + match[0].length;
    if (next > offset) break;
    line += 1;
    start = next;
  }
  return { line, column: offset - start + 1 };
}

function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const frame: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = lines[n - 1] ?? "";
    frame.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${text}`.trimEnd());
    if (n === line) {
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
      frame.push(`  ${" ".repeat(width)} | ${indent}^`);
    }
  }
  return frame.join("\n");
}
