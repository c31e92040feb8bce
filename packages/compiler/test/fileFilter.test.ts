import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { createFileFilter, type FileFilterOptions, lower } from "@tsyncio/compiler";
import { folder, NODES, runLowered } from "./support.js";

const FILES = [
  "main.ts",
  "src/a.ts",
  "src/a.test.ts",
  "src/.hidden/b.mjs",
  "src/deep/er/c.tsx",
  "srcs/d.cts",
  "legacy/e.js",
  "notes.md",
  "src/node_modules/x/f.js",
];

/** Those of {@link FILES} that a filter takes. */
function taken(home: string, options?: FileFilterOptions, source = ""): string[] {
  const filter = createFileFilter(options);
  return FILES.filter((name) => filter(join(home, name), source));
}

const ALL = FILES.slice(0, 7);

describe("createFileFilter", () => {
  test("takes TypeScript and JavaScript everywhere but in node_modules", (t) => {
    assert.deepEqual(taken(folder(t, {})), ALL);
  });

  test("takes what include matches and exclude does not", (t) => {
    const base = folder(t, {});
    const cases: [FileFilterOptions, string[]][] = [
      [{ include: "src" }, ["src/a.ts", "src/a.test.ts", "src/.hidden/b.mjs", "src/deep/er/c.tsx"]],
      [{ include: ["./src/"] }, ["src/a.ts", "src/a.test.ts", "src/.hidden/b.mjs", "src/deep/er/c.tsx"]],
      [{ include: "src/*" }, ["src/a.ts", "src/a.test.ts"]],
      [{ include: "**/*.ts", exclude: "**/*.test.ts" }, ["main.ts", "src/a.ts"]],
      [{ include: ["main.ts", "src/**/*.{mjs,tsx}"] }, ["main.ts", "src/.hidden/b.mjs", "src/deep/er/c.tsx"]],
      [{ include: join(base, "legacy") }, ["legacy/e.js"]],
      [{ include: "." }, ALL],
      [{ include: [] }, []],
      [{ exclude: ["src", "legacy/**"] }, ["main.ts", "srcs/d.cts"]],
      [{ exclude: "**" }, []],
      [{ include: "!(main).ts" }, []],
      [{ include: "**/node_modules/**" }, []],
    ];
    for (const [options, files] of cases) {
      assert.deepEqual(taken(base, { ...options, base }), files, JSON.stringify(options));
      assert.deepEqual(taken(base, { ...options, base: relative(".", base) }), files, JSON.stringify(options));
    }
  });

  test("patterns may lead out of their folder, and the folder's own name is taken as it is", (t) => {
    const home = folder(t, {});
    const base = join(home, "a (b) [c] {d} +e/!f");
    mkdirSync(base, { recursive: true });
    const filter = createFileFilter({ include: ["x/*.ts", "../../other"], base });
    const names = [join(base, "x/1.ts"), join(base, "y/1.ts"), join(home, "other/1.ts"), join(home, "1.ts")];
    assert.deepEqual(
      names.map((name) => filter(name, "")),
      [true, false, true, false],
    );
  });

  test("the directives of a file come before the patterns, but do not reach into node_modules", (t) => {
    const base = folder(t, {});
    const src = ["src/a.ts", "src/a.test.ts", "src/.hidden/b.mjs", "src/deep/er/c.tsx"];
    assert.deepEqual(taken(base, { include: "src", base }, "// @tsyncio-on\nf();"), ALL);
    assert.deepEqual(taken(base, { include: "src", base }, "// @tsyncio-off\nf();"), []);
    assert.deepEqual(taken(base, { include: "src", base }, "f(); // @tsyncio-off"), src);
  });

  test("patterns that cannot be meant are errors", () => {
    const cases: [unknown, string][] = [
      [{ include: 5 }, "include must be a pattern or a list of patterns, not 5"],
      [{ exclude: [["src"]] }, 'exclude must have texts such as "src/**" as patterns, not ["src"]'],
      [{ include: " " }, 'include must have texts such as "src/**" as patterns, not " "'],
      [{ include: ["!src"] }, 'include has "!src"; what is to be left out belongs into exclude, without "!"'],
    ];
    for (const [options, message] of cases) {
      assert.throws(() => createFileFilter(options as FileFilterOptions), { name: "TypeError", message });
    }
  });
});

describe("The field tsyncio of a package.json", () => {
  const packages = {
    "package.json": '{ "tsyncio": { "include": ["src", "part/**"] } }',
    "part/package.json": '{ "name": "part" }',
    "own/package.json": '{ "name": "own", "tsyncio": { "exclude": "*.js" } }',
    "all/package.json": '{ "name": "all", "tsyncio": {} }',
  };
  const names = ["a.ts", "src/a.ts", "part/a.ts", "own/a.ts", "own/a.js", "own/deep/a.js", "all/a.ts"];

  test("of the nearest one that has it, counts where no patterns are given", (t) => {
    const home = folder(t, packages);
    const filter = createFileFilter();
    const files = names.filter((name) => filter(join(home, name), ""));
    assert.deepEqual(files, ["src/a.ts", "part/a.ts", "own/a.ts", "own/deep/a.js", "all/a.ts"]);
  });

  test("does not count where patterns are given", (t) => {
    const home = folder(t, packages);
    const filter = createFileFilter({ include: "*.ts", base: home });
    assert.deepEqual(
      names.filter((name) => filter(join(home, name), "")),
      ["a.ts"],
    );
  });

  test("that is wrong is an error that names the file", (t) => {
    const cases: [string, string][] = [
      ["[]", 'it must be an object such as { "include": ["src"] }, not []'],
      ["null", 'it must be an object such as { "include": ["src"] }, not null'],
      ['{ "includes": [] }', 'it may have "include" and "exclude", but not "includes"'],
      ['{ "include": [1] }', 'include must have texts such as "src/**" as patterns, not 1'],
    ];
    for (const [field, message] of cases) {
      const home = folder(t, { "package.json": `{ "tsyncio": ${field} }` });
      assert.throws(() => createFileFilter()(join(home, "a.ts"), ""), {
        name: "TypeError",
        message: `${join(home, "package.json")}: the field "tsyncio" is wrong: ${message}`,
      });
    }
  });

  for (const [node, path] of NODES) {
    test(`tells the loader on ${node} what to lower; what is left out loses its types all the same`, (t) => {
      const directory = folder(t, {
        "package.json": '{ "type": "module", "tsyncio": { "exclude": "legacy" } }',
        "main.ts":
          'import { a } from "./legacy/a.ts"; import { b } from "./legacy/b.ts"; import { c } from "./c.ts"; console.log([a(), b(), c()].map((p) => p.constructor === Promise));',
        "legacy/a.ts": "enum E { A } export async function a(): Promise<E> { return E.A; }",
        "legacy/b.ts": "// @tsyncio-on\nexport async function b(): Promise<void> {}",
        "c.ts": "export async function c(): Promise<void> {}",
      });
      const { stdout, stderr } = runLowered(path, directory, "main.ts");
      assert.equal(stdout, "[ true, false, false ]\n", stderr);
    });

    test(`is read by the loader on ${node}, which stops where it is wrong`, (t) => {
      const directory = folder(t, { "package.json": '{ "type": "module", "tsyncio": true }', "main.ts": "f();" });
      const { stderr, status } = runLowered(path, directory, "main.ts");
      assert.match(stderr, /package\.json: the field "tsyncio" is wrong: it must be an object such as .*, not true/);
      assert.equal(status, 1);
    });
  }
});

describe("The directives", () => {
  const isOff = (source: string): boolean =>
    lower(`${source}\nasync function f() {}`, { filename: "f.ts" }).map === null;

  test("stand in a comment of its own, or in a line of one, in front of the first statement", () => {
    for (const source of [
      "// @tsyncio-off",
      "#!/usr/bin/env node\n\n//@tsyncio-off: why",
      "/* @tsyncio-off */",
      "/** @tsyncio-off */",
      "/**\n * Copyright\n * @tsyncio-off\n */",
      '// first\n/* second */ // @tsyncio-off\n"use strict";',
      "// @tsyncio-on\n// @tsyncio-off",
      "\uFEFF// @tsyncio-off",
    ]) {
      assert.equal(isOff(source), true, source);
    }
  });

  test("do not stand elsewhere", () => {
    for (const source of [
      "// as in @tsyncio-off",
      "// @tsyncio-offline",
      "// @tsyncio-on",
      '"use strict"; // @tsyncio-off',
      'const text = "// @tsyncio-off";',
      "const text = `\n// @tsyncio-off\n`;",
    ]) {
      assert.equal(isOff(source), false, source);
    }
  });
});
