import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { folder, NODES, runLowered } from "./support.js";

/** Each throws in the middle of a line; some behind an `await` on that line, some in what an `await` waits for. */
const PROGRAM = `import { run } from "./platform.ts";

type Options = { readonly deep?: number };
const no = (what: string): never => { throw new Error(what); };
async function one(): Promise<number> { return 1; }

const ways: Record<string, () => Promise<unknown>> = {
  async inFunction() { const x: number = 1; if (x as number) throw new Error("x"); },
  inArrow: async () => no("x"),
  inBlockArrow: async (): Promise<void> => { const { length }: string = null as any; void length; },
  async behindTwo() { const a: number = await one(), b = await one(); return a + b + (null as any).c; },
  async inCallBehindAwait() { return no(String(await one())); },
  async inArgument() { return [await one(), await one(), no("x")]; },
  async inTemplate() { return \`a \${await one()} \${\`b \${await one()} \${no("x")}\`}\`; },
  async inDefault({ deep = no("x") }: Options = {}) { return deep; },
  async inDefaultOfParameter(a: number = 1, b: number = no("x")) { return a + b; },
  async inLoop() { for (const x of [3]) for await (const y of [x, one()]) { void y; if (y === x) continue; no("x"); } },
  async inForAwaitPattern() { for await (const { a } of [null as any]) void a; },
  async inFinally() { try { await one(); } finally { await one(); no("x"); } },
  async inCatch() { try { no("x"); } catch (error) { await one(); throw new TypeError("y", { cause: error }); } },
  async inGenerator() { for await (const x of new Service<number>().items(2)) void x; },
  async inMethod() { return await new Service<number>().get(2); },
  async inPrivateMethod() { return await new Service<number>().getPrivate(); },
  async inOptionalCall() { return (await one(), null as { f?: () => void } | null)!.f?.(); },
  async inNew() { return new (class { constructor(public a = no("x")) {} })(); },
  async inNested() { return await (async (): Promise<number> => { return await (async () => no("x"))(); })(); },
};
class Service<T> {
  async *items(n: T) { yield n; /* pad */ await one(); throw new RangeError(String(n)); }
  async get(n: T): Promise<T> { const m = await one(); if (m) throw new RangeError(String(n)); return n; }
  async #own(): Promise<void> { await one(); /* pad */ throw new Error("x"); }
  async getPrivate(): Promise<void> { await this.#own(); }
}
const places: string[] = [];
async function main(): Promise<void> {
  for (const [name, way] of Object.entries(ways)) {
    try {
      await way();
      places.push(name);
    } catch (error: any) {
      const lines: string[] = error.stack.split("\\n").filter((line: string) => line.includes("main.ts:"));
      places.push(\`\${name} \${lines.slice(0, error.message === "x" && /no /.test(lines[0]!) ? 2 : 1).map((line) => /\\d+:\\d+(?=\\)?$)/.exec(line)![0])}\`);
    }
  }
}
await run(main());
console.log(JSON.stringify(places, null, 1));
`;

for (const [name, node] of NODES) {
  describe(`Where an error is thrown, on ${name}`, () => {
    test("its stack has the line and column that it has in native code", (t) => {
      const outputs = ["lowered", "@tsyncio-off"].map((mode) => {
        const platform =
          mode === "lowered"
            ? 'export { run } from "tsyncio";'
            : "// @tsyncio-off\nexport const run = (promise: Promise<void>): Promise<void> => promise;";
        const files = {
          "package.json": '{"type":"module"}',
          "main.ts": `// ${mode}\n${PROGRAM}`,
          "platform.ts": platform,
        };
        const { stdout, stderr } = runLowered(node, folder(t, files), "main.ts");
        assert.equal(stderr, "");
        return JSON.parse(stdout) as string[];
      });
      assert.deepEqual(outputs[0], outputs[1]);
      // Each of them has thrown, and in a place of its own.
      assert.deepEqual([outputs[1]?.length, outputs[1]?.every((line) => / \d+:\d+/.test(line))], [19, true]);
    });
  });
}
