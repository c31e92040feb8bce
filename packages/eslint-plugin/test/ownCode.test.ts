/** No false alarm on code that is known to be right: that of the project itself. */
import assert from "node:assert/strict";
import { relative } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type CheckOptions, check } from "@tsyncio/eslint-plugin/check";

const cwd = fileURLToPath(new URL("../../../..", import.meta.url));

function findings(options: CheckOptions): string[] {
  const { files, findings } = check({ cwd, ...options });
  assert.ok(files > 0);
  return findings.map(({ file, line, rule }) => `${relative(cwd, file)}:${line} ${rule}`);
}

describe("The rules find nothing in", () => {
  // The first refers to the rest of the package.
  for (const name of ["tsyncio/tsconfig.node.json", "compiler", "eslint-plugin"]) {
    test(`packages/${name}`, () => assert.deepEqual(findings({ project: `packages/${name}` }), []));
  }

  test("the programs of the benchmarks", () => {
    const files = ["tsyncio-async.ts", "tsyncio-generator.mjs"].map((name) => `bench/contenders/${name}`);
    assert.deepEqual(findings({ files }), []);
    const native = ["native.mjs", "effect.mjs", "effection.mjs"].map((name) => `bench/contenders/${name}`);
    assert.deepEqual(findings({ files: native, lowered: false }), []);
  });

  test("the examples, but for the one that shows a forgotten await", () => {
    assert.deepEqual(findings({ project: "examples" }), ["examples/forgotten-await.ts:18 no-floating-coroutine"]);
  });
});
