import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LoweringError, lower } from "@tsyncio/compiler";
import { WORKSPACE } from "./support.js";

const LIMIT = 200_000;

/** The source files with `async` in them that are installed in this workspace, or written in it. */
function* asyncFiles(directory: string): Generator<[path: string, source: string]> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!/^(dist|\.build|\.git)$/.test(entry.name) || directory.includes("node_modules")) yield* asyncFiles(path);
    } else if (/(?<!\.d)\.[cm]?[jt]sx?$/.test(entry.name) && entry.isFile() && statSync(path).size < LIMIT) {
      const source = readFileSync(path, "utf8");
      if (/\basync\b/.test(source)) yield [path, source];
    }
  }
}

/** Whether all characters of a text, without spaces, are in another one, in the same order. */
function isWithin(text: string, other: string): boolean {
  let at = -1;
  for (const character of text.replace(/\s/g, "")) {
    at = other.indexOf(character, at + 1);
    if (at === -1) return false;
  }
  return true;
}

test("Every line of real files stays where it was, and what comes out is right syntax with nothing left to lower", () => {
  let changed = 0;
  for (const [filename, source] of asyncFiles(WORKSPACE)) {
    const { code } = lower(source, { filename, sourceMap: false });
    if (code === source) continue;
    changed += 1;
    assert.equal(code.split("\n").length, source.split("\n").length, filename);
    const lines = code.split("\n");
    for (const [index, line] of source.split("\n").entries()) {
      // A line with nothing of the pass's on it can only have got something more.
      if (!/\b(async|await|yield|super|arguments|return|this|of|using)\b|=>/.test(line)) {
        assert.ok(isWithin(line, lines[index]!), `${filename}:${index + 1}: ${lines[index]}`);
      }
    }
    try {
      const again = lower(code, { filename, sourceMap: false }).code;
      assert.equal(again, code, `${filename} still has async functions`);
    } catch (error) {
      if (!(error instanceof LoweringError)) throw error;
      assert.fail(`${filename}: ${error.message}`);
    }
  }
  assert.ok(changed > 20, `only ${changed} files`);
});
