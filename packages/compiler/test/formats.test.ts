import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { LoweringError, lower, transformModule } from "@tsyncio/compiler";
import { folder, PACKAGE } from "./support.js";

/** The value of the program that a file becomes, natively and lowered. */
async function outcomes(
  t: TestContext,
  source: string,
  name: string,
  compilerOptions: Readonly<Record<string, unknown>> = {},
): Promise<{ native: unknown; lowered: unknown }> {
  const directory = folder(
    t,
    { "tsconfig.json": JSON.stringify({ compilerOptions }) },
    join(PACKAGE, ".build/constructs"),
  );
  const isCommonJs = /\.c[jt]s$/.test(name);
  const run = async (text: string, kind: string): Promise<unknown> => {
    const filename = join(directory, kind + name);
    const format = isCommonJs ? "commonjs" : "module";
    const path = join(directory, `${kind}${isCommonJs ? ".cjs" : ".mjs"}`);
    writeFileSync(path, transformModule(text, { filename, format }).code);
    const program = isCommonJs ? createRequire(path)(path) : await import(pathToFileURL(path).href);
    return await program.default();
  };
  return { native: await run(`/* @tsyncio-off */ ${source}`, "native"), lowered: await run(source, "lowered") };
}

describe("CommonJS gives lowered what it gives natively", () => {
  const same = async (t: TestContext, source: string, name: string): Promise<void> => {
    const { native, lowered } = await outcomes(t, source, name);
    assert.deepEqual(lowered, native);
  };

  test(".cjs: sloppy code, this and arguments at the top, functions in blocks, mapped arguments, require in functions", (t) =>
    same(
      t,
      `exports.k = 1; var top = async () => [this.k, typeof arguments, arguments.length, await this.default.name];
      async function mapped(a) { arguments[0] = 2; a = a + 1; return [a, arguments[0]]; }
      async function self() { return this === globalThis; }
      if (exports.k) { async function inBlock() { return require("node:path").basename("a/b"); } exports.block = inBlock; }
      async function strict(a) { "use strict"; arguments[0] = 2; return [a, this === undefined]; }
      var o = { async m() { with ({ w: 5 }) { return w; } }, async *g() { yield delete this.m; } };
      exports.default = async function named() { return [await top(), await mapped(1), await self(), await exports.block(), await strict(1), await o.m(), (await o.g().next()).value, typeof o.m]; };`,
      ".cjs",
    ));

  test(".cts: import = require, export =, enums, and await in a path that is required", (t) =>
    same(
      t,
      `import path = require("node:path"); enum E { a = 3 } namespace N { export const f = async () => path.basename("x/y"); }
      async function* g(): AsyncGenerator<number> { yield E.a; }
      const main = async (): Promise<unknown> => [await N.f(), (await g().next()).value, await (async () => require(await Promise.resolve("node:path")) === path)()];
      export = { default: main };`,
      ".cts",
    ));

  test("module.exports as an async function and as a class with async methods", (t) =>
    same(
      t,
      `module.exports = class K { static async default() { return [await new K().m(), await module.exports.f()]; } async m() { return new.target === undefined && __filename.endsWith("js"); } }; module.exports.f = async () => typeof require;`,
      ".cjs",
    ));
});

describe(".mts is a module", () => {
  test("with await at its top", async (t) => {
    const { native, lowered } = await outcomes(
      t,
      `const x: number = await Promise.resolve(1); async function f(this: void): Promise<number> { return x; } export default async () => [await f(), import.meta.url.includes("constructs")];`,
      ".mts",
    );
    assert.deepEqual(lowered, native);
  });
});

// What some bundlers get wrong by themselves, so that it does not stand with the constructs.
describe("A module gives lowered what it gives natively", () => {
  for (const [name, source] of [
    [
      "await in the computed key of a field",
      `export default async () => { class A { [await Promise.resolve("f")] = 6; static [await Promise.resolve("g")] = async () => 7; } const a: any = new A(); return [a.f, await (A as any).g()]; };`,
    ],
    [
      "new.target in fields, and the names of functions in fields",
      `class A { a = async () => new.target; ["b" + 1] = async () => 1; "c" = async () => 2; 5 = async () => 3; } export default async () => { const o: any = new A(); return [await o.a(), o.a.name, o.b1.name, o.c.name, o[5].name]; };`,
    ],
    [
      "two labels of one loop",
      `export default async () => { const list: any[] = []; g: h: for await (const x of [1, 2, 3]) { if (x === 1) continue g; if (x === 2) continue h; list.push(x); break g; } return list; };`,
    ],
  ] as const) {
    test(name, async (t) => {
      const { native, lowered } = await outcomes(t, source, ".ts");
      assert.deepEqual(lowered, native);
    });
  }
});

describe("Decorators", () => {
  const DECORATED = `
    const log: unknown[] = [];
    const member = (...list: unknown[]): any => { log.push(list.slice(1).map((x: any) => typeof x === "object" ? Object.keys(x) : x)); };
    const wrap = (_: unknown, __: unknown, d: PropertyDescriptor): void => { const { value } = d; d.value = async function (this: unknown, ...list: unknown[]) { return ["wrapped", await value.apply(this, list)]; }; };
    const made = (f: () => Promise<unknown>) => (_: unknown, key: string): void => { log.push([key, f.name]); };
    const whole = <T extends new (...args: any[]) => object>(C: T): any => class extends C { extra = async () => 4; };
    @whole class A {
      k = 1;
      @member async m(@member a = this.k, @member { b }: any = { b: 2 }): Promise<unknown> { return [a, b, this.k]; }
      @wrap async w(a?: unknown) { return [a, arguments.length]; }
      @member static async *g() { yield 3; }
      @made(async () => await 1) f = async () => this.k;
      @member async [await Promise.resolve("computed")]() {}
      @member accessor x = async () => 5;
    }
    export default async () => { const a: any = new A(); return [await a.m(), await a.w(7), (await A.g().next()).value, await a.f(), await a.extra(), await a.x(), log]; };`;

  test("of TypeScript (experimentalDecorators): on methods, parameters, fields, accessors, classes", async (t) => {
    const { native, lowered } = await outcomes(t, DECORATED, ".ts", { experimentalDecorators: true });
    assert.deepEqual(lowered, native);
  });

  test("of the standard stay for another tool; where there is none, the error says what to do", async (t) => {
    const source = "/** @tag */\nconst d: any = 0;\n@d class A { @d async m(): Promise<void> {} }\n";
    const { code } = lower(source, { filename: "f.ts" });
    assert.match(code, /^@d class A \{ @d m\(\)/m);
    const directory = folder(t, { "tsconfig.json": "{}" }, join(PACKAGE, ".build/constructs"));
    assert.throws(
      () => transformModule(source, { filename: join(directory, "f.ts"), format: "module" }),
      (error) =>
        error instanceof LoweringError &&
        error.line === 3 &&
        /^standard decorators .* set experimentalDecorators in tsconfig\.json, or/.test(error.reason),
    );
  });

  test("`accessor` becomes code without them", async (t) => {
    const source = `class A { accessor x = 1; static accessor #y = async () => 2; accessor ["z"]: any; static y() { return A.#y(); } async m() { this.x++; this.z = 3; return [this.x, this.z, Object.keys(this), await A.y()]; } } export default async () => await new A().m();`;
    assert.deepEqual(await outcomes(t, source, ".ts"), { native: [2, 3, [], 2], lowered: [2, 3, [], 2] });
  });
});
