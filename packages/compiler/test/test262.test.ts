/** The runner of test262 (conformance/test262), tried on a small suite of the same form. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder, WORKSPACE } from "./support.js";

const RUNNER = join(WORKSPACE, "conformance/test262");
const ENGINE = join(WORKSPACE, "node_modules/node26/bin/node");

const HARNESS = {
  "harness/assert.js": `function assert(right, message) { if (!right) throw new Test262Error(message); }`,
  "harness/sta.js": `class Test262Error extends Error {} Test262Error.prototype.name = "Test262Error";`,
  "harness/doneprintHandle.js": `function $DONE(error) { print(error ? "Test262:AsyncTestFailure:" + error : "Test262:AsyncTestComplete"); }`,
  "harness/extra.js": `var extra = async () => 1;`,
};

function testFile(meta: string, body: string): string {
  return `/*---\ndescription: a test\n${meta}\n---*/\n${body}\n`;
}

const SUITE = {
  ...HARNESS,
  "test/language/a/begins-at-the-call.js": testFile(
    "flags: [async]\nincludes: [extra.js]",
    `var n = 0; async function f() { n++; await extra(); n++; } f().then(() => { assert(n === 2, "at the end"); }).then($DONE, $DONE); assert(n === 1, "at the call");`,
  ),
  "test/language/a/as-it-stands.js": testFile(
    "flags: [async]",
    `(async () => { var o = { async *g() { yield await 1; } }; for await (var x of o.g()) assert(x === 1); assert(typeof setTimeout === "function"); await new Promise((done) => setTimeout(done, 1)); })().then($DONE, $DONE);`,
  ),
  "test/language/a/module.js": testFile(
    "flags: [module, async]",
    `import { f } from "./f_FIXTURE.js"; async function g() { return await f(); } var v = await g(); var w = (await import("./f_FIXTURE.js")).f === f; $DONE(v === 3 && w ? undefined : "wrong");`,
  ),
  "test/language/a/f_FIXTURE.js": "export async function f() { return 3; }",
  "test/language/a/strict-and-sloppy.js": testFile(
    "",
    `var isStrict = this === undefined || (function () { return !this; })(); (async function () { assert((this === undefined) === isStrict); })();`,
  ),
  "test/language/a/negative.js": testFile("negative:\n  phase: parse\n  type: SyntaxError", "async () => { await; };"),
  "test/language/a/throws.js": testFile(
    "negative:\n  phase: runtime\n  type: Test262Error",
    `async () => {}; throw new Test262Error();`,
  ),
  "test/language/b/looks-at-functions.js": testFile(
    "",
    `assert((async () => {}).constructor !== Function, "its own");`,
  ),
  "test/language/b/looks-again.js": testFile("", `assert((async () => {}).constructor !== Function, "its own");`),
  "test/language/b/never-done.js": testFile("flags: [async]", `(async () => {})();`),
  "test/language/b/left-as-it-is.js": testFile("", `var async = 1; assert(async === 1);`),
  "test/language/b/without-the-word.js": testFile("", `assert(false);`),
};

const COUNTS = {
  "language/a": { tests: 6, passed: 6, asTheyStand: 5, deviating: 0, engine: 0 },
  "language/b": { tests: 3, passed: 0, asTheyStand: 0, deviating: 2, engine: 1 },
};

function expectations(...tests: string[]): string {
  return JSON.stringify({ engine: "", untouched: 1, folders: COUNTS, deviations: [{ title: "", reason: "", tests }] });
}

/** What the runner says of a folder, and its status. */
function run(root: string, ...options: string[]): { lines: string[]; error: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(RUNNER, "main.mjs"), root, "--expectations", join(root, "expectations.json"), "--engine", ENGINE, ...options],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" } },
  );
  const lines = stdout.trimEnd().split("\n");
  return { lines: lines.map((line) => line.replace(/ in \d+ s:/, ":")), error: stderr, status };
}

describe("The runner of test262", { skip: !existsSync(ENGINE) && "there is no Node 26" }, () => {
  const suite = (t: TestContext, ...deviating: string[]): string =>
    folder(t, { ...SUITE, "expectations.json": expectations(...deviating) });

  test("runs each test lowered, and says how many passed, where all is as expected", (t) => {
    assert.deepEqual(run(suite(t, "language/b/looks-*.js")), {
      lines: [
        "9 tests: 6 passed (5 as they stand), 2 deviating as expected, 1 that the engine lacks, 0 failed; 1 left as they are",
      ],
      error: "",
      status: 0,
    });
  });

  test("fails where a test fails that was not expected to, where one passes that was, and where one is not there", (t) => {
    const deviating = ["language/b/looks-at*", "language/a/neg*", "language/b/never*", "language/c/*"];
    assert.deepEqual(run(suite(t, ...deviating)), {
      lines: [
        "expected to deviate (language/a/neg*), but passes: language/a/negative.js",
        "new failure: language/b/looks-again.js",
        "    runtime: Test262Error: its own",
        "expected to deviate (language/b/never*), but the engine fails it: language/b/never-done.js",
        "no such test, of those expected to deviate: language/c/*",
        "9 tests: 6 passed (5 as they stand), 1 deviating as expected, 1 that the engine lacks, 1 failed; 1 left as they are",
      ],
      error: "",
      status: 1,
    });
  });

  test("runs those whose names contain a text, and compares no counts then", (t) => {
    assert.deepEqual(run(suite(t), "--filter", "begins").lines, [
      "1 tests: 1 passed (0 as they stand), 0 deviating as expected, 0 that the engine lacks, 0 failed; 0 left as they are",
    ]);
  });

  test("fails where the counts of a folder are others", (t) => {
    const root = suite(t, "language/b/looks-*.js");
    const { lines, status } = run(
      folder(t, {
        ...SUITE,
        "expectations.json": readFileSync(join(root, "expectations.json"), "utf8").replace('"passed":6', '"passed":5'),
      }),
    );
    assert.deepEqual(
      [lines[0], status],
      [
        "other counts in language/a: tests 6, passed 6, asTheyStand 5, deviating 0, engine 0; expected: tests 6, passed 5, asTheyStand 5, deviating 0, engine 0",
        1,
      ],
    );
  });

  test("ends a test that does not end by itself, and goes on", (t) => {
    const root = folder(t, {
      ...HARNESS,
      "test/language/a/endless.js": testFile("", "async () => {}; for (;;) {}"),
      "expectations.json": expectations(),
    });
    assert.deepEqual(run(root, "--filter", "language", "--timeout", "3000").lines, [
      "1 tests: 0 passed (0 as they stand), 0 deviating as expected, 1 that the engine lacks, 0 failed; 0 left as they are",
    ]);
  });

  test("says what is wrong with a path that is no checkout", (t) => {
    const empty = folder(t, {});
    const advice = "get one by: git clone --depth 1 https://github.com/tc39/test262\n";
    assert.deepEqual(
      [run(empty), run(join(empty, "no"))].map(({ error, status }) => [error, status]),
      [
        [`test262: ${empty} is no checkout of test262: it has no harness/assert.js; ${advice}`, 2],
        [`test262: there is nothing at ${join(empty, "no")}; ${advice}`, 2],
      ],
    );
  });
});

test("docs/test262.md, and a sentence of the README, tell what is expected of test262", async () => {
  type Text = (expected: unknown) => string;
  const texts = (await import(pathToFileURL(join(RUNNER, "page.mjs")).href)) as { page: Text; sentence: Text };
  const expected: unknown = JSON.parse(readFileSync(join(RUNNER, "expectations.json"), "utf8"));
  assert.equal(readFileSync(join(WORKSPACE, "docs/test262.md"), "utf8"), texts.page(expected));
  assert.ok(readFileSync(join(WORKSPACE, "README.md"), "utf8").includes(texts.sentence(expected)));
});
