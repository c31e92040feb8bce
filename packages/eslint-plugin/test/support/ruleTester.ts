// First, for it lets the parser find its TypeScript.
import "@tsyncio/eslint-plugin";

import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { RuleTester } from "@typescript-eslint/rule-tester";

// What it calls of a test runner, by the names that it has for that. No test is skipped.
RuleTester.afterAll = after;
RuleTester.describe = describe;
RuleTester.describeSkip = describe.skip;
RuleTester.it = it;
RuleTester.itOnly = it.only;
RuleTester.itSkip = it.skip;

/** A project of a user: it has tsyncio, a few files, and `file.ts`, whose text the tests replace. */
export const APP: string = fileURLToPath(new URL("../../../test/fixtures/app", import.meta.url));

/** Runs a rule with type information. */
export function typed(): RuleTester {
  return new RuleTester({
    languageOptions: { parser, parserOptions: { project: "./tsconfig.json", tsconfigRootDir: APP } },
  });
}

/** Runs a rule without type information. */
export function untyped(): RuleTester {
  return new RuleTester({
    languageOptions: { parser },
    defaultFilenames: { ts: `${APP}/file.ts`, tsx: `${APP}/file.tsx` },
  });
}
