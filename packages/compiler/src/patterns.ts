import { createRequire } from "node:module";
import { isAbsolute, resolve, sep } from "node:path";
import type picomatch from "picomatch";

/** Which files are meant; see `FileFilterOptions`. */
export interface Patterns {
  readonly include?: string | readonly string[] | undefined;
  readonly exclude?: string | readonly string[] | undefined;
}

/**
 * Whether `include` matches the absolute path of a file, and `exclude` does not. Patterns are relative to `base`.
 *
 * @throws TypeError for patterns that are no texts, are empty, or begin with `!`.
 */
export function matchPatterns({ include, exclude }: Patterns, base: string): (path: string) => boolean {
  const isIncluded = include === undefined ? () => true : matcher("include", include, base);
  const isExcluded = exclude === undefined ? () => false : matcher("exclude", exclude, base);
  return (path) => isIncluded(slashed(path)) && !isExcluded(slashed(path));
}

// Loaded where there are patterns alone: it takes 8 ms, a fifth of what Node itself needs to start.
const require: NodeJS.Require = createRequire(import.meta.url);

/** One function for a list of patterns, which is given whole paths with slashes. */
function matcher(name: string, value: string | readonly string[], base: string): (path: string) => boolean {
  const patterns: readonly unknown[] = typeof value === "string" ? [value] : value;
  if (!Array.isArray(patterns))
    throw new TypeError(`${name} must be a pattern or a list of patterns, not ${show(value)}`);
  const match = require("picomatch") as typeof picomatch;
  const globs = patterns.flatMap((pattern: unknown) => {
    if (typeof pattern !== "string" || pattern.trim() === "")
      throw new TypeError(`${name} must have texts such as "src/**" as patterns, not ${show(pattern)}`);
    if (pattern.startsWith("!") && pattern[1] !== "(")
      throw new TypeError(`${name} has ${show(pattern)}; what is to be left out belongs into exclude, without "!"`);
    return wholePaths(match.scan(pattern.replace(/(?<=.)\/+$/, "")), base);
  });
  return match(globs, { dot: true });
}

/** A pattern of whole paths for one that is relative to a folder; a second one where it may be the name of a folder. */
function wholePaths({ base: fixed, glob }: { base: string; glob: string }, base: string): string[] {
  const folder = slashed(isAbsolute(fixed) ? fixed : resolve(base, fixed)).replace(/\/$/, "");
  const start = folder.replace(/[\\()[\]{}!*?+@|$^]/g, "\\$&");
  return glob === "" ? [start, `${start}/**`] : [`${start}/${glob}`];
}

function slashed(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
