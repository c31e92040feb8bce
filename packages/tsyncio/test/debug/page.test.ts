/** The programs of the page that write to the standard error: the others are checked with those of all pages. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { COMMAND, Program, project, WORKSPACE } from "../programs.js";

/** What changes from run to run, and what a busy machine makes slow besides. */
function plain(text: string): string {
  return text
    .replace(/(file:\/\/)?\/\S*\/(\w+\.ts)/g, "$2")
    .replace(/\d+(\.\d+)? (ms|s|seconds)\b/g, "N")
    .replace(/main\.ts:5:\d+/g, "main.ts:5")
    .replace(/^ {4}at .*(existsSync|node:).*\n/gm, "");
}

function withoutSlow(text: string): string {
  return text.replace(/^Executing .*\n( {4}at .*\n)*/gm, "");
}

describe("docs/introspection.md", () => {
  const page = readFileSync(join(WORKSPACE, "docs/introspection.md"), "utf8");
  const programs = [...page.matchAll(/^```ts\n((?:(?!```)[\s\S])*)^```\n+```console\n((?:(?!```)[\s\S])*)^```$/gm)];

  test("has programs", () => assert.equal(programs.length, 3));

  for (const [block, text = "", printed = ""] of programs)
    test(`line ${page.slice(0, page.indexOf(block)).split("\n").length}`, async (t) => {
      const cwd = project(t, { "main.ts": text });
      const program = new Program(t, [COMMAND, "run", "main.ts"], cwd);
      const blocks = text.includes("existsSync");
      if (blocks) {
        await program.complained("async crawl");
        writeFileSync(join(cwd, "go"), "");
      }
      const { stderr, stdout } = await program.end();
      // What the collector finds is reported when it does.
      const sorted = (lines: string): string[] => lines.split("\n").sort();
      if (blocks) assert.equal(plain(stderr), plain(printed));
      else assert.deepEqual(sorted(withoutSlow(plain(stderr))), sorted(plain(printed)));
      assert.equal(stdout, "");
    });
});
