import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { project, tsyncio } from "./programs.js";

const FILES = {
  "dist/main.js": "export async function f() {}\n//# sourceMappingURL=main.js.map\n",
  "dist/main.js.map": '{ "version": 3, "sources": ["../src/main.ts"], "names": [], "mappings": "AAAA" }',
  "dist/other.js": "export const a = 1;\n",
};

describe("tsyncio lower", () => {
  test("lowers a folder, and says what it has done", async (t) => {
    const cwd = project(t, FILES);
    const first = "dist: 1 function lowered, in 1 of 2 files, with 1 map\n";
    assert.deepEqual(await tsyncio(t, ["lower", "dist"], cwd), { stdout: first, stderr: "", status: 0 });
    const again = "dist: 0 functions lowered, in 0 of 2 files, with 0 maps\n";
    assert.deepEqual(await tsyncio(t, ["lower", "dist"], cwd), { stdout: again, stderr: "", status: 0 });
    assert.match(readFileSync(join(cwd, "dist/main.js"), "utf8"), /"tsyncio\/syntax"/);
  });

  test("puts the result where -o says", async (t) => {
    const cwd = project(t, FILES);
    const stdout = "out/deep: 1 function lowered, in 1 of 2 files, with 1 map\n";
    assert.deepEqual(await tsyncio(t, ["lower", "-o", "out/deep", "dist"], cwd), { stdout, stderr: "", status: 0 });
    assert.match(readFileSync(join(cwd, "out/deep/main.js"), "utf8"), /"tsyncio\/syntax"/);
    assert.equal(readFileSync(join(cwd, "dist/main.js"), "utf8"), FILES["dist/main.js"]);
  });

  test("shows the places where the syntax is wrong, and writes nothing", async (t) => {
    const cwd = project(t, { ...FILES, "dist/bad.js": "const a = 1;\nasync function ( {}\n" });
    const { stdout, stderr, status } = await tsyncio(t, ["lower", "dist"], cwd);
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
    assert.match(stderr, /^tsyncio: 1 of 3 files cannot be lowered; nothing was written\n\n.*bad\.js:2:16: /);
    assert.match(stderr, /\n> 2 \| async function \( \{\}\n/);
    assert.equal(readFileSync(join(cwd, "dist/main.js"), "utf8"), FILES["dist/main.js"]);
  });

  const refused = async (t: TestContext, ...args: string[]): Promise<string> => {
    const { stdout, stderr, status } = await tsyncio(t, ["lower", ...args], project(t, FILES));
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
    return stderr;
  };

  test("says what is wrong with the command", async (t) => {
    const usage = "usage: tsyncio lower FOLDER [-o OUT]";
    assert.equal(await refused(t), `tsyncio: no folder was given; ${usage}\n`);
    assert.equal(
      await refused(t, "dist", "src"),
      `tsyncio: one folder can be given, "src" is a second one; ${usage}\n`,
    );
    assert.equal(await refused(t, "nowhere"), 'tsyncio: there is no folder "nowhere"\n');
    assert.equal(
      await refused(t, "dist/main.js"),
      'tsyncio: "dist/main.js" is a file; name the folder that it is in\n',
    );
    assert.equal(await refused(t, "dist", "-x"), "tsyncio: Unknown option '-x'; see tsyncio lower --help\n");
    assert.match(await refused(t, "dist", "-o"), /^tsyncio: Option '-o, --out <value>' argument missing; see /);
  });

  test("--help tells what it does", async (t) => {
    const { stdout, status } = await tsyncio(t, ["lower", "--help"], project(t, {}));
    assert.match(stdout, /^Usage: tsyncio lower FOLDER \[-o OUT\]\n/);
    assert.equal(status, 0);
  });
});
