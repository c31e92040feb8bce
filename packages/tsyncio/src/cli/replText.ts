import { SourceMap, type SourceMapPayload } from "node:module";
import type { Report } from "../kernel/report.js";
import { formatUncaught } from "./errorReport.js";
import type { CompiledInput } from "./replCompiler.js";

/** What a session says of errors, with the lines and columns that were typed: Node takes no source maps from scripts. */
export class ReplText {
  readonly #maps: Map<string, SourceMap> = new Map();

  /** From now on places in this input are known. */
  add(name: string, { map }: CompiledInput): void {
    this.#maps.set(name, new SourceMap(map as SourceMapPayload));
  }

  error(error: unknown): string {
    return this.#places(formatUncaught(error));
  }

  report(report: Report): string {
    const error = "exception" in report ? `\n${formatUncaught(report.exception)}` : "";
    return this.#places(report.message + error);
  }

  #places(text: string): string {
    return text
      .replace(/\b(REPL\d+):(\d+):(\d+)/g, (place, name: string, line: string, column: string) => {
        const map = this.#maps.get(name);
        // Of an input that could not be compiled.
        if (map === undefined) return place;
        const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
        return "originalLine" in entry ? `${name}:${entry.originalLine + 1}:${entry.originalColumn + 1}` : NOWHERE;
      })
      .replace(NOWHERE_FRAME, "")
      .replace(/\bat (async )?\$input\$* \((REPL[^)]*)\)/g, "at $1$2");
  }
}

/** A place in what the compiler has added to an input. */
const NOWHERE = "(nowhere)";
const NOWHERE_FRAME = /\n\s+at .*\(nowhere\).*/g;
