import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder, NODES, PACKAGE, runLowered } from "./support.js";

const MODULE = '{ "name": "app", "type": "module" }';

for (const [node, path] of NODES) {
  describe(`The loader on ${node}`, () => {
    test("runs TypeScript whose async functions are coroutines, though the folder has no tsyncio of its own", (t) => {
      const directory = folder(t, {
        "package.json": MODULE,
        "main.ts": `import { helper } from "./sub/helper.js"; import { view } from "./sub/view.tsx"; import { old } from "./sub/other.mjs";
          enum Color { Red = 1 }
          class Thing { constructor(private readonly v: number) {} async get(n: number): Promise<number> { return this.v + await helper(n); } }
          const thing = new Thing(Color.Red).get(2);
          console.log(typeof thing.then, thing instanceof Promise && thing.constructor === Promise, await thing, view(), await old());
          function sync() { using r = { [Symbol.dispose]() { console.log("disposed"); } }; return r !== null; }
          console.log(sync());`,
        "sub/helper.ts": "export const helper = async <T>(x: T): Promise<T> => await x;",
        "sub/view.tsx": 'export const view = (): string => "view";',
        "sub/other.mts": "export async function old() { return 7; }",
      });
      const { stdout, stderr } = runLowered(path, directory, "main.ts");
      assert.equal(stdout, "function false 3 view 7\ndisposed\ntrue\n", stderr);
    });

    test("an error points at the line and the column of the user's own source", (t) => {
      const source = `interface Foo { a: number }

async function inner(foo: Foo): Promise<never> {
  /* pad */ const x: number = await (foo.a as any);      throw new Error("here " + x);
}
async function outer({ a = 1 }: Partial<Foo>): Promise<void> {
  for await (const y of [a] as number[]) { await using r = null; void r; if (y) await inner({ a: y }); }
}
try { await outer({}); } catch (error: any) { console.log(error.stack); }
`;
      const directory = folder(t, { "package.json": MODULE, "main.ts": source });
      const { stdout, stderr } = runLowered(path, directory, "main.ts");
      const column = source.split("\n")[3]!.indexOf("new Error") + 1;
      assert.match(stdout, new RegExp(`Error: here 1\\n +at inner \\(.*main\\.ts:4:${column}\\)`), stderr);
    });

    test("an error of syntax stops the program with its place", (t) => {
      const directory = folder(t, { "package.json": MODULE, "main.ts": "const a = 1;\nasync function f( {\n" });
      const { stderr, status } = runLowered(path, directory, "main.ts");
      assert.notEqual(status, 0);
      assert.match(stderr, /LoweringError\]?: Expected .* \(.*main\.ts:3:1\)/);
    });

    test("CommonJS that is imported is lowered, with what it requires", (t) => {
      const directory = folder(t, {
        "package.json": '{ "name": "app" }',
        "main.mjs":
          'import old from "./old.cts"; import plain from "./plain.js"; const p = old.sum(2); console.log(typeof p.close, await p, await plain.f());',
        "old.cts":
          'const { one } = require("./dep.cjs"); exports.sum = async (n: number): Promise<number> => n + (await one());',
        "dep.cjs": 'exports.one = async () => require("node:path").sep.length;',
        "plain.js": 'module.exports = { f: async () => "plain" };',
      });
      const { stdout, stderr } = runLowered(path, directory, "main.mjs");
      assert.equal(stdout, "function 3 plain\n", stderr);
    });

    test("CommonJS as the entry point is lowered", (t) => {
      const directory = folder(t, {
        "main.cts":
          "const path = require('node:path'); const main = async (x: number): Promise<void> => console.log(x + (await path.sep.length)); void main(1).then(() => {});",
      });
      const { stdout, stderr } = runLowered(path, directory, "main.cts");
      assert.equal(stdout, "2\n", stderr);
    });

    test("a program can register it and then import", (t) => {
      const directory = folder(t, {
        "main.ts":
          "export const f = async (x: number): Promise<number> => x; const p = f(2); console.log(typeof (p as any).close, await p);",
      });
      const index = pathToFileURL(join(PACKAGE, "dist/index.js")).href;
      const script = `const { register } = await import(${JSON.stringify(index)}); register(); register(); await import("./main.ts");`;
      const { stdout, stderr } = spawnSync(path, ["--input-type=module", "--eval", script], {
        cwd: directory,
        encoding: "utf8",
      });
      assert.equal(stdout, "function 2\n", stderr);
    });

    test("a .ts file without a package type is a module when it has the syntax of one", (t) => {
      const directory = folder(t, {
        "package.json": '{ "name": "app" }',
        "main.ts": 'import { x } from "./x.js"; console.log(await x());',
        "x.ts": "export const x = async (): Promise<number> => 1;",
      });
      const { stdout, stderr } = runLowered(path, directory, "main.ts");
      assert.equal(stdout, "1\n", stderr);
    });

    test("what is in node_modules, and tsyncio itself behind a link, stays native", (t) => {
      const directory = folder(t, {
        "package.json": MODULE,
        "main.ts":
          'import { f } from "dep"; import { g } from "@tsyncio/x"; import { h } from "./off.ts"; console.log([f(), g(), h()].map((p) => p.constructor === Promise));',
        "off.ts": "// @tsyncio-off\nexport async function h() {}",
        "node_modules/dep/package.json": '{ "name": "dep", "type": "module", "exports": "./index.js" }',
        "node_modules/dep/index.js": "export async function f() {}",
        "packages/x/package.json": '{ "name": "@tsyncio/x", "type": "module", "exports": "./index.js" }',
        "packages/x/index.js": "export async function g() {}",
      });
      mkdirSync(join(directory, "node_modules/@tsyncio"));
      symlinkSync(join(directory, "packages/x"), join(directory, "node_modules/@tsyncio/x"), "dir");
      const { stdout, stderr } = runLowered(path, directory, "main.ts");
      assert.equal(stdout, "[ true, true, true ]\n", stderr);
    });

    test("a file that is nowhere is an error about the name that was written", (t) => {
      const directory = folder(t, { "package.json": MODULE, "main.ts": 'import "./missing.js";' });
      const { stderr } = runLowered(path, directory, "main.ts");
      assert.match(stderr, /ERR_MODULE_NOT_FOUND/);
      assert.match(stderr, /missing\.js/);
    });
  });
}
