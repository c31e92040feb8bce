import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { missing, NEW_NODE, npmStart } from "./places.js";

for (const [place, node] of [
  ["vitest4", process.execPath],
  ["vitest", NEW_NODE],
] as const) {
  const old = place === "vitest" && node === process.execPath && Number.parseInt(process.versions.node, 10) < 22;
  const skip = missing(place, "vitest") || (old && "vitest 5 needs Node 22.12, and node24 is not installed");
  if (skip !== false) console.log(`SKIPPED: ${skip}`);

  describe(`The plugin in ${place}`, { skip }, () => {
    test("the folder's tests pass, as coroutines", () => {
      const { stdout, stderr, status } = npmStart(place, node);
      const said = stdout
        .replace(/ *\n/g, "\n")
        .replace(/^ +(RUN|Start at|Duration) .*\n/gm, "")
        .trim();
      assert.equal(
        said.replace(/ \d+ms$/m, ""),
        " ✓ test/download.test.ts (4 tests)\n\n Test Files  1 passed (1)\n      Tests  4 passed (4)".trim(),
        stdout + stderr,
      );
      assert.equal(stderr, "");
      assert.equal(status, 0);
    });
  });
}
