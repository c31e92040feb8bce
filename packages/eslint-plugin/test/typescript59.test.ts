/** The rules on TypeScript 5.9, the oldest that the package takes: the tests of all rules once more, with it in the place of the installed one. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const ofParser = createRequire(require.resolve("@typescript-eslint/parser"));
const ofTree = createRequire(ofParser.resolve("@typescript-eslint/typescript-estree"));
const places = new Set([require, ofParser, ofTree].map((each) => each.resolve("typescript")));
require("typescript59");
for (const place of places) require.cache[place] = require.cache[require.resolve("typescript59")];

test("the tests below run on TypeScript 5.9, the parser and the rules alike", async () => {
  const { default: ofRules } = (await import("typescript")) as unknown as { default: { version: string } };
  const ofTypes = ofTree("typescript") as { version: string };
  assert.match(ofTypes.version, /^5\.9\./);
  assert.equal(ofRules, ofTypes);
});

const folder = new URL("./rules/", import.meta.url);
for (const file of readdirSync(folder)) if (file.endsWith(".test.js")) await import(new URL(file, folder).href);
