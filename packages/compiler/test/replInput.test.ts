import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoweringError } from "@tsyncio/compiler";
import { compileReplInput } from "@tsyncio/compiler/repl";

const compile = (source: string) => compileReplInput(source, { name: "REPL1", parameters: ["Event"] });

describe("an input of a prompt", () => {
  const unfinished = [
    "function f() {",
    "const x =",
    "f(",
    "[1,",
    "`abc",
    "`a${",
    "/* abc",
    "'abc\\",
    "x.",
    "if (a)",
    "class A {",
    "async () =>",
    "1 +",
    "a ? b",
    "import {",
    "enum A { B",
    "type X = {",
    "try {}",
    "do {}",
    "if (1) {} else",
    "switch (a) { case 1:",
    "let { a",
    "await",
  ];
  for (const source of unfinished)
    test(`goes on in another line: ${source}`, () => assert.equal(compile(source), "incomplete"));

  for (const source of [
    "'abc",
    "/abc",
    "}",
    "x y",
    "else",
    "return 5",
    "let x; let x;",
    "1 +* 2",
    "namespace N { export const a = 1 }",
  ])
    test(`is wrong: ${source}`, () => assert.throws(() => compile(source), LoweringError));

  for (const source of ["", "  ", "// comment", "/* */"])
    test(`has nothing to run: ${JSON.stringify(source)}`, () => assert.equal(compile(source), null));

  const awaiting = [
    "await x",
    "for await (const x of y) {}",
    "import 'x'",
    "class A extends (await x) {}",
    "await using x = y",
    "{ a: await x }",
  ];
  for (const source of awaiting) test(`awaits: ${source}`, () => assert.equal(awaits(source), true));

  const quiet = [
    "x",
    "async () => await x",
    "class A { async f() { await x } }",
    "import type { A } from 'x'",
    "async function f() { for await (const a of b) {} }",
  ];
  for (const source of quiet) test(`does not await: ${source}`, () => assert.equal(awaits(source), false));

  const declared: readonly (readonly [string, readonly string[]])[] = [
    ["let a = 1, { b, c: [d = 2, ...e] } = x", ["a", "b", "d", "e"]],
    ["for (var i of x) { var j = 1; let k }", ["i", "j"]],
    ["function f() { var inner }", ["f"]],
    ["class A {}; enum B { C }", ["A", "B"]],
    ["import a, { b as c, type D } from 'x'; import * as e from 'y'", ["a", "c", "e"]],
    ["export const a = 1", ["a"]],
    ["type A = 1; interface B {}; declare const c: number; function f(): void", []],
    ["x => { let a }", []],
  ];
  for (const [source, names] of declared)
    test(`declares ${names.join(", ") || "nothing"}: ${source}`, () => {
      const { code = "" } = (compile(source) ?? {}) as { code?: string };
      assert.deepEqual(
        [...code.matchAll(/\$session\.declare\("(\w+)"/g)].map((match) => match[1]),
        names,
      );
    });

  test("a name that it declares is no parameter", () => {
    assert.match(codeOf("Event"), /^\(function\(?\s?\(\$session, Event\)/);
    assert.match(codeOf("let Event = 1"), /^\(function \(\$session\)/);
  });
});

function awaits(source: string): boolean {
  const input = compile(source);
  assert.ok(typeof input === "object" && input !== null);
  return input.awaits;
}

function codeOf(source: string): string {
  const input = compile(source);
  assert.ok(typeof input === "object" && input !== null);
  return input.code;
}
