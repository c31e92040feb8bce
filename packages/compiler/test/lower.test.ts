import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoweringError, lower } from "@tsyncio/compiler";

/** The lowered text, without the header. */
function body(source: string, filename = "f.ts", test = false): string {
  return lower(source, { filename, test }).code.replace(
    /(import|var) \{[^}]*\} (from|= require\().*?; var .*?; ?(?=\S)/,
    "",
  );
}

describe("The shape of lowered code", () => {
  test("a function with plain parameters makes its generator at the call", () => {
    assert.equal(
      lower("async function f(a: number, b?: string): Promise<void> { await a; }", { filename: "f.ts" }).code,
      'import { aw as $aw, co as $co, site as $site } from "tsyncio/syntax"; var $s0 = /* @__PURE__ */ $site("f", import.meta.url, 1, 1), $g0; ' +
        "function f(a: number, b?: string): Promise<void> { return $co($s0, ($g0 ??= function* f(a, b) { $aw(yield a); })(a, b)); }",
    );
  });

  test("`this` is passed only where it is used", () => {
    assert.equal(
      body("const o = { async m(a) { return await this.x; }, async n(a) { await 1; } };", "f.js"),
      "const o = { m(a) { return $co($s0, ($g0 ??= function* m(a) { return $aw(yield this.x); }).call(this, a)); }, " +
        "n(a) { return $co($s1, ($g1 ??= function* n(a) { $aw(yield 1); })(a)); } };",
    );
  });

  test("a function that awaits nothing becomes no generator, unless it has more arguments than a plain coroutine holds", () => {
    assert.equal(
      body(
        "async function f(a) { return a; }\nconst o = { m: async () => this, async n() { return super.n(); } };",
        "f.js",
      ),
      "function f(a) { return $plain($s0, $g0 ??= function f(a) { return a; }, void 0, a); }\n" +
        "const o = { m: () => $plain($s1, $g1 ??= function m() { return this; }, this), " +
        'n() { return $plain($s2, $g2 ??= function n($super) { return $super("n").call(this); }, this, (key) => super[key]); } };',
    );
    assert.match(
      body("async function f(a, b, c, d, e) {}"),
      /\$co\(\$s0, \(\$g0 \?\?= function\* f\(a, b, c, d, e\) \{\}\)/,
    );
    for (const waits of [
      "await a;",
      "for await (const b of a);",
      "await using b = a;",
      "using b = a;",
      "return arguments;",
    ])
      assert.match(body(`async function f(a) { ${waits} }`), /function\* f/, waits);
    for (const inner of ["async () => await 1", "async function* g() { await 1; }", "class { async m() { await 1; } }"])
      assert.match(body(`async function f() { return ${inner}; }`), /\$plain\(\$s0, \$g0 \?\?= function f\(/, inner);
  });

  test("what is made and awaited in one expression need not suspend the function", () => {
    const lowered = "$aw($now($t = g(1)) ?? (yield $t))";
    const shapes = {
      "await g(1)": lowered,
      "await (g(1) as any)": "$aw($now($t = (g(1) as any)) ?? (yield $t))",
      "await(g(1))": "$aw($now($t = (g(1))) ?? (yield $t))",
      "await g(\n1)": "$aw(yield g(\n1))",
      "await o?.g(1)": "$aw($now($t = o?.g(1)) ?? (yield $t))",
      "await h(await g(1))": `$aw($now($t = h(${lowered})) ?? (yield $t))`,
      "await g": "$aw(yield g)",
      "await new G()": "$aw(yield new G())",
    };
    for (const [source, expected] of Object.entries(shapes))
      assert.ok(body(`async function f() { x = ${source}; }`).includes(`x = ${expected}; `), source);
    const taken = body("async function f($t) { await g($t); }");
    assert.ok(taken.includes("function* f($t, $t$) { $aw($now($t$ = g($t)) ?? (yield $t$)); }"), taken);
    assert.doesNotMatch(body("async function f(a = 1) { await g(a); }"), /\$now/);
    assert.doesNotMatch(body("async function f() { await g(arguments); }"), /\$now/);
    assert.doesNotMatch(body("async function* f() { await g(); }"), /\$now/);
  });

  test("parameters that can run code move into the generator", () => {
    assert.equal(
      body("async function f(a, { b }, c = 1) {}\nconst g = async ({ a }, b = 1) => a;", "f.js"),
      "function f($p0, $p1) { return $coLazy($s0, $g0 ??= function* f(a, { b }, c = 1) {}, void 0, arguments); }\n" +
        "const g = ($p0, $p1 = void 0) => $coLazy($s1, $g1 ??= function* g({ a }, b = 1)  { return a; }, void 0, [$p0, $p1]);",
    );
  });

  test("a method that reads super gets a reader of it, one that writes a proxy", () => {
    assert.match(body("class A extends B { async m() { return super.m(1); } }"), /\$super\("m"\)\.call\(this, 1\)/);
    assert.match(body("class A extends B { async m() { super.x = 1; } }"), /\$super\.x = 1.*new Proxy/);
  });

  test("the loops and blocks of the language become calls of helpers", () => {
    assert.equal(
      body("async function f() { a: for await (const x of y) { await using z = x; } }"),
      "function f() { return $co($s0, ($g0 ??= function* f($t) { " +
        "{ const $f = $forAwait(y); try { a: while ($f.more($aw($now($t = $f.next()) ?? (yield $t)))) { const x = $f.value; " +
        "{ const $r = $resources(); try {  const z = $r.useAsync(x);  } catch ($e) { $r.fail($e); } finally { const $c = $r.end(); if ($c) $aw(yield $c); }} " +
        "} } catch ($e) { $f.fail($e); } finally { const $c = $f.end(); if ($c) $aw(yield $c); } } })()); }",
    );
  });

  test("code outside of async functions is not touched", () => {
    const source = "const x = await y;\nfor await (const z of y) z;\nfunction* g() { yield 1; }\nusing r = y;\n";
    assert.equal(body(`${source}async () => {};`).replace(/0, .*/, ""), source);
  });

  test("what is inside is called as its function, with a `$` where that name means something else inside", () => {
    assert.match(body("async function f() { return f; }"), /function f\$\(\)/);
    assert.match(body("async function f() { return g; }"), /function f\(\)/);
    assert.match(body("const o = { async delete() {} };"), /function delete\$\(\)/);
    assert.match(body("const o = { async 'a-b'() {} };"), /= function \(\)/);
    assert.match(body("f(async () => {});"), /function anonymous\(\)/);
    assert.match(body("f(async () => anonymous);"), /function anonymous\$\(\)/);
    assert.match(body("const o = { f: async () => {} };"), /function f\(\)/);
  });

  test("names that the user has are not used again", () => {
    const { code } = lower("const $co = 1, $s0 = 2; async function f() { await $co; }", { filename: "f.ts" });
    assert.match(code, /co as \$co\$,/);
    assert.match(code, /\$s0\$ = /);
  });
});

describe("Where the header stands", () => {
  const header = 'import { plain as $plain, site as $site } from "tsyncio/syntax"; var';

  test("behind a #! line and leading comments", () => {
    const { code } = lower("#!/usr/bin/env node\n// first\nasync function f() {}", { filename: "f.js" });
    assert.ok(code.startsWith(`#!/usr/bin/env node\n// first\n${header}`), code);
  });

  test("behind directives, with or without a semicolon", () => {
    assert.ok(lower('"use strict";\nasync () => {};', { filename: "f.js" }).code.startsWith(`"use strict"; ${header}`));
    assert.ok(lower('"use x"\nasync () => {};', { filename: "f.js" }).code.startsWith(`"use x"; ${header}`));
  });

  test("in front of decorators", () => {
    assert.ok(lower("@d export class A { async m() {} }", { filename: "f.ts" }).code.startsWith(header));
  });

  test("sites tell the place of the function in the file", () => {
    const { code } = lower("class A {\n  static async m() {}\n}\nlet g =\n\tasync () => {};", { filename: "f.ts" });
    assert.match(
      code,
      /\$site\("m", import\.meta\.url, 2, 10\), \$s1 = \/\* @__PURE__ \*\/ \$site\("g", import\.meta\.url, 5, 2\)/,
    );
  });
});

describe("CommonJS", () => {
  const required =
    /^var \{ plain: \$plain, site: \$site \} = require\("tsyncio\/syntax"\); var \$s0 = \/\* @__PURE__ \*\/ \$site\("f", __filename, 1, \d+\)/;

  test("is told by the name of the file, by an option, or by what the file uses", () => {
    assert.match(lower("async function f() {}", { filename: "f.cts" }).code, required);
    assert.match(lower("async function f() {}", { filename: "f.cjs" }).code, required);
    assert.match(lower("async function f() {}", { filename: "f.js", module: "cjs" }).code, required);
    assert.match(lower("exports.f = async function f() {};", { filename: "f.js" }).code, required);
    assert.match(lower("async function f() {} if (f) return;", { filename: "f.js" }).code, required);
    assert.match(lower("async function f() {}", { filename: "f.js" }).code, /^import/);
  });
});

describe("Files that come back unchanged", () => {
  const unchanged = (source: string, filename = "f.ts"): void => {
    assert.deepEqual(lower(source, { filename }), { code: source, map: null, functions: 0 });
  };

  test("those without an async function", () => {
    unchanged("export const x = await y;");
    unchanged("const o = { async: 1 }; o.async;");
    unchanged("declare function f(): Promise<void>; interface A { async(): void }");
  });

  test("those that say @tsyncio-off in front of the first statement, and no others", () => {
    unchanged("// @tsyncio-off\nasync function f() {}");
    unchanged("#!x\n/* licence */\n/* @tsyncio-off: native here */\nasync function f() {}");
    assert.match(lower("f(); // @tsyncio-off\nasync function f() {}", { filename: "f.ts" }).code, /\$plain/);
  });
});

describe("Errors of syntax", () => {
  test("tell the file, the line, the column and the reason, and show the place", () => {
    assert.throws(
      () => lower("const a = 1;\n\tasync function f( {\n}\n", { filename: "dir/f.ts" }),
      (error: unknown) => {
        assert.ok(error instanceof LoweringError);
        assert.equal(error.code, "ERR_TSYNCIO_LOWERING");
        assert.equal(error.name, "LoweringError");
        assert.equal(error.filename, "dir/f.ts");
        assert.equal(error.line, 4);
        assert.equal(error.column, 1);
        assert.match(error.message, /^Expected .* \(dir\/f\.ts:4:1\)\n/);
        assert.match(error.frame, /\n {2}3 \| \}\n> 4 \|\n {4}\| \^$/);
        return true;
      },
    );
  });

  const reason = (source: string, filename = "f.cjs"): string => {
    try {
      return lower(source, { filename }).code;
    } catch (error) {
      if (error instanceof LoweringError) return `${error.line}:${error.column} ${error.reason}`;
      throw error;
    }
  };

  test("that the lowering would hide are found", () => {
    assert.deepEqual(
      [
        reason("{ async function f() {} function f() {} }"),
        reason("async () => { (a = await /r/g) => {} };"),
        reason("async function f() { for await (using x = y of z) {} }"),
        reason("let a; let a; async () => {};", "f.ts"),
      ],
      [
        "1:18 Identifier `f` has already been declared",
        "1:20 await expression not allowed in formal parameter",
        "1:33 for-of loop variable declaration may not have an initializer",
        "1:5 Identifier `a` has already been declared",
      ],
    );
  });

  test("a variable of sloppy code that is called `yield` is refused inside an async function, and only there", () => {
    const refused = "`yield` cannot be a name in an async function, which is lowered to a generator; rename it";
    assert.deepEqual(
      [
        reason("var yield; async () => yield;"),
        reason("async function f(yield) {}"),
        reason("var yield = 1; async function f() { return [o.yield, { yield: 2 }, () => yield]; }").includes(
          "() => yield",
        ),
        reason("var yield = 1; async function yield$() {} function g() { return yield; }").includes("return yield;"),
      ],
      [`1:24 ${refused}`, `1:18 ${refused}`, true, true],
    );
  });

  test("`delete` of a property of super is refused", () => {
    assert.equal(
      reason("class A extends B { async m() { delete super.x; } }"),
      "1:33 `delete` of a property of `super` always throws a ReferenceError",
    );
  });
});

describe("Tests for vitest, which reads the text of functions", () => {
  const lowered = (source: string): string => body(source, "a.test.js", true);

  test("patterns of plain names stay parameters of the outer function", () => {
    assert.equal(
      lowered("test.extend({ a: async ({ b, c: d }, use) => { await use(b + d); }, async e({}, f) { await f; } });"),
      "test.extend({ a: ({ b, c: d }, use) => $co($s0, ($g0 ??= function* a(b, d, use, $t) { $aw($now($t = use(b + d)) ?? (yield $t)); })(b, d, use)), " +
        "e({}, f) { return $co($s1, ($g1 ??= function* e(f) { $aw(yield f); })(f)); } });",
    );
  });

  test("patterns that can run code move into the generator all the same", () => {
    for (const pattern of ["{ a = f() }", "{ [f()]: a }", "{ a: { b } }", "[a]", "{ ...a }"])
      assert.match(lowered(`async (${pattern}) => {};`), /=> \$coLazy\(/, pattern);
    assert.match(lowered("async function f({ a }) { return arguments; }"), /\$coLazy\(/);
    assert.match(lowered("async function* f({ a }) {}"), /\$p0/);
  });

  test("what vi.hoisted is given stays native, with all that is in it", () => {
    const hoisted = "const a = await vi.hoisted(async () => { const f = async () => 1; return await f(); });";
    assert.equal(lowered(hoisted), hoisted);
    assert.equal(lowered(`${hoisted}\nasync () => {};`).split("\n")[0], hoisted);
    assert.doesNotMatch(body(hoisted, "a.js"), /async/);
  });

  test("a call of such a function gives what it gives otherwise", async () => {
    const source = "export default async ({ a, b: c }, d) => [a, c, d, await 4];";
    const { code } = lower(source, { filename: "a.test.js", test: true, place: "a.test.js" });
    const file = `data:text/javascript,${encodeURIComponent(code.replace('"tsyncio/syntax"', JSON.stringify(import.meta.resolve("tsyncio/syntax"))))}`;
    const { default: f } = (await import(file)) as { default: (...args: unknown[]) => PromiseLike<unknown> };
    assert.deepEqual(await f({ a: 1, b: 2 }, 3), [1, 2, 3, 4]);
  });
});
