/** What is true of every runtime that lowers files as it loads them: `describeRuntime` makes the tests. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { CONSTRUCTS, type Construct } from "../constructs/index.js";
import { folder, type Output, PACKAGE } from "../support.js";
import { COMPARE, constructFiles, named } from "./constructs.js";
import { missing, npmStart, PROGRAM_OUTPUT, PROGRAM_REPORT, runNode } from "./places.js";

/** A runtime. */
export interface Runtime {
  /** The folder in `examples/setup`. */
  readonly place: string;
  /** The package that brings it, and the program in it. */
  readonly tool: string;
  readonly binary: string | undefined;
  /** What stands before the file that is run. */
  readonly args: readonly string[];
  /** Names of constructs that it does not know by itself. */
  readonly breaks?: readonly string[];
  /** Names of those that its engine does not know in generators. */
  readonly breaksGenerators?: readonly string[];
}

/** Why the tests of a runtime are skipped, or false; told where everybody sees it. */
export function skipOf({ place, tool, binary }: Pick<Runtime, "place" | "tool" | "binary">): string | false {
  const skip = missing(place, `${tool}/package.json`) || (binary === undefined && `${tool} has no binary here`);
  if (skip !== false) console.log(`SKIPPED: ${skip}`);
  return skip;
}

/** Tests a runtime. */
export function describeRuntime({ place, tool, binary, args, breaks = [], breaksGenerators = [] }: Runtime): void {
  const skip = skipOf({ place, tool, binary });

  const run = (cwd: string, file: string): Output => runNode(binary!, cwd, [...args, file]);

  describe(`The loader in ${place}`, { skip }, () => {
    test("the folder's program runs, and reports the forgotten await at its line and column", () => {
      const { stdout, stderr, status } = npmStart(place);
      const output = PROGRAM_OUTPUT.replace("[ 'A', 'B' ]", '[ "A", "B" ]');
      assert.deepEqual({ stdout, stderr, status }, { stdout: output, stderr: PROGRAM_REPORT, status: 0 });
    });

    /** The names of the constructs that give something else than they do natively in Node. */
    function wrongAmong(t: TestContext, constructs: readonly Construct[], isNative: boolean): string[] {
      const files = constructFiles(constructs, isNative);
      const rows = constructs.map(({ name, extension = ".ts" }, n) => [
        name,
        `./expected${n}.mjs`,
        `./c${n}${extension}`,
      ]);
      const json = JSON.stringify(JSON.stringify(rows));
      files["compare.mjs"] = `// @tsyncio-off${COMPARE.replace("process.argv[1]", () => json)}`;
      // Under the package, so that the files find tsyncio.
      const root = folder(t, files, join(PACKAGE, ".build/places"));
      const { stdout, stderr } = run(root, "compare.mjs");
      return JSON.parse(stdout.trim().split("\n").at(-1) || JSON.stringify([stderr])) as string[];
    }

    test("every construct gives what it gives natively, but those that the runtime itself does not know", (t) => {
      const wrong = [...breaks, ...breaksGenerators];
      assert.deepEqual(new Set(wrongAmong(t, CONSTRUCTS, false)), new Set(wrong));
      t.diagnostic(`${CONSTRUCTS.length - wrong.length} of ${CONSTRUCTS.length} constructs are right`);
    });

    for (const construct of named(breaks)) {
      test(`the runtime gets it wrong without tsyncio as well: ${construct.name}`, (t) => {
        assert.deepEqual(wrongAmong(t, [construct], true), [construct.name]);
      });
    }

    test("only the user's own files are lowered, by the field of package.json and by comments", (t) => {
      const isCoroutine = "typeof (f() as any).close";
      const root = folder(
        t,
        {
          "package.json": '{ "name": "app", "type": "module", "tsyncio": { "exclude": "left" } }',
          "main.ts": `import { plain } from "./plain.ts"; import { off } from "./off.ts"; import { left } from "./left/out.ts"; import { on } from "./left/on.ts"; import { dep } from "dep";
            console.log(JSON.stringify({ plain, off, left, on, dep }));`,
          "plain.ts": `async function f(): Promise<void> {}\nexport const plain = ${isCoroutine};`,
          "off.ts": `// @tsyncio-off\nasync function f() {}\nexport const off = ${isCoroutine};`,
          "left/out.ts": `async function f() {}\nexport const left = ${isCoroutine};`,
          "left/on.ts": `// @tsyncio-on\nasync function f() {}\nexport const on = ${isCoroutine};`,
          "node_modules/dep/package.json": '{ "name": "dep", "type": "module", "exports": "./index.js" }',
          "node_modules/dep/index.js": `async function f() {}\nexport const dep = ${isCoroutine.replace(" as any", "")};`,
        },
        join(PACKAGE, ".build/places"),
      );
      const { stdout, stderr } = run(root, "main.ts");
      const expected = { plain: "function", off: "undefined", left: "undefined", on: "function", dep: "undefined" };
      assert.deepEqual(JSON.parse(stdout || JSON.stringify(stderr)), expected);
    });

    test("CommonJS is lowered, imported and required", (t) => {
      const root = folder(
        t,
        {
          "package.json": '{ "name": "app" }',
          "main.mts": `import old from "./old.cjs"; console.log(JSON.stringify(await old.show(old.f())));`,
          "old.cjs": `const dep = require("./dep.cjs"); exports.f = async () => await dep.g();
            exports.show = async (p) => [p.constructor !== Promise, await p];`,
          "dep.cjs": "exports.g = async () => 1;",
        },
        join(PACKAGE, ".build/places"),
      );
      const { stdout, stderr } = run(root, "main.mts");
      assert.equal(stdout, "[true,1]\n", stderr);
    });

    test("the second run is that of the cache, and gives the same", (t) => {
      const root = folder(
        t,
        {
          "package.json": '{ "name": "app", "type": "module" }',
          "node_modules/x/package.json": "{}",
          "main.ts": "enum E { A = 1 }\nconst f = async (): Promise<E> => E.A;\nconsole.log(await f());",
        },
        join(PACKAGE, ".build/places"),
      );
      assert.equal(run(root, "main.ts").stdout, "1\n");
      assert.equal(run(root, "main.ts").stdout, "1\n");
    });

    test("an error of syntax stops the program with its place", (t) => {
      const root = folder(t, { "main.mts": "const a = 1;\nasync function f( {\n" }, join(PACKAGE, ".build/places"));
      const { stdout, stderr, status } = run(root, "main.mts");
      assert.match(stdout + stderr, /main\.mts:[23]:\d+/);
      assert.notEqual(status, 0);
    });
  });
}
