// A test of test262: its text, and what its frontmatter asks for (test262's INTERPRETING.md).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * @typedef {{ phase: "parse" | "resolution" | "runtime", type: string }} Negative
 * @typedef {{ name: string, path: string, text: string, flags: Set<string>, includes: string[], negative: Negative | undefined }} TestFile
 */

/** @returns {TestFile} */
export function readTest(root, name) {
  const path = join(root, "test", name);
  const text = readFileSync(path, "utf8");
  const meta = parse(/\/\*---([\s\S]*?)---\*\//.exec(text)?.[1] ?? "") ?? {};
  return {
    name,
    path,
    text,
    flags: new Set(meta.flags ?? []),
    includes: meta.includes ?? [],
    negative: meta.negative,
  };
}

/** The texts by which a test is run: as it stands, and in strict mode, unless it asks for one of them alone. */
export function variants({ text, flags }) {
  const strict = `"use strict";\n${text}`;
  if (flags.has("module") || flags.has("raw") || flags.has("noStrict")) return [text];
  return flags.has("onlyStrict") ? [strict] : [text, strict];
}

/** The files of the harness that are run before the test. */
export function harnessOf({ flags, includes }) {
  if (flags.has("raw")) return [];
  return ["assert.js", "sta.js", ...(flags.has("async") ? ["doneprintHandle.js"] : []), ...includes];
}
