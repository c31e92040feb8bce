/**
 * Lets typescript-eslint work in a project that has TypeScript 7, which has no JavaScript API.
 *
 * This package brings a TypeScript that has one, and npm puts the packages of typescript-eslint, which do not take a 7, beside it. But
 * their `ts-api-utils` takes any version, so npm puts it beside the project's TypeScript, where it fails as it loads. So it is loaded
 * here, before the parser, and is given the TypeScript that the parser has.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const ofParser = createRequire(require.resolve("@typescript-eslint/parser"));
const ofTree = createRequire(ofParser.resolve("@typescript-eslint/typescript-estree"));
const utilities = ofTree.resolve("ts-api-utils");
const wanted = ofTree.resolve("typescript");
const found = createRequire(utilities).resolve("typescript");

if (found !== wanted && require.cache[utilities] === undefined) {
  const before = require.cache[found];
  ofTree("typescript");
  require.cache[found] = require.cache[wanted];
  try {
    require(utilities);
  } finally {
    if (before === undefined) delete require.cache[found];
    else require.cache[found] = before;
  }
}
