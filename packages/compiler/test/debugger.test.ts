import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { transformModule } from "@tsyncio/compiler";
import type { Plan, Stop } from "./debuggee.js";
import { folder, NODES, PACKAGE, WORKSPACE } from "./support.js";

/** Its first line says how it is run. */
const PROGRAM = `import { run, sleep } from "./platform.ts";

async function leaf(n: number): Promise<number> {
  const doubled: number = n * 2;
  return doubled;
}

async function waits(n: number): Promise<number> {
  let sum = n;
  for (const i of [1, 2]) {
    await sleep(i)
    await sleep(0), sum += i;
  }
  return sum;
}

async function main(): Promise<void> {
  const first = 1;
  const a = await leaf(first);
  const b = await waits(a);
  if ((await leaf(b)) > 0) await sleep(1);
  try { await fails(); } catch { await sleep(0); }
  await Promise.all([leaf(3)]);
  void 0;
}

async function fails(): Promise<never> {
  throw new Error("x");
}

await run(main());
`;

const NATIVE = `// @tsyncio-off
export const run = (promise: Promise<void>): Promise<void> => promise;
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** Where in the output the text of the source is, line and column from 0. */
function generated(source: string, text: string, filename: string): { line: number; column: number } {
  const before = source.slice(0, source.indexOf(text)).split("\n");
  const { code, map } = transformModule(source, { filename, format: "module", stepping: true });
  const entries = new SourceMap(map as never);
  for (const [line, { length }] of code.split("\n").entries()) {
    for (let column = 0; column < length; column++) {
      const entry = entries.findEntry(line, column);
      if (!("originalLine" in entry) || entry.generatedColumn !== column) continue;
      if (entry.originalLine === before.length - 1 && entry.originalColumn === before.at(-1)?.length)
        return { line, column };
    }
  }
  throw new Error(`${text} is nowhere in the output`);
}

for (const [name, node] of NODES) {
  describe(`A debugger on ${name}`, () => {
    /** Where the program stops, from the breakpoint on. */
    const stops = (
      t: TestContext,
      mode: "lowered" | "native",
      at: string,
      ...steps: Plan["steps"][number][]
    ): Stop[] => {
      const main = `// ${mode === "native" ? "@tsyncio-off" : mode}\n${PROGRAM}`;
      const files = {
        "package.json": '{"type":"module"}',
        "main.ts": main,
        "platform.ts": mode === "native" ? NATIVE : 'export { run, sleep } from "tsyncio";',
      };
      const file = join(folder(t, files, join(PACKAGE, ".build/debugger")), "main.ts");
      const plan: Plan = { ...generated(main, at, file), steps, ignored: ["^node:", "/dist/"] };
      const flags = ["--inspect=127.0.0.1:0", "--import", join(PACKAGE, "dist/register.js")];
      const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", NODE_TEST_CONTEXT: undefined };
      const args = [...flags, join(PACKAGE, ".build/test/debuggee.js"), file, JSON.stringify(plan)];
      const { stdout, stderr } = spawnSync(node, args, { env, encoding: "utf8", timeout: 600_000 });
      assert.notEqual(stdout, "", stderr);
      return JSON.parse(stdout);
    };

    test("stops at a breakpoint of the source, with the variables by their names, and steps over awaits as in native code", (t) => {
      const steps = Array<"stepOver">(9).fill("stepOver");
      const lowered = stops(t, "lowered", "const first", ...steps);
      assert.deepEqual(lowered, [
        ["main", "main.ts:19:17", {}],
        ["main", "main.ts:20:13", { first: 1 }],
        ["main", "main.ts:21:13", { first: 1, a: 2 }],
        ["main", "main.ts:22:3", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:22:28", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:23:9", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:23:34", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:24:3", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:25:3", { first: 1, a: 2, b: 5 }],
        ["main", "main.ts:26:1", { first: 1, a: 2, b: 5 }],
      ]);
      assert.deepEqual(lowered, stops(t, "native", "const first", ...steps));
    });

    test("stops in the middle of a line behind an await, and steps over waits in a loop as in native code", (t) => {
      const steps = Array<"stepOver">(7).fill("stepOver");
      const lowered = stops(t, "lowered", "sum += i", ...steps);
      assert.deepEqual(lowered[0], ["waits", "main.ts:13:21", { i: 1, n: 2, sum: 2 }]);
      assert.deepEqual(lowered, stops(t, "native", "sum += i", ...steps));
    });

    test("steps into a call, from its line to the body, and out of it to the line behind the await", (t) => {
      assert.deepEqual(stops(t, "lowered", "const a", ...Array<"stepInto">(4).fill("stepInto"), "stepOut"), [
        ["main", "main.ts:20:13", { first: 1 }],
        ["leaf", "main.ts:4:48", { n: 1 }],
        ["leaf", "main.ts:4:48", { n: 1 }],
        ["leaf", "main.ts:4:49", { n: 1 }],
        ["leaf", "main.ts:5:27", { n: 1 }],
        ["main", "main.ts:21:13", { first: 1, a: 2 }],
      ]);
    });
  });
}

test("The source maps of what is built tell debuggers to step past it", () => {
  spawnSync(process.execPath, [join(WORKSPACE, "scripts/mark-maps.mjs")]);
  const unmarked: string[] = [];
  let count = 0;
  for (const dist of ["packages/tsyncio/dist", "packages/compiler/dist"]) {
    for (const file of readdirSync(join(WORKSPACE, dist), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".js.map")) continue;
      const map = JSON.parse(readFileSync(join(WORKSPACE, dist, file), "utf8"));
      const all = Array.from(map.sources.keys());
      if (isDeepStrictEqual([map.ignoreList, map.x_google_ignoreList], [all, all])) count++;
      else unmarked.push(join(dist, file));
    }
  }
  assert.deepEqual([unmarked, count > 100], [[], true]);
});
