/** A place in what runs as a place in what was written. */
import { builtin } from "./inspector.js";
import type { Script } from "./suspendedAt.js";

interface SourceMap {
  findEntry(line: number, column: number): { originalSource?: string; originalLine?: number; originalColumn?: number };
}

interface NodeModule {
  SourceMap?: new (payload: unknown) => SourceMap;
}

const maps = new Map<string, SourceMap | null>();

/** `file:line:column` with numbers from 1, by those from 0 of the engine. */
export function mapped(script: Script, line: number, column: number): string {
  const { url } = script;
  let map = maps.get(url);
  if (map === undefined) {
    map = mapOf(script);
    maps.set(url, map);
  }
  const { originalSource, originalLine, originalColumn = 0 } = map?.findEntry(line, column) ?? {};
  if (originalSource === undefined || originalLine === undefined) return `${url}:${line + 1}:${column + 1}`;
  return `${asPath(resolved(originalSource, url))}:${originalLine + 1}:${originalColumn + 1}`;
}

/** The map that the script names, inside of it or beside it. */
function mapOf({ url, sourceMapURL }: Script): SourceMap | null {
  const Made = builtin<NodeModule>("node:module")?.SourceMap;
  if (!Made || sourceMapURL === "") return null;
  try {
    const inside = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(sourceMapURL);
    const text = inside ? decoded(inside[2] as string, inside[1] !== undefined) : readText(resolved(sourceMapURL, url));
    return new Made(JSON.parse(text));
  } catch {
    return null;
  }
}

function decoded(text: string, base64: boolean): string {
  if (!base64) return decodeURIComponent(text);
  return new TextDecoder().decode(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)));
}

function readText(url: string): string {
  const fs = builtin<{ readFileSync(file: URL, encoding: "utf8"): string }>("node:fs");
  return fs?.readFileSync(new URL(url), "utf8") ?? "";
}

function resolved(url: string, base: string): string {
  try {
    return new URL(url, base).href;
  } catch {
    return url;
  }
}

/** As the stacks of errors have what they have mapped. */
function asPath(url: string): string {
  if (!url.startsWith("file:")) return url;
  return decodeURIComponent(new URL(url).pathname).replace(/^\/([A-Za-z]:)/, "$1");
}
