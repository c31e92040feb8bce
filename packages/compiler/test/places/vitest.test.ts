import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { folder, type Output, PACKAGE } from "../support.js";
import { missing, NEW_NODE, npmStart, runNode, SETUP } from "./places.js";

const SAID = `
      Tests  15 passed (15)
 Test Files  2 passed (2)
 ✓ test/download.test.ts (5 tests)
 ✓ test/kinds.test.ts (10 tests)`;

const REPORTED = `stderr | test/download.test.ts
coroutine 'download' was never awaited
    made at …/test/download.test.ts:42:3
    It never ran: await it, or run it beside the caller with createTask(download(…))

`;

/** Where the version is found, and a Node for it. */
const VERSIONS = {
  "vitest 4": { home: PACKAGE, node: process.execPath },
  "vitest 5": { home: join(SETUP, "vitest"), node: NEW_NODE },
} as const;

const FAILING = `import { sleep } from "tsyncio";
import { expect, test } from "vitest";

test("fails", async () => {
  const two = await sleep(0, 2 as number);   expect(two).toBe(3);
});
`;

/** A copy of the folder that finds this version, with more files. */
function copy(t: TestContext, home: string, files: Record<string, string>): string {
  const app = { "package.json": '{ "name": "app", "type": "module" }', "vitest/package.json": '{ "type": "module" }' };
  const root = folder(t, { ...app, ...files }, join(home, ".build/places"));
  for (const name of ["program", "vitest/test", "vitest/vitest.config.ts"])
    cpSync(join(SETUP, name), join(root, name), { recursive: true });
  return join(root, "vitest");
}

/** The files and the counts, without times, and without the order of files that run at the same time. What else it says tells of what was slow. */
function checked({ stdout, stderr, status }: Output): void {
  const lines = stdout.split("\n").filter((line) => /^ +(Tests|Test Files) |^ \S test\//.test(line));
  const said = lines.map((line) => line.replace(/ +(\d+ms)?$/, "")).filter((line) => line !== "");
  assert.equal(`\n${said.sort().join("\n")}`, SAID, stdout + stderr);
  assert.equal(stderr.replace(/made at \S+(?=\/test)/, "made at …"), REPORTED);
  assert.equal(status, 0);
}

for (const [version, { home, node }] of Object.entries(VERSIONS)) {
  const tooOld = version === "vitest 5" && node === process.execPath && Number.parseInt(process.versions.node, 10) < 22;
  const why = tooOld ? "vitest 5 needs Node 22.12, and node24 is not installed" : false;
  const skip = missing(home, "vitest/package.json") || why;
  if (skip !== false) console.log(`SKIPPED: ${version}: ${skip}`);

  const vitest = (directory: string, ...args: string[]): Output => {
    const bin = join(dirname(createRequire(join(home, "package.json")).resolve("vitest/package.json")), "vitest.mjs");
    return runNode(node, directory, [bin, "run", ...args]);
  };

  describe(`The plugin in ${version}`, { skip }, () => {
    test("whatever vitest awaits may be a coroutine, and a forgotten await is reported", (t) => {
      checked(version === "vitest 5" ? npmStart("vitest", node) : vitest(copy(t, home, {})));
    });

    test("a failure is shown at its line and column", (t) => {
      const root = copy(t, home, { "vitest/failing.test.ts": FAILING });
      const { stderr, status } = vitest(root, "failing", "--reporter=json", "--outputFile=report.json");
      const { testResults } = JSON.parse(readFileSync(join(root, "report.json"), "utf8")) as {
        testResults: [{ assertionResults: [{ status: string; failureMessages: [string] }] }];
      };
      const [{ status: outcome, failureMessages }] = testResults[0].assertionResults;
      const column = FAILING.split("\n")[4]!.indexOf("toBe") + 1;
      assert.ok(failureMessages[0].includes(`failing.test.ts:5:${column}`), failureMessages[0] + stderr);
      assert.deepEqual([outcome, status], ["failed", 1]);
    });
  });
}
