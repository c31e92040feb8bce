import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { lower, transformModule } from "@tsyncio/compiler";
import { folder, PACKAGE } from "./support.js";

/** The place in the source (line and column from 1) that a place in the output comes from. */
function original(code: string, map: unknown, text: string): [number, number] {
  const before = code.slice(0, code.indexOf(text)).split("\n");
  const entry = new SourceMap(map as never).findEntry(before.length - 1, before.at(-1)!.length);
  return "originalLine" in entry ? [entry.originalLine + 1, entry.originalColumn + 1] : [0, 0];
}

/** The place of a text in the source. */
function place(source: string, text: string): [number, number] {
  const before = source.slice(0, source.indexOf(text)).split("\n");
  return [before.length, before.at(-1)!.length + 1];
}

const SOURCE = `enum Color { Red }
interface Shape<T> { a: T }

export async function first<T>(a: T, { b, c = fallback() }: Shape<T> | any): Promise<T> {
  /* pad */ const x: number = await second(a as any); const y: Color = third(x as number)!;
  for await (const { item, other = fourth() } of fifth<number>(x)) { sixth(item); await using r = seventh(y); }
  return (async (q: number) => eighth(q))(x as number) as T;
}
class A extends B { async m(z: string): Promise<void> { super.ninth(await tenth(z as any)); } }
`;
const PLACES = ["fallback(", "second(", "third(", "fourth(", "fifth", "sixth(", "seventh(", "eighth(", "tenth("];

describe("The source map", () => {
  test("of lowering is exact in line and column", () => {
    const { code, map } = lower(SOURCE, { filename: "/x/f.ts" });
    for (const text of PLACES) assert.deepEqual(original(code, map, text), place(SOURCE, text), text);
    assert.deepEqual(map?.sources, ["/x/f.ts"]);
    assert.deepEqual(map?.sourcesContent, [SOURCE]);
  });

  test("of lowering and stripping is exact in line and column", () => {
    const { code, map } = transformModule(SOURCE, { filename: "/x/f.ts", format: "module" });
    for (const text of PLACES) assert.deepEqual(original(code, map, text), place(SOURCE, text), text);
    assert.deepEqual(map?.sources, ["/x/f.ts"]);
    assert.deepEqual(map?.sourcesContent, [SOURCE]);
  });
});

describe("Stripping", () => {
  const strip = (source: string, filename = "/x/f.ts", format: "module" | "commonjs" = "module"): string =>
    transformModule(source, { filename, format }).code.replace(/\n\/\/# sourceMappingURL=.*\n$/, "");

  test("leaves plain JavaScript as it is", () => {
    assert.equal(strip("const x   = 1 ;", "/x/f.js"), "const x   = 1 ;");
  });

  test("never lowers async code that the pass left alone", () => {
    assert.match(
      strip("// @tsyncio-off\nexport async function f() { for await (const x of y) await x; }"),
      /async function f\(\) \{\s+for await/,
    );
  });

  test("makes code of enums, namespaces and parameter properties", () => {
    const code = strip(
      "enum E { A = 1 } namespace N { export const x = E.A; } export class C { constructor(public p = N.x) {} }",
    );
    assert.doesNotMatch(code, /\b(enum|namespace|public)\b/);
  });

  test("makes code of JSX", () => {
    assert.match(
      strip("export const x = <a b={1} />;", "/x/f.tsx"),
      /import \{ jsx as _jsx \} from "react\/jsx-runtime"/,
    );
  });

  test("follows the tsconfig.json of the file, and those that it extends", async (t) => {
    const directory = folder(
      t,
      {
        "tsconfig.json": '{ "extends": "./base", /* here */ "compilerOptions": { "jsx": "react", }, }',
        "base.json":
          '{ "compilerOptions": { "experimentalDecorators": true, "jsxFactory": "h", "jsx": "preserve" } } // "x"',
        "f.tsx": `
          const log: any[] = [];
          const note = (name: string): any => (...args: any[]) => { log.push([name, typeof args[0], args[1], typeof args[2]]); };
          @note("class") class A { @note("field") x = 1; @note("method") async m(@note("parameter") a = 1, b: string) { return [a, b]; } }
          const h = (tag: string) => tag;
          export const done = (async () => [log, await new A().m(undefined, "b"), <p />])();`,
      },
      join(PACKAGE, ".build/transforms"),
    );
    const filename = join(directory, "f.tsx");
    const output = join(directory, "f.mjs");
    writeFileSync(output, transformModule(readFileSync(filename, "utf8"), { filename, format: "module" }).code);
    const { done } = (await import(pathToFileURL(output).href)) as { done: PromiseLike<unknown> };
    assert.deepEqual(await done, [
      [
        ["field", "object", "x", "undefined"],
        ["parameter", "object", "m", "number"],
        ["method", "object", "m", "object"],
        ["class", "function", undefined, "undefined"],
      ],
      [1, "b"],
      "p",
    ]);
  });

  test("lowers `using` outside of async functions where the engine lacks it", async (t) => {
    const directory = folder(t, { "tsconfig.json": "{}" }, join(PACKAGE, ".build/transforms"));
    const source = `
      export const log: string[] = [];
      const make = (name: string) => ({ name, [Symbol.dispose]() { log.push(name); }, async [Symbol.asyncDispose]() { log.push("async " + name); } });
      function f() { using a = make("a"), b = make("b"); return a.name + b.name; }
      log.push(f());
      { await using c = make("c"); log.push("in " + c.name); }
      try { using d = { [Symbol.dispose]() { throw new Error("dispose"); } }; void d; throw new Error("body"); }
      catch (error: any) { log.push(error.name, error.error.message, error.suppressed.message); }`;
    const output = join(directory, "f.mjs");
    writeFileSync(output, transformModule(source, { filename: join(directory, "f.mts"), format: "module" }).code);
    const { log } = (await import(pathToFileURL(output).href)) as { log: string[] };
    assert.deepEqual(log, ["b", "a", "ab", "in c", "async c", "SuppressedError", "dispose", "body"]);
  });
});
