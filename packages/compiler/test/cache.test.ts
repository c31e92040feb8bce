import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { environment, folder, NODES, PACKAGE, REGISTER, runLowered } from "./support.js";

type CacheModule = typeof import("../src/cache.js");
const { readEntry, writeEntry } = (await import(pathToFileURL(join(PACKAGE, "dist/cache.js")).href)) as CacheModule;

/** Says what its functions give, and whether the parser was loaded into the process. */
const MAIN = `import { b } from "./b.ts";
enum E { A = 1 }
const f = async (n: E): Promise<number> => n + (await b());
const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
const parsed = sharedObjects.some((name) => /oxc.*parser/.test(name));
const made = f(E.A);
console.log(made instanceof Promise && made.constructor === Promise, await made, parsed ? "parsed" : "not parsed");
`;
const APP = {
  "package.json": '{ "name": "app", "type": "module" }',
  "main.ts": MAIN,
  "b.ts": "export const b = async (): Promise<number> => 1;",
};
/** With a folder of its own for modules, and so for the cache. */
const OWN = { ...APP, "node_modules/x/package.json": "{}" };
const ENTRIES = "node_modules/.cache/tsyncio";

function entries(home: string, path: string = ENTRIES): string[] {
  return readdirSync(join(home, path)).sort();
}

for (const [node, path] of NODES) {
  describe(`The cache of the loader on ${node}`, () => {
    const run = (home: string, env?: Record<string, string>): string => {
      const { stdout, stderr } = runLowered(path, home, "main.ts", env);
      assert.equal(stderr, "");
      return stdout;
    };

    test("keeps what was made of a file, so that the second start loads no parser", (t) => {
      const home = folder(t, OWN);
      assert.equal(run(home), "false 2 parsed\n");
      const first = entries(home);
      assert.equal(first.length, 2);
      assert.equal(run(home), "false 2 not parsed\n");
      assert.deepEqual(entries(home), first);
    });

    test("is not asked about what has changed: the file, its package, its tsconfig.json", (t) => {
      const home = folder(t, OWN);
      run(home);
      writeFileSync(join(home, "b.ts"), "export const b = async (): Promise<number> => 2;");
      assert.equal(run(home), "false 3 parsed\n");
      assert.equal(entries(home).length, 3);
      writeFileSync(join(home, "tsconfig.json"), '{ "compilerOptions": { "target": "es2015" } }');
      assert.equal(run(home), "false 3 parsed\n");
      assert.equal(entries(home).length, 5);
      writeFileSync(join(home, "package.json"), '{ "type": "module", "tsyncio": { "exclude": "b.ts" } }');
      assert.equal(run(home), "false 3 parsed\n");
      assert.equal(entries(home).length, 6);
      assert.equal(run(home), "false 3 not parsed\n");
    });

    test("does without what was damaged, and mends it", (t) => {
      const home = folder(t, OWN);
      run(home);
      const [name = ""] = entries(home);
      const entry = join(home, ENTRIES, name);
      const whole = readFileSync(entry, "utf8");
      for (const damaged of [whole.slice(0, -1), whole.slice(0, 10), "", whole.replace("site", "sits")]) {
        writeFileSync(entry, damaged);
        assert.equal(run(home), "false 2 parsed\n");
        assert.equal(readFileSync(entry, "utf8"), whole);
      }
    });

    test("is none where it cannot be written", (t) => {
      const home = folder(t, { ...APP, "node_modules/.cache": "a file" });
      assert.equal(run(home), "false 2 parsed\n");
      assert.equal(run(home), "false 2 parsed\n");
    });

    test("is where TSYNCIO_CACHE says, and nowhere with 0", (t) => {
      const home = folder(t, OWN);
      assert.equal(run(home, { TSYNCIO_CACHE: "0" }), "false 2 parsed\n");
      assert.equal(run(home, { TSYNCIO_CACHE: "0" }), "false 2 parsed\n");
      assert.equal(run(home, { TSYNCIO_CACHE: "there/deep" }), "false 2 parsed\n");
      assert.equal(run(home, { TSYNCIO_CACHE: join(home, "there/deep") }), "false 2 not parsed\n");
      assert.equal(entries(home, "there/deep").length, 2);
      assert.deepEqual(readdirSync(join(home, "node_modules")), ["x"]);
    });

    test("is with the temporary files where no node_modules is near, in a folder of the user's own", (t) => {
      const home = folder(t, APP);
      const temporary = folder(t, {});
      const env = { TMPDIR: temporary, TEMP: temporary };
      const own = process.getuid === undefined ? "tsyncio" : `tsyncio-${process.getuid()}`;
      assert.equal(run(home, env), "false 2 parsed\n");
      assert.equal(run(home, env), "false 2 not parsed\n");
      assert.equal(entries(temporary, own).length, 2);
      if (process.platform === "win32") return;
      assert.equal(statSync(join(temporary, own)).mode & 0o777, 0o700);
      chmodSync(join(temporary, own), 0o777);
      assert.equal(run(home, env), "false 2 parsed\n", "others can write there");
    });

    test("serves processes that start at once", async (t) => {
      const home = folder(t, OWN);
      const outputs = Array.from({ length: 4 }, async () => {
        const child = spawn(path, ["--import", REGISTER, "main.ts"], { cwd: home, env: environment() });
        let text = "";
        for await (const chunk of child.stdout) text += chunk;
        return text.replace(/(not )?parsed/, "");
      });
      assert.deepEqual(await Promise.all(outputs), Array(4).fill("false 2 \n"));
      assert.equal(entries(home).length, 2, "no drafts are left");
      assert.equal(run(home), "false 2 not parsed\n");
    });
  });
}

describe("The folder of the cache", () => {
  const key = (n: number): string => String(n).padStart(43, "k");

  test("gives back what was put there, and nothing else", (t) => {
    const home = join(folder(t, {}), "new");
    assert.equal(readEntry(home, key(1)), undefined);
    writeEntry(home, key(1), "text äöü\n𝄞");
    assert.equal(readEntry(home, key(1)), "text äöü\n𝄞");
    assert.equal(readEntry(home, key(2)), undefined);
  });

  test("loses its oldest entries when it grows too large, and nothing that is somebody else's", (t) => {
    const home = folder(t, { "notes.txt": "n".repeat(5000) });
    const text = "x".repeat(957);
    for (let n = 0; n < 10; n++) {
      writeEntry(home, key(n), text, 10_000);
      utimesSync(join(home, key(n)), n, n);
    }
    assert.equal(readdirSync(home).length, 11);
    writeEntry(home, key(10), text, 10_000);
    assert.deepEqual(readdirSync(home).sort(), [...[10, 6, 7, 8, 9].map(key), "notes.txt"].sort());
  });

  test("is looked through when a process first writes to it", (t) => {
    const home = folder(t, { [key(1)]: "x".repeat(5000), [key(2)]: "x".repeat(5000), [`${key(3)}.1-0-1`]: "draft" });
    for (const name of readdirSync(home)) utimesSync(join(home, name), 1, name.endsWith(".1-0-1") ? 0 : 1);
    writeEntry(home, key(4), "x", 1000);
    assert.deepEqual(readdirSync(home), [key(4)]);
  });
});
