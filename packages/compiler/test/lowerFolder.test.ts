import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { LoweringError, lowerFolder, transformModule } from "@tsyncio/compiler";
import { folder, PACKAGE, runNode } from "./support.js";

const SOURCE = `interface Foo { a: number }

async function inner(foo: Foo): Promise<never> {
  /* pad */ const x: number = await (foo.a as any);      throw new Error("here " + x);
}
try { await inner({ a: 1 }); } catch (error: any) { console.log(error.stack); }
`;
const LINE = `here 1\n    at inner (SRC/main.ts:4:${SOURCE.split("\n")[3]!.indexOf("new Error") + 1})`;
const OTHER = "await import('../main.js'); export async function f() {}";

/** What a compiler leaves of {@link SOURCE}. */
function compiled(sources: string[]): { code: string; map: object } {
  const { code, map } = transformModule(`/* @tsyncio-off */${SOURCE}`, { filename: "/x/main.ts", format: "module" });
  const text = code.replace("/* @tsyncio-off */", "").replace(/\n\/\/# sourceMappingURL=.*\n$/, "");
  return { code: text, map: { ...map, sources, sourcesContent: undefined } };
}

/** A project whose compiler has put maps beside its output, or into it. */
function project(t: TestContext, maps: "beside" | "inside" | "sourceRoot" | "none"): string {
  const { code, map } = compiled(maps === "sourceRoot" ? ["main.ts"] : ["../src/main.ts"]);
  const json = JSON.stringify(maps === "sourceRoot" ? { ...map, sourceRoot: "../src" } : map);
  const url = maps === "inside" ? `data:application/json;charset=utf-8;base64,${btoa(json)}` : "main.js.map";
  return folder(
    t,
    {
      "package.json": '{ "type": "module" }',
      "src/main.ts": SOURCE,
      "dist/main.js": maps === "none" ? code : `${code}\n//# sourceMappingURL=${url}\n`,
      ...(maps === "inside" || maps === "none" ? {} : { "dist/main.js.map": json }),
      "dist/deep/other.js": OTHER,
      "dist/deep/plain.js": "export const a = 1;",
      "dist/main.d.ts": "export {};",
      "dist/node_modules/x/index.js": "export async function f() {}",
    },
    join(PACKAGE, ".build/lowered"),
  );
}

function stackOf(home: string, file: string): string {
  const { stdout, stderr } = runNode(process.execPath, home, ["--enable-source-maps", file]);
  const [first = "", second = ""] = stdout.replaceAll(join(home, "src"), "SRC").split("\n");
  return `${first.replace("Error: ", "")}\n${second}${stderr}`;
}

function contents(home: string): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(home, name)).isFile())
      .map((name) => [name, readFileSync(join(home, name), "utf8")]),
  );
}

describe("lowerFolder", () => {
  for (const maps of ["beside", "inside", "sourceRoot"] as const) {
    test(`makes coroutines in place, and a stack leads to the first source: maps ${maps}`, (t) => {
      const home = project(t, maps);
      const result = lowerFolder(join(home, "dist"));
      assert.deepEqual(result, { files: 3, lowered: 2, functions: 2, maps: 1 });
      assert.equal(stackOf(home, "dist/main.js"), LINE);
      assert.match(readFileSync(join(home, "dist/deep/other.js"), "utf8"), /tsyncio\/syntax/);
      assert.equal(readFileSync(join(home, "dist/node_modules/x/index.js"), "utf8"), "export async function f() {}");
    });

    test(`done again it changes nothing: maps ${maps}`, (t) => {
      const home = project(t, maps);
      lowerFolder(join(home, "dist"));
      const once = contents(home);
      assert.deepEqual(lowerFolder(join(home, "dist")), { files: 3, lowered: 0, functions: 0, maps: 0 });
      assert.deepEqual(contents(home), once);
    });

    test(`puts all into another folder, also one that is deeper: maps ${maps}`, (t) => {
      const home = project(t, maps);
      const before = contents(join(home, "dist"));
      lowerFolder(join(home, "dist"), { out: join(home, "dist/lowered/out") });
      assert.equal(stackOf(home, "dist/lowered/out/main.js"), LINE);
      const after = contents(join(home, "dist"));
      const made = Object.keys(after).filter((name) => !(name in before));
      assert.deepEqual(
        made.map((name) => name.slice("lowered/out/".length)),
        Object.keys(before).filter((name) => !name.startsWith("node_modules")),
      );
      for (const name of made) delete after[name];
      assert.deepEqual(after, before);
      const again = join(home, "again");
      lowerFolder(join(home, "dist/lowered/out"), { out: again });
      assert.equal(stackOf(home, "again/main.js"), LINE, "what is lowered already is moved with its map");
    });
  }

  test("lowers what has no map, line by line", (t) => {
    const home = project(t, "none");
    assert.deepEqual(lowerFolder(join(home, "dist")), { files: 3, lowered: 2, functions: 2, maps: 0 });
    assert.match(stackOf(home, "dist/main.js"), /^here 1\n {4}at inner \(.*dist\/main\.js:\d+:\d+\)$/);
  });

  test("knows CommonJS by the package where the syntax says nothing, ES modules by their syntax", (t) => {
    const home = folder(t, {
      "package.json": "{}",
      "a.js": "exports.f = async () => 1;",
      "b.js": "export const f = async () => 1;",
      "c.js": "async function f() {}",
      "m/package.json": '{ "type": "module" }',
      "m/c.js": "async function f() {}",
      "d.cjs": "async function f() {}",
      "e.mjs": "async function f() {}",
      "off.js": "// @tsyncio-off\nasync function f() {}",
      "c/package.json": '{ "type": "commonjs" }',
      "c/c.js": "async function f() {}",
    });
    lowerFolder(home);
    const kinds = Object.entries(contents(home)).flatMap(([name, text]) => {
      const found = /(require\(|from )"tsyncio\/syntax"/.exec(text)?.[1]?.slice(0, 4);
      return name.endsWith("js") ? [[name, found]] : [];
    });
    assert.deepEqual(Object.fromEntries(kinds), {
      "a.js": "requ",
      "b.js": "from",
      "c.js": "from",
      "c/c.js": "requ",
      "d.cjs": "requ",
      "e.mjs": "from",
      "m/c.js": "from",
      "off.js": undefined,
    });
  });

  test("writes nothing where the syntax of a file is wrong, and names each", (t) => {
    const home = project(t, "beside");
    writeFileSync(join(home, "dist/bad.js"), "const a = 1;\nasync function f( {\n");
    writeFileSync(join(home, "dist/worse.js"), "async => { }}\n");
    const before = contents(home);
    assert.throws(
      () => lowerFolder(join(home, "dist")),
      (error: AggregateError) => {
        assert.equal(error.message, "2 of 5 files cannot be lowered");
        const places = error.errors.map((inner: LoweringError) => {
          assert.ok(inner instanceof LoweringError);
          return [inner.filename, inner.line];
        });
        assert.deepEqual(places, [
          [join(home, "dist/bad.js"), 3],
          [join(home, "dist/worse.js"), 1],
        ]);
        return true;
      },
    );
    assert.deepEqual(contents(home), before);
  });

  test("writes nothing where a file cannot be written", (t) => {
    const home = project(t, "beside");
    writeFileSync(join(home, "out"), "a file where a folder is to be");
    const before = contents(home);
    assert.throws(() => lowerFolder(join(home, "dist"), { out: join(home, "out") }), /ENOTDIR|EEXIST/);
    assert.deepEqual(contents(home), before);
  });

  test("says which map is broken, and that there is no folder", (t) => {
    const home = project(t, "beside");
    writeFileSync(join(home, "dist/main.js.map"), "{");
    assert.throws(() => lowerFolder(join(home, "dist")), /dist\/main\.js\.map: the source map is not JSON: /);
    assert.throws(() => lowerFolder(join(home, "nowhere")), /^Error: there is no folder ".*nowhere"$/);
    assert.equal(existsSync(join(home, "nowhere")), false);
  });

  test("keeps the permissions of files", { skip: process.platform === "win32" }, (t) => {
    const home = folder(t, { "cli.mjs": "#!/usr/bin/env node\nasync function f() {}" });
    chmodSync(join(home, "cli.mjs"), 0o755);
    lowerFolder(home);
    assert.equal(statSync(join(home, "cli.mjs")).mode & 0o777, 0o755);
    assert.match(readFileSync(join(home, "cli.mjs"), "utf8"), /^#!\/usr\/bin\/env node\nimport /);
  });
});
