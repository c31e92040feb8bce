/** The programs in the documentation print what it says: each block of TypeScript that a block of text follows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { project, tsyncio, WORKSPACE } from "./programs.js";

for (const page of [
  "docs/debugging.md",
  "docs/event-loop.md",
  "docs/events-and-streams.md",
  "docs/http.md",
  "docs/introspection.md",
  "docs/patterns.md",
  "docs/sockets-and-processes.md",
  "docs/testing.md",
  "docs/tracing.md",
]) {
  describe(page, () => {
    const text = readFileSync(join(WORKSPACE, page), "utf8");
    const programs = [...text.matchAll(/^```ts\n((?:(?!```)[\s\S])*)^```\n+```text\n((?:(?!```)[\s\S])*)^```$/gm)];
    test("has programs", () => assert.ok(programs.length > 0));
    for (const [block, program = "", printed] of programs) {
      const line = text.slice(0, text.indexOf(block)).split("\n").length;
      test(`line ${line}`, async (t) => {
        const cwd = project(t, { "main.ts": program });
        assert.deepEqual(await tsyncio(t, ["run", "main.ts"], cwd), { stdout: printed, stderr: "", status: 0 });
      });
    }
  });
}
