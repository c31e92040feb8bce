import assert from "node:assert/strict";
import { describe, test } from "node:test";
import rolldown from "@tsyncio/compiler/rolldown";
import rollup from "@tsyncio/compiler/rollup";
import vite, { type PluginOptions } from "@tsyncio/compiler/vite";
import { folder } from "./support.js";

interface Hooks {
  name: string;
  configResolved(config: { root: string }): void;
  config(): object;
  transform: { order: string; handler(this: object, code: string, id: string): { code: string; map: object } | null };
}

const hooksOf = (plugin: object): Hooks => plugin as Hooks;
const APP = { "package.json": '{ "name": "app", "type": "module" }' };
const SOURCE = "export async function f(a: number) { return await a; }";

describe("The plugins", () => {
  test("change a file whatever Vite adds to its name, and nothing that asks for something else", (t) => {
    const root = folder(t, APP);
    const { transform } = hooksOf(vite());
    const isChanged = (id: string): boolean => (transform.handler.call({}, SOURCE, root + id) ?? null) !== null;
    const changed = ["/a.ts", "/a.mts?v=1", "/a.ts?t=12&import", "/a.tsx", "/w.ts?worker_file&type=module"];
    assert.deepEqual(changed.filter(isChanged), changed);
    const same = [
      "/a.ts?raw",
      "/a.ts?worker",
      "/a.ts?url",
      "/App.vue?vue&type=script&lang.ts",
      "/App.vue",
      "/a.css",
      "/a.d",
    ];
    assert.deepEqual(same.filter(isChanged), []);
    const foreign = ["/node_modules/dep/index.js", "\0virtual.ts"];
    assert.deepEqual(foreign.filter(isChanged), []);
  });

  test("name a file from the root of the build", (t) => {
    const root = folder(t, APP);
    const { transform, configResolved } = hooksOf(vite());
    configResolved({ root });
    const { code } = transform.handler.call({}, SOURCE, `${root}/src/deep/a.ts`)!;
    assert.match(code, /\$site\("f", "src\/deep\/a\.ts", 1, 8\)/);
    assert.doesNotMatch(code, /import\.meta|\/tmp/);
  });

  test("take patterns relative to the root of the build", (t) => {
    const root = folder(t, APP);
    const { transform, configResolved } = hooksOf(vite({ include: "src", exclude: ["**/*.native.ts"] }));
    configResolved({ root });
    const isChanged = (id: string): boolean => (transform.handler.call({}, SOURCE, root + id) ?? null) !== null;
    assert.deepEqual(["/src/a.ts", "/other/a.ts", "/src/b.native.ts"].map(isChanged), [true, false, false]);
  });

  test("leave types to those who read them, and remove them for Rollup, in files that are not lowered too", (t) => {
    const root = folder(t, { ...APP, "tsconfig.json": "{}" });
    const source = "const a: number = 1;\nexport const b = <T,>(x: T): T => (x satisfies T);\nexport const c = a;";
    const result = hooksOf(rollup()).transform.handler.call({}, source, `${root}/a.ts`)!;
    assert.equal(result.code, "const a = 1;\nexport const b = (x) => x;\nexport const c = a;\n");
    const jsx = hooksOf(rollup()).transform.handler.call({}, "export const v: unknown = <b a={1}/>;", `${root}/a.tsx`)!;
    assert.match(jsx.code, /<b a=\{1\} ?\/>/);
    assert.equal(hooksOf(rolldown()).transform.handler.call({}, source, `${root}/a.ts`), null);
  });

  test("have Vite serve tsyncio as it is, so that there is one loop", () => {
    assert.deepEqual(hooksOf(vite()).config(), { optimizeDeps: { exclude: ["tsyncio"] } });
  });

  test("refuse options that there are not, with a word on those that there are", () => {
    const isRefused = (options: unknown, message: RegExp): void =>
      assert.throws(() => vite(options as PluginOptions), { name: "TypeError", message });
    isRefused("src", /takes an object of options such as \{ include: "src\/\*\*" \}, not "src"/);
    isRefused(null, /takes an object of options .*, not null/);
    isRefused(["src"], /takes an object of options .*, not \["src"\]/);
    isRefused({ includes: "src" }, /takes the options "include" and "exclude" .*, not "includes"/);
    isRefused({ include: "!src" }, /exclude/);
  });
});
