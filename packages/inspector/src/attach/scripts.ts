/** The scripts of a process: from what file each came, and where a place in it stands in the source. */
import { readFileSync } from "node:fs";
import type { Debugger } from "node:inspector";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Protocol } from "./protocol.js";

/** A place in a source; the line and the column count from 1. */
export interface Place {
  /** A path, or the URL of what is no file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Script {
  readonly url: string;
  readonly sourceMapURL: string;
  map?: TraceMap | null;
}

export class Scripts {
  readonly #scripts = new Map<string, Script>();

  constructor(protocol: Protocol) {
    protocol.on<Debugger.ScriptParsedEventDataType>("Debugger.scriptParsed", ({ scriptId, url, sourceMapURL = "" }) => {
      if (url !== "" && !this.#scripts.has(scriptId)) this.#scripts.set(scriptId, { url, sourceMapURL });
    });
  }

  /** The source of a place in a script, whose line and column count from 0. */
  place({ scriptId, lineNumber, columnNumber = 0 }: Debugger.Location): Place | undefined {
    const script = this.#scripts.get(scriptId);
    if (script === undefined) return undefined;
    if (script.map === undefined) script.map = readMap(script);
    if (script.map !== null) {
      const { source, line, column } = originalPositionFor(script.map, { line: lineNumber + 1, column: columnNumber });
      if (source !== null) return { file: pathOf(source), line, column: column + 1 };
    }
    return { file: pathOf(script.url), line: lineNumber + 1, column: columnNumber + 1 };
  }
}

/** A place as stacks have it, `file:line:column`. */
export function placeOf(text: string): Place | undefined {
  const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(text) ?? [];
  return file ? { file: pathOf(file), line: Number(line), column: Number(column) } : undefined;
}

function readMap({ url, sourceMapURL }: Script): TraceMap | null {
  if (sourceMapURL === "") return null;
  try {
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(sourceMapURL);
    if (inline !== null) {
      const [, base64, data = ""] = inline;
      return new TraceMap(base64 ? Buffer.from(data, "base64").toString() : decodeURIComponent(data), url);
    }
    const file = new URL(sourceMapURL, url.includes("://") ? url : `file://${url}`);
    return new TraceMap(readFileSync(file, "utf8"), file.href);
  } catch {
    // Without its map a script shows its own lines.
    return null;
  }
}

/** Of a file its path. */
export function pathOf(url: string): string {
  return url.startsWith("file://") ? fileURLToPath(url) : url;
}
