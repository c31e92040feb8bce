import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lower } from "@tsyncio/compiler";

/** The scope of each slot: the text in front of `let $g…`, or "module". */
function slots(source: string): string[] {
  const { code } = lower(source, { filename: "f.js" });
  return [...code.matchAll(/(?:\(|, )(?:\$(g\d+) \?\?= )?function\b/g)].map(([, slot]) => {
    if (slot === undefined) return "none";
    const at = code.search(new RegExp(`let [^;]*\\$${slot}\\b`));
    return at === -1 ? "module" : code.slice(0, at).trimEnd().split(/[;}]/).at(-1)!.trim();
  });
}

describe("Where a generator function is kept", () => {
  test("at the top of the module, for functions, methods and fields there", () => {
    assert.deepEqual(slots("async function f() {}"), ["module"]);
    assert.deepEqual(slots("class A { #p; async m() { this.#p; A; } f = async () => this.#p; }"), ["module", "module"]);
    assert.deepEqual(slots("const o = { async m() {} }, f = async () => o;"), ["module", "module"]);
  });

  test("in the function whose variables it uses", () => {
    assert.deepEqual(slots("function outer(a) { return async () => a; }"), ["function outer(a) {"]);
    assert.deepEqual(slots("function outer() { let b; return async () => b; }"), ["function outer() {"]);
  });

  test("in the block whose variables it uses", () => {
    assert.deepEqual(slots("function outer() { { let b; f(async () => b); } }"), ["function outer() { {"]);
  });

  test("in the turn of a loop, also where the body is a single statement", () => {
    assert.deepEqual(slots("for (const x of xs) { f(async () => x); }"), ["for (const x of xs) {"]);
    assert.deepEqual(slots("for (const x of xs) f(async () => x);"), ["for (const x of xs) {"]);
  });

  test("in the body of an arrow that is an expression", () => {
    assert.deepEqual(slots("const f = (a) => async () => a;"), ["const f = (a) => {"]);
  });

  test("outside of a function of which it uses nothing", () => {
    assert.deepEqual(slots("function outer(xs) { return xs.map(async (x) => g(x)); }"), ["module"]);
    assert.deepEqual(slots("class A { async m(xs) { return xs.map(async (x) => g(x)); } }"), ["module", "module"]);
  });

  test("not outside of a function whose variables some closure holds, so that nothing is kept alive", () => {
    assert.deepEqual(slots("function outer(big) { h(() => big); return async () => g(1); }").length, 1);
    assert.deepEqual(slots("function outer(big) { h(() => big); return async () => g(1); }"), [
      "function outer(big) {",
    ]);
  });

  test("nowhere, in the head of a loop and in the cases of a switch whose variables it uses", () => {
    assert.deepEqual(slots("for (let i = 0, f = async () => i; ; );"), ["none"]);
    assert.deepEqual(slots("switch (x) { case 1: let y; f(async () => y); }"), ["none"]);
    assert.deepEqual(slots("function outer(a, f = async () => a) {}"), ["none"]);
  });

  test("with the class that it belongs to, where that is made more than once", () => {
    assert.deepEqual(slots("const mk = () => class { #x; async m() { this.#x; } };"), ["const mk = () => {"]);
    assert.deepEqual(slots("while (f(class { #x; async m() { this.#x; } }));"), ["none"]);
    assert.deepEqual(slots("while (f(class { async m() {} }));"), ["module"]);
  });

  test("nowhere far, where eval may use any name", () => {
    assert.deepEqual(slots("function outer(a) { return async () => eval('a'); }"), ["function outer(a) {"]);
  });
});

describe("A generator function", () => {
  test("is made once, however often its function is called", () => {
    const source = "async function f(a) { return await a; }\nconst o = { async m() { return await this; } };\n";
    const { code } = lower(source, { filename: "f.cjs", requireHelpers: "helpers" });
    const made: object[] = [];
    const helpers = {
      site: () => undefined,
      aw: () => {},
      co: (_: unknown, generator: object) => made.push(generator),
    };
    new Function("helpers", "__filename", `${code} f(1); f(2); f(3); o.m(); o.m(); o.m();`)(helpers, "f.cjs");
    assert.equal(made.length, 6);
    // The prototype of a generator belongs to its generator function.
    assert.equal(new Set(made.map((generator) => Object.getPrototypeOf(generator))).size, 2);
  });

  test("and so is the function of one that awaits nothing", () => {
    const source = "async function f(a) { return a; }\nconst o = { async m() { return this; } };\n";
    const { code } = lower(source, { filename: "f.cjs", requireHelpers: "helpers" });
    const made: unknown[] = [];
    const helpers = { site: () => undefined, plain: (_: unknown, fn: unknown) => made.push(fn) };
    new Function("helpers", "__filename", `${code} f(1); f(2); f(3); o.m(); o.m(); o.m();`)(helpers, "f.cjs");
    assert.deepEqual([made.length, new Set(made).size], [6, 2]);
  });
});
