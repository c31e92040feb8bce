/** The rules in ESLint 9: the tests of all rules once more, with that version in the place of the installed one. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
for (const entry of ["", "/use-at-your-own-risk"]) {
  require(`eslint9${entry}`);
  require.cache[require.resolve(`eslint${entry}`)] = require.cache[require.resolve(`eslint9${entry}`)];
}

test("the tests below run in ESLint 9", () => {
  const { Linter } = createRequire(require.resolve("@typescript-eslint/rule-tester"))("eslint");
  assert.match(Linter.version, /^9\./);
});

const folder = new URL("./rules/", import.meta.url);
for (const file of readdirSync(folder)) if (file.endsWith(".test.js")) await import(new URL(file, folder).href);
