import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folder, PACKAGE } from "../support.js";
import { binary, PROGRAM_OUTPUT, runNode, SETUP } from "./places.js";
import { describeRuntime, skipOf } from "./runtime.js";

// The package brings it under this name on every platform.
const bun = binary("bun/bin/bun.exe", "");

describeRuntime({
  place: "bun",
  tool: "bun",
  binary: bun,
  args: ["--preload", "@tsyncio/compiler/bun"],
  breaks: ["for await with break, continue and labels"],
  // JavaScriptCore has no `arguments` in a direct eval inside of a generator.
  breaksGenerators: ["direct eval sees the scope"],
});

const skip = skipOf({ place: "bun", tool: "bun", binary: bun });
const OUTPUT = PROGRAM_OUTPUT.replace("[ 'A', 'B' ]", '[ "A", "B" ]');

describe("The plugin for bun", { skip }, () => {
  test("Bun.build makes a bundle of coroutines", () => {
    const cwd = join(SETUP, "bun");
    const built = runNode(bun!, cwd, ["build.ts"]);
    assert.equal(built.status, 0, built.stderr);
    const { stdout, stderr } = runNode(bun!, cwd, ["dist/main.js"]);
    assert.equal(stdout, OUTPUT);
    assert.match(stderr, /^coroutine 'download' was never awaited\n/);
  });

  test("bun test waits for tests that are coroutines", () => {
    const { stderr, status } = runNode(bun!, join(SETUP, "bun"), ["test"]);
    assert.match(stderr, / 1 pass\n 0 fail\n/);
    assert.equal(status, 0);
  });

  test("patterns of the plugin leave files native, and wrong options are refused", (t) => {
    const root = folder(
      t,
      {
        "package.json": '{ "name": "app", "type": "module" }',
        "build.ts": `import tsyncio from "@tsyncio/compiler/bun";
          await Bun.build({ entrypoints: ["main.ts"], outdir: "out", target: "bun", plugins: [tsyncio({ exclude: "left" })] });
          try { tsyncio({ includes: "x" } as any); } catch (error) { console.log((error as Error).message); }`,
        "main.ts": `import { f } from "./left/f.ts"; async function g() {} console.log(typeof (f() as any).close, typeof (g() as any).close);`,
        "left/f.ts": "export async function f() {}",
      },
      join(PACKAGE, ".build/places"),
    );
    const { stdout } = runNode(bun!, root, ["build.ts"]);
    assert.match(stdout, /^the plugin takes the options "include" and "exclude" such as .*, not "includes"\n$/);
    assert.equal(runNode(bun!, root, ["out/main.js"]).stdout, "undefined function\n");
  });

  test("lines of stacks are those of the source", (t) => {
    const root = folder(
      t,
      {
        "main.mts":
          "interface A { a: 1 }\n\nasync function f(): Promise<A> {\n  throw new Error();\n}\ntry { await f(); } catch (error: any) { console.log(error.stack); }",
      },
      join(PACKAGE, ".build/places"),
    );
    const { stdout } = runNode(bun!, root, ["--preload", "@tsyncio/compiler/bun", "main.mts"]);
    assert.match(stdout, /at f \(.*main\.mts:4:\d+\)/);
  });
});
