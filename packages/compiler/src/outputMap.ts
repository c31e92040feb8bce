/** The source map that a compiler has left with its output: inside of the file, or beside it. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SourceMapV3 } from "./sourceMaps.js";

/** A map, and where it stands. */
export interface OutputMap {
  readonly map: SourceMapV3;
  /** The file that it is in, or `undefined` where it is inside of the output itself. */
  readonly path: string | undefined;
  /** The comment that leads to it. */
  readonly comment: string;
}

const COMMENT = /^[ \t]*\/\/[#@][ \t]*sourceMappingURL=(\S+)[ \t]*$/gm;

/**
 * The map of a file, or `undefined` where it has none.
 *
 * @throws Error that names the file of a map that is not JSON.
 */
export function readOutputMap(path: string, source: string): OutputMap | undefined {
  const match = [...source.matchAll(COMMENT)].at(-1);
  const url = match?.[1];
  if (match === undefined || url === undefined) return undefined;
  const [comment] = match;
  const data = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
  if (data !== null) {
    const text = data[1] === undefined ? decodeURIComponent(data[2]!) : Buffer.from(data[2]!, "base64").toString();
    return { map: parse(text, path), path: undefined, comment };
  }
  if (/^[a-z][a-z\d+.-]+:/i.test(url) && !url.startsWith("file:")) return undefined;
  const mapPath = fileURLToPath(new URL(url, pathToFileURL(path)));
  if (!existsSync(mapPath)) return undefined;
  return { map: parse(readFileSync(mapPath, "utf8"), mapPath), path: mapPath, comment };
}

function parse(text: string, path: string): SourceMapV3 {
  try {
    return JSON.parse(text) as SourceMapV3;
  } catch (error) {
    throw new Error(`${path}: the source map is not JSON: ${(error as Error).message}`);
  }
}

/** A map whose relative sources are seen from another folder. */
export function moveMap(map: SourceMapV3, from: string, to: string): SourceMapV3 {
  if (dirname(from) === dirname(to)) return map;
  const { sourceRoot = "", ...rest } = map as SourceMapV3 & { sourceRoot?: string };
  const root = sourceRoot === "" || sourceRoot.endsWith("/") ? sourceRoot : `${sourceRoot}/`;
  const sources = map.sources.map((source) => {
    if (source === null || /^([a-z][a-z\d+.-]*:|\/)/i.test(root + source))
      return source === null ? null : root + source;
    return relative(dirname(to), resolve(dirname(from), join(root, source))).replaceAll(sep, "/");
  });
  return { ...rest, sources };
}
