import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import plugin, { rules } from "@tsyncio/eslint-plugin";
import { ESLint, Linter } from "eslint";
import { APP } from "./support/ruleTester.js";

const NAMES = [
  "no-async-callback-dropped",
  "no-await-twice",
  "no-bare-generator-delegation",
  "no-blocking-call",
  "no-floating-coroutine",
  "no-sequential-await-of-independent",
  "no-swallowed-cancel",
  "require-yield-star",
];

describe("The plugin", () => {
  test("has these rules, and recommends all of them", () => {
    assert.deepEqual(Object.keys(rules), NAMES);
    assert.deepEqual(plugin.rules, rules);
    const [, recommended] = plugin.configs.recommended;
    const expected = NAMES.map((name) => [
      `@tsyncio/${name}`,
      name === "no-sequential-await-of-independent" ? "warn" : "error",
    ]);
    assert.deepEqual(recommended?.rules, Object.fromEntries(expected));
    assert.deepEqual(plugin.configs.rules, [recommended]);
  });

  test("points each rule at a page that is there", () => {
    for (const { meta } of Object.values(rules)) assert.ok(existsSync(fileURLToPath(meta.docs?.url ?? "")));
  });

  test("is all that a configuration needs, for TypeScript with types and for JavaScript", async () => {
    assert.match(Linter.version, /^10\./);
    const eslint = new ESLint({ cwd: APP, overrideConfigFile: true, overrideConfig: plugin.configs.recommended });
    const code = 'import { load } from "./library.js";\nload("a");\n';
    const found = async (filePath: string): Promise<unknown> => {
      const [result] = await eslint.lintText(code, { filePath });
      return result?.messages.map(({ ruleId, line, column }) => `${line}:${column} ${ruleId}`);
    };
    assert.deepEqual(await found("file.ts"), ["2:1 @tsyncio/no-floating-coroutine"]);
    // Without types, what another file exports is unknown.
    assert.deepEqual(await found("file.js"), []);
  });

  test("says what is wrong with its settings", () => {
    const lint = (tsyncio: unknown) => () =>
      new Linter({ cwd: APP }).verify("f();", [...plugin.configs.rules, { settings: { tsyncio } }], "a.js");
    assert.throws(
      lint({ lowered: "no" }),
      /settings\.tsyncio\.lowered of the ESLint configuration is true or false, not no/,
    );
    assert.throws(lint({ off: true }), /settings\.tsyncio of the ESLint configuration has no "off"; it has "lowered"/);
  });
});
