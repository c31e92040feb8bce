import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { environment, folder, majorOf, NODES, REGISTER, runLowered, runNode } from "./support.js";

/** Says of what a function gave whether it is a coroutine, and what becomes of it. */
const SHOW = "async (p) => [p.constructor !== Promise, await p].join()";

for (const [node, path] of NODES) {
  const isOld = majorOf(node) === 20;
  const skip = isOld ? "Node 20 has hooks for import alone" : false;

  describe(`Modules under the loader on ${node}`, () => {
    const output = (directory: string, file: string): string => {
      const { stdout, stderr } = runLowered(path, directory, file);
      assert.equal(stderr, "");
      return stdout;
    };

    test("ES modules import CommonJS, which requires CommonJS and imports ES modules", (t) => {
      const directory = folder(t, {
        "main.mts": `import old from "./old.cts"; import { named } from "./old.cts"; const show = ${SHOW};
          console.log(await show(old.f()), await show(named()), await show(old.dynamic()));`,
        "old.cts": `const dep = require("./dep.cjs");
          exports.f = async (): Promise<string> => await dep.f();
          exports.named = async (): Promise<number> => 2;
          exports.dynamic = async (): Promise<number> => (await import("./new.mjs")).e();`,
        "dep.cjs": 'exports.f = async () => "f";',
        "new.mts": "export const e = async (): Promise<number> => 3;",
      });
      assert.equal(output(directory, "main.mts"), "true,f true,2 true,3\n");
    });

    test("createRequire in an ES module gives CommonJS that is lowered", { skip }, (t) => {
      const directory = folder(t, {
        "main.mts": `import { createRequire } from "node:module"; const show = ${SHOW};
          const old = createRequire(import.meta.url)("./old.cjs"); console.log(await show(old.f()));`,
        "old.cts": "exports.f = async (): Promise<number> => 1;",
      });
      assert.equal(output(directory, "main.mts"), "true,1\n");
    });

    test("CommonJS requires ES modules, itself required, imported or the entry point", { skip }, (t) => {
      const directory = folder(t, {
        "main.mts": 'import f from "./old.cts"; await f("imported");',
        "main.cts": 'const f = require("./old.cjs"); void f(require.main === module).then(() => {});',
        "old.cts": `const { e } = require("./new.mts"); const show = ${SHOW};
          module.exports = async (how: unknown): Promise<void> => console.log(how, await show(e()));`,
        "new.mts": 'import { f } from "./dep.mjs"; export const e = async (): Promise<string> => "e" + (await f()); ',
        "dep.mts": 'export const f = async (): Promise<string> => "f";',
      });
      assert.equal(output(directory, "main.mts"), "imported true,ef\n");
      assert.equal(output(directory, "main.cts"), "true true,ef\n");
    });

    test("worker threads are lowered as well", (t) => {
      const directory = folder(t, {
        "main.mts": `import { Worker } from "node:worker_threads";
          new Worker(new URL("./worker.mts", import.meta.url)).on("message", (text) => console.log(text));`,
        "worker.mts": `import { parentPort } from "node:worker_threads"; enum E { A = 1 } const show = ${SHOW};
          const f = async (): Promise<E> => E.A; parentPort!.postMessage(await show(f()));`,
      });
      assert.equal(output(directory, "main.mts"), "true,1\n");
    });

    test("JSON comes as it is, imported and required", (t) => {
      const directory = folder(t, {
        "main.mts": `import data from "./data.json" with { type: "json" }; import { createRequire } from "node:module";
          const f = async (): Promise<{ a: number }> => (await import("./data.json", { with: { type: "json" } })).default;
          console.log(data.a, (await f()).a, createRequire(import.meta.url)("./data.json").a);`,
        "data.json": '{ "a": 1 }',
      });
      const { stdout, stderr } = runLowered(path, directory, "main.mts");
      assert.equal(stdout, "1 1 1\n", stderr);
    });

    test("node --test waits for tests and hooks that are coroutines", (t) => {
      const directory = folder(t, {
        "package.json": '{ "type": "module" }',
        "a.test.ts": `import { afterEach, describe, test } from "node:test"; import assert from "node:assert/strict"; import { sleep } from "tsyncio";
          let after = 0; afterEach(async () => { await sleep(1); after += 1; });
          test("passes", async (t) => { await t.test("inner", async () => { await sleep(1); }); });
          test("fails", async () => { await sleep(1); assert.equal(1, 2); });
          describe("suite", () => { test("in it", async () => { await sleep(1); }); });
          test("hooks", () => { assert.ok(after > 0); });`,
      });
      const args = ["--import", REGISTER, "--test", "--test-reporter=tap", "a.test.ts"];
      const { stdout } = runNode(path, directory, args);
      const results = stdout
        .split("\n")
        .flatMap((line) => /^ *((?:not )?ok) \d+ - (.*)/.exec(line)?.slice(1).join(" ") ?? []);
      assert.deepEqual(results, ["ok inner", "ok passes", "not ok fails", "ok in it", "ok suite", "ok hooks"], stdout);
    });

    test("--watch starts anew when a file that is lowered changes", async (t) => {
      const directory = folder(t, {
        "main.mts": 'import { f } from "./dep.mjs"; console.log("got", await f());',
        "dep.mts": "export const f = async (): Promise<number> => 1;",
      });
      const child = spawn(path, ["--watch", "--import", REGISTER, "main.mts"], { cwd: directory, env: environment() });
      t.after(() => child.kill());
      const results: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        if (line.startsWith("got")) results.push(line);
        if (results.length === 2) break;
        // The file is written when Node says that it waits for changes.
        if (line.startsWith("Completed")) {
          writeFileSync(join(directory, "dep.mts"), "export const f = async (): Promise<number> => 2;");
        }
      }
      assert.deepEqual(results, ["got 1", "got 2"]);
    });
  });
}
