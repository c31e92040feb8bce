// @tsyncio-off
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { copyOf, unfitness } from "./checkout.ts";
import { type FormRun, problems, recorded } from "./compare.ts";
import { page } from "./page.ts";
import { runSuite } from "./runSuite.ts";
import { FORMS, type Form, readSuite, reasonOf, type Suite, suiteNames } from "./suite.ts";
import { readTap } from "./tap.ts";

const SUITE: Suite = {
  name: "small",
  repository: "https://example.org/small",
  version: "1.2.3",
  commit: "0123",
  style: "",
  sources: "^lib/.*\\.js$",
  command: ["node", "--test", "--test-reporter=tap", "small.test.js"],
  needs: ["dependency"],
  unfit: [],
  deviations: {},
};

const SMALL: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "small", "version": "1.2.3", "type": "module" }',
  "lib/small.js": `
    export const log = [];
    async function note(event) { log.push(event); }
    export async function awaits(value) { await note(value); return value; }
    export function drops(value) { note(value); return value; }
    export async function turn() { await 1; return "turned"; }
    export async function* both() { try { yield 1; yield await 2; } finally { log.push("closed"); } }`,
  "small.test.js": `
    import assert from "node:assert/strict";
    import { describe, test } from "node:test";
    import { awaits, both, drops, log, turn } from "./lib/small.js";
    describe("small", () => {
      test("awaits", async () => { assert.equal(await awaits("a"), "a"); assert.equal(log.pop(), "a"); });
      test("drops", () => { drops("b"); assert.equal(log.pop(), "b"); });
      test("turns", async () => { const events = []; const made = turn().then((value) => events.push(value)); queueMicrotask(() => events.push("first")); await made; assert.deepEqual(events, ["first", "turned"]); });
      test("is a promise", () => assert.ok(awaits("c") instanceof Promise));
      test("generates", async () => { const list = []; for await (const value of both()) { list.push(value); if (value === 2) break; } assert.deepEqual([list, log.pop()], [[1, 2], "closed"]); });
      test("fails", () => assert.fail("natively"));
    });`,
  "node_modules/dependency/package.json": "{}",
};

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "packages-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** The small package in the folder of its name. */
function checkout(t: TestContext): string {
  return folder(t, Object.fromEntries(Object.entries(SMALL).map(([name, text]) => [`small/${name}`, text])));
}

test("a suite runs in its four forms, and what they have in common tells why a test fails", async (t) => {
  const from = checkout(t);
  const into = folder(t, {});
  const runs = {} as Record<Form, FormRun>;
  for (const form of FORMS) {
    const copy = copyOf(SUITE, from, into, form);
    runs[form] = { ...(await runSuite(SUITE, copy.folder, process.execPath)), copy };
  }
  const { files, functions, counts, unfit, deviations } = recorded(SUITE, runs);
  assert.deepEqual(
    { files, functions, counts, unfit, deviations },
    {
      files: 1,
      functions: 4,
      counts: {
        native: { passed: 5, ran: 5 },
        lowered: { passed: 3, ran: 5 },
        eager: { passed: 4, ran: 5 },
        promises: { passed: 5, ran: 5 },
      },
      unfit: ["small > fails"],
      deviations: { "starts at once": ["small > is a promise"], "takes its turn": ["small > drops"] },
    },
  );
  const known = { ...SUITE, unfit, deviations };
  assert.deepEqual(problems(known, runs), []);
  assert.deepEqual(problems({ ...known, deviations: {} }, runs), [
    "fails on the lowered sources, for no known reason: small > drops",
    "fails on the lowered sources, for no known reason: small > is a promise",
  ]);
  const broken = { ...runs, promises: { ...runs.promises, outcomes: new Map() } };
  assert.equal(problems(known, broken)[0], "a fault of the lowering: small > awaits");
  assert.equal(readFileSync(join(from, "small/lib/small.js"), "utf8"), SMALL["lib/small.js"]);
});

test("a checkout that does not fit is told with what to do", (t) => {
  const from = checkout(t);
  assert.equal(unfitness(SUITE, from), null);
  assert.deepEqual(
    [
      unfitness(SUITE, join(from, "nowhere")),
      unfitness({ ...SUITE, version: "2.0.0" }, from),
      unfitness({ ...SUITE, needs: ["dependency", "ava"] }, from),
    ].map((text) => text?.replaceAll(from, "DIR")),
    [
      "small: there is no checkout in DIR/nowhere/small; clone https://example.org/small there, at commit 0123",
      "small: DIR/small has version 1.2.3, the suite was recorded with 2.0.0 (commit 0123)",
      "small: ava not installed in DIR/small; run npm install --ignore-scripts there",
    ],
  );
});

test("the command says what can be asked", () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const register = ["--import", "@tsyncio/compiler/register"];
  const { stderr, status } = spawnSync(process.execPath, [...register, main, "nothing", "--from", "."], {
    encoding: "utf8",
  });
  const names = suiteNames().join("|");
  assert.deepEqual(
    { stderr, status },
    {
      stderr: `there is no suite "nothing"; say: npm run packages -- ${names}|all --from DIR-of-checkouts\n`,
      status: 2,
    },
  );
});

test("TAP without subtests is read by its points, but for what was skipped", () => {
  const output = `TAP version 13
ok 1 - suite › one
not ok 2 suite two
  ---
    message: no
  ...
ok 3 - skipped # SKIP
ok 4 - a > b # time=0.26ms
ok 5 - a > b # time=1.00ms
1..5`;
  assert.deepEqual(
    [...readTap(output)],
    [
      ["suite › one", true],
      ["suite two", false],
      ["a > b", true],
      ["a > b (2)", true],
    ],
  );
});

test("TAP with subtests is read by the innermost of them, and not by their assertions", () => {
  const output = `TAP version 13
# Subtest: file.js
    # Subtest: one
        ok 1 - an assertion
        not ok 2 - another
        1..2
    not ok 1 - one # time=18.292ms
    # Subtest: two
        ok 1 - an assertion
        1..1
    ok 2 - two # time=1ms
    1..2
not ok 1 - file.js # time=80ms
# Subtest: alone
ok 2 - alone
1..2`;
  assert.deepEqual(
    [...readTap(output)],
    [
      ["file.js > one", false],
      ["file.js > two", true],
      ["alone", true],
    ],
  );
});

test("docs/packages.md is what the suites say, and each test that deviates has one reason", () => {
  assert.equal(readFileSync(new URL("../../docs/packages.md", import.meta.url), "utf8"), page());
  for (const suite of suiteNames().map(readSuite)) {
    const all = Object.values(suite.deviations).flat();
    assert.equal(new Set(all).size, all.length, suite.name);
    assert.deepEqual(
      all.filter((name) => reasonOf(suite, name) === undefined || suite.unfit.includes(name)),
      [],
      suite.name,
    );
    assert.equal(
      suite.counts?.promises?.passed,
      suite.counts?.native?.passed,
      `${suite.name}: a fault of the lowering`,
    );
  }
});
