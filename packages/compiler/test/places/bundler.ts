/** What is true of every bundler: `describeBundler` makes the tests. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { PluginOptions } from "@tsyncio/compiler/vite";
import { CONSTRUCTS, type Construct } from "../constructs/index.js";
import { folder, PACKAGE } from "../support.js";
import { constructFiles, named, wrongConstructs } from "./constructs.js";
import { missing, NEW_NODE, npmStart, PROGRAM_OUTPUT, PROGRAM_REPORT, runNode } from "./places.js";

/** One build. tsyncio is left to be imported; names stay; maps stand beside. */
export interface Build {
  readonly root: string;
  /** Paths by names. What is built is in the folder `out`, called `NAME.mjs`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly plugin: PluginOptions | undefined;
  /** For tools that leave out what is not used only then. */
  readonly minify: boolean;
  /** The oldest language that the output may be in; `undefined` is the newest. */
  readonly target: "es2016" | undefined;
}

/** A bundler. */
export interface Bundler {
  /** The folder in `examples/setup`. */
  readonly place: string;
  readonly tool: string;
  readonly build: (build: Build) => Promise<void>;
  /** Whether it makes older JavaScript when asked. */
  readonly hasTargets?: boolean;
}

const PACKAGE_JSON = '{ "name": "app", "type": "module" }';

/** Tests a bundler. */
export function describeBundler({ place, tool, build, hasTargets = false }: Bundler): void {
  const skip = missing(place, tool);
  if (skip !== false) console.log(`SKIPPED: ${skip}`);

  /** Builds `main`, or the files called by a `c` and a number. */
  async function built(t: TestContext, files: Record<string, string>, options: Partial<Build> = {}): Promise<string> {
    // Under the package, so that what is built finds tsyncio.
    const root = folder(t, files, join(PACKAGE, ".build/places"));
    const isEntry = (name: string): boolean => /^(main|c\d+)\.\w+$/.test(name);
    const entries = Object.keys(files)
      .filter(isEntry)
      .map((name) => [basename(name).split(".")[0]!, join(root, name)]);
    const defaults = { plugin: undefined, minify: false, target: undefined };
    await build({ root, entries: Object.fromEntries(entries), ...defaults, ...options });
    return root;
  }

  /** The names of those that the tool refuses to build, or whose program gives something else. */
  async function wrongOf(t: TestContext, constructs: readonly Construct[], isNative: boolean): Promise<string[]> {
    let accepted = constructs;
    while (accepted.length > 0) {
      try {
        const root = await built(t, constructFiles(accepted, isNative));
        const wrong = wrongConstructs(root, accepted);
        return constructs
          .map(({ name }) => name)
          .filter((name) => wrong.includes(name) || !accepted.some((c) => c.name === name));
      } catch (error) {
        const refused = /\bc(\d+)\.(?:tsx?|mjs)\b/.exec((error as Error).message)?.[1];
        if (refused === undefined) throw error;
        accepted = accepted.filter((_, index) => index !== Number(refused));
      }
    }
    return constructs.map(({ name }) => name);
  }

  const outputOf = (root: string): string =>
    readdirSync(join(root, "out"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith("js"))
      .map((name) => readFileSync(join(root, "out", name), "utf8"))
      .join("\n");

  const runMain = (root: string): ReturnType<typeof runNode> =>
    runNode(NEW_NODE, root, ["--enable-source-maps", join(root, "out/main.mjs")]);

  describe(`The plugin for ${place}`, { skip }, () => {
    test("the folder's program runs, and reports the forgotten await at its line and column", () => {
      const { stdout, stderr, status } = npmStart(place);
      assert.equal(stdout.slice(-PROGRAM_OUTPUT.length), PROGRAM_OUTPUT, stdout + stderr);
      assert.equal(stderr.slice(-PROGRAM_REPORT.length), PROGRAM_REPORT, stderr);
      assert.equal(status, 0);
    });

    test("every construct gives what it gives natively, but those that the tool itself gets wrong", async (t) => {
      const wrong = await wrongOf(t, CONSTRUCTS, false);
      assert.deepEqual(await wrongOf(t, named(wrong), true), wrong, "without tsyncio it gets the same wrong");
      assert.ok(wrong.length < CONSTRUCTS.length / 10, wrong.join("\n"));
      t.diagnostic(
        `${CONSTRUCTS.length - wrong.length} of ${CONSTRUCTS.length} right; the others: ${wrong.join("; ")}`,
      );
    });

    test("coroutine functions that nobody uses are left out, whatever their form", async (t) => {
      const files = {
        "package.json": PACKAGE_JSON,
        "main.ts": 'import { used } from "./library.ts"; console.log(await used());',
        "library.ts": `export async function used(): Promise<string> { return "used"; }
          export async function superfluous1(a: number) { return await a; }
          export const superfluous2 = async (a: number) => await a;
          export const superfluous3 = async function ({ a = 1 }) { return a; };
          export async function* superfluous4() { yield 1; }
          export class Superfluous5 { async method() { return 1; } }`,
      };
      const root = await built(t, files, { minify: true });
      assert.equal(runMain(root).stdout, "used\n");
      assert.doesNotMatch(outputOf(root), /superfluous/i);
    });

    if (hasTargets) {
      test("a target without async leaves lowered code as it is", {
        skip: !hasTargets && "it has no targets",
      }, async (t) => {
        const source = `
        class Base { static async hello(name: string) { return "hello " + name; } }
        class Derived extends Base {
          #secret = "secret";
          static async hello(name = "nobody") { return (await super.hello(name))?.toUpperCase(); }
          async *letters() { for await (const letter of [...this.#secret]) yield letter; }
        }
        const joined = async ({ ...parts }: { letters: AsyncIterable<string> }) => {
          let text = "";
          for await (const letter of parts.letters) text += letter;
          return text;
        };
        const main = async () => [await Derived.hello(), await joined({ letters: new Derived().letters() })];
        main().then((list) => console.log(...list, typeof (main() as any).close));
      `;
        const root = await built(t, { "package.json": PACKAGE_JSON, "main.ts": source }, { target: "es2016" });
        assert.equal(runMain(root).stdout, "HELLO NOBODY secret function\n");
        assert.match(outputOf(root), /function\*/);
        assert.doesNotMatch(outputOf(root), /\basync\b|asyncToGenerator|__async\b|asyncGenerator2/);
      });
    }

    test("only the user's own files are lowered, by patterns and by comments", async (t) => {
      const isCoroutine = "typeof (f() as any).close";
      const root = await built(
        t,
        {
          "package.json": PACKAGE_JSON,
          "main.ts": `import { f } from "./plain.ts"; import { off } from "./off.ts"; import { left } from "./left/out.ts"; import { on } from "./left/on.ts"; import { dep } from "dep";
            console.log(Object.entries({ plain: ${isCoroutine}, off, left, on, dep }));`,
          "plain.ts": "export async function f(): Promise<void> {}",
          "off.ts": `// @tsyncio-off\nasync function f() {}\nexport const off = ${isCoroutine};`,
          "left/out.ts": `async function f() {}\nexport const left = ${isCoroutine};`,
          "left/on.ts": `// @tsyncio-on\nasync function f() {}\nexport const on = ${isCoroutine};`,
          "node_modules/dep/package.json": '{ "name": "dep", "type": "module", "exports": "./index.js" }',
          "node_modules/dep/index.js": `async function f() {}\nexport const dep = ${isCoroutine.replace(" as any", "")};`,
        },
        { plugin: { exclude: "left" } },
      );
      const { stdout, stderr } = runMain(root);
      const expected = { plain: "function", off: "undefined", left: "undefined", on: "function", dep: "undefined" };
      assert.equal(
        stdout.replace(/\s+/g, " "),
        `${JSON.stringify(Object.entries(expected)).replaceAll('"', "'").replaceAll("[", "[ ").replaceAll("]", " ]").replaceAll("',", "', ").replaceAll("],", "], ")} `,
        stderr,
      );
    });

    // esbuild numbers names that stand in scopes inside each other, and counts columns from 0 in errors of syntax.
    test("a stack points at the line and the column of the source, and a report names it from the root", async (t) => {
      const source = `interface Foo { a: number }
enum Kind { One = 1 }

async function inner(foo: Foo): Promise<never> {
  /* pad */ const x: number = await (foo.a as any);      throw new Error("here " + x + Kind.One);
}
async function outer({ a = 1 }: Partial<Foo>): Promise<void> {
  for await (const y of [a] as number[]) if (y) await inner({ a: y });
}
try { await outer({}); } catch (error: any) { console.log(error.stack); }
queueMicrotask(outer as any);
`;
      const root = await built(t, {
        "package.json": PACKAGE_JSON,
        "main.ts": "import './src/part.ts';",
        "src/part.ts": source,
      });
      const { stdout, stderr } = runMain(root);
      const column = source.split("\n")[4]!.indexOf("new Error") + 1;
      assert.match(stdout, new RegExp(`Error: here 11\\n +at inner2? \\(.*src/part\\.ts:5:${column}\\)`), stderr);
      assert.match(stderr, /coroutine 'outer' was never awaited\n +defined at src\/part\.ts:7:1\b/);
    });

    test("an error of syntax stops the build with its place", async (t) => {
      const files = { "package.json": PACKAGE_JSON, "main.ts": "const a = 1;\nasync function f( {\n" };
      await assert.rejects(built(t, files), /main\.ts:3:[01]\b/);
    });

    test("options that there are not are refused at once", async (t) => {
      const wrong = { includes: "src" } as PluginOptions;
      const files = { "package.json": PACKAGE_JSON, "main.ts": "export {};" };
      await assert.rejects(
        built(t, files, { plugin: wrong }),
        /the options "include" and "exclude" such as .*, not "includes"/,
      );
    });
  });
}
