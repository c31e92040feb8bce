import remapping from "@jridgewell/remapping";
import type MagicString from "magic-string";

/** A source map, version 3, as JSON holds it. */
export interface SourceMapV3 {
  version: 3;
  file?: string;
  sources: (string | null)[];
  sourcesContent?: (string | null)[];
  names: string[];
  mappings: string;
}

/** The map of a source that was edited in place. */
export function editMap(edits: MagicString, filename: string): SourceMapV3 {
  const { sources, sourcesContent, names, mappings } = edits.generateMap({
    source: filename,
    includeContent: true,
    hires: "boundary",
  });
  return {
    version: 3,
    sources: sources.map(() => filename),
    names,
    mappings,
    ...(sourcesContent === undefined ? {} : { sourcesContent }),
  };
}

/** One map from the last output to the first source, out of the map of the second step and that of the first. */
export function chainMaps(second: SourceMapV3, first: SourceMapV3 | null): SourceMapV3 {
  if (first === null) return second;
  const chained = remapping([second as never, first as never], () => null);
  return JSON.parse(chained.toString()) as SourceMapV3;
}

/** The comment that carries a map inside of the file. */
export function inlineMap(map: SourceMapV3): string {
  const json = Buffer.from(JSON.stringify(map)).toString("base64");
  return `\n//# sourceMappingURL=data:application/json;base64,${json}\n`;
}
