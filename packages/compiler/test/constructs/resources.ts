import { type Construct, construct } from "./construct.js";

/** `using` and `await using`. */
export const RESOURCES: readonly Construct[] = [
  construct(
    "await using disposes in reverse and waits",
    `export default async () => { { await using a = resource("a"); using b = resource("b"); await using none = null; using nothing = undefined; log.push("body " + a.name + b.name + none + nothing); } log.push("after"); return log; }`,
  ),
  construct(
    "await using keeps the error of the body and of disposals",
    `export default async () => { try { await using a = resource("a", true); using b = resource("b", true); void a; void b; throw new Error("body"); } catch (e: any) { return [e.name, e.error.message, e.suppressed.name, e.suppressed.error.message, e.suppressed.suppressed.message, log]; } }`,
  ),
  construct(
    "using in a function body, with return, functions and several names",
    `async function f() { "use strict"; using a = resource("a"), b = resource("b"); return g(); function g() { return a.name + b.name + log.length; } } export default async () => [await f(), log];`,
  ),
  construct(
    "using in the head of loops",
    `export default async () => { for (using a of [resource("a"), resource("b")]) log.push("in " + a.name); for (await using a of [resource("c")]) { log.push("in " + a.name); if (a) continue; } for await (await using a of items(resource("e"))) log.push("in " + a.name); for await (using a of [resource("f")]) log.push(a.name); return log; }`,
  ),
  {
    // V8 disposes of it after every turn; the language says once, when the loop ends.
    ...construct(
      "using in the head of a for loop disposes when the loop ends",
      `export default async () => { one: for (using a = resource("d"), i = { n: 0, [Symbol.dispose]() {} }; i.n < 2; i.n++) { log.push(i.n); if (i.n === 0) continue one; log.push(a.name); } return log; }`,
    ),
    expected: [0, 1, "d", "dispose d"],
  },
  construct(
    "using in an async generator",
    `async function* g() { await using a = resource("a"); yield a.name; yield "second"; } export default async () => { for await (const x of g()) { log.push(x); break; } return log; }`,
  ),
  construct(
    "using of what cannot be disposed",
    `export default async () => (await caught(async () => { await using x = {} as any; void x; })).split(" ")[0];`,
  ),
  construct(
    "using of a value that is awaited",
    `export default async () => { using a = await later(resource("a")); await using b = await later(resource("b")); return [a.name, b.name]; }`,
  ),

  {
    // What oxc makes of it for engines that lack `using` loses the names.
    ...construct(
      "functions and classes that are resources take the name of the variable",
      `export default async () => { Object.defineProperty(Function.prototype, Symbol.dispose, { value() { log.push("dispose " + this.name); }, configurable: true }); try { using a = () => {}, b = function () {}; await using C = class { static async [Symbol.asyncDispose]() { log.push("async " + this.name); } }; using d = (async () => {}), e = class E {}; for (using f = () => {}; log.length < 1; ) log.push(f.name); return [a, b, C, d, e].map((f) => f.name); } finally { log.push("end"); delete (Function.prototype as any)[Symbol.dispose]; } }`,
    ),
    expected: ["a", "b", "C", "d", "E"],
  },
  {
    // What oxc makes of it for engines that lack `using` reads the outer variable.
    ...construct(
      "the head of a loop with using does not see what it declares",
      `export default async () => { const x = [resource("x")]; return [await caught(async () => { for (using x of [x] as any) void x; }), await caught(async () => { for (using y of x) { const x = y.name; log.push(x); } })].map((s) => s.split(" ")[0]).concat(log); }`,
    ),
    expected: ["ReferenceError", "value", "x", "dispose x"],
  },
  construct(
    "await using: a dispose that fails later, one that throws at once, and one that throws nothing at all",
    `const at = (name: string, dispose: () => any) => ({ [Symbol.asyncDispose]: () => { log.push(name); return dispose(); } }); const unfold = (e: any): any => typeof e === "object" ? [e.name, e.error, unfold(e.suppressed)] : e; export default async () => { const f = async () => { await using a = at("a", () => failing("a").catch(() => { throw 1; })); await using b = at("b", () => { throw 2; }); await using c = at("c", () => later(3)); await using d = at("d", () => { throw undefined; }); void [a, b, c, d]; throw 4; }; try { await f(); } catch (e) { return [unfold(e), log]; } }`,
  ),
  construct(
    "errors of disposals are kept in order, in loops, generators and lists",
    `const at = (n: any, f: any) => ({ [Symbol.asyncDispose]: f }); const shape = (e: any): any => e && e.name === "SuppressedError" ? [shape(e.error), shape(e.suppressed), e instanceof Error, typeof e.message] : e?.message ?? e; const run = async (f: any) => { try { return await f(); } catch (e) { return shape(e); } }; export default async () => [await run(async () => { for (await using x of [resource("a", true), resource("b")]) { void x; throw new Error("body"); } }), await run(async () => { for await (await using x of items(resource("c", true), resource("d"))) { void x; } }), await run(async () => { await using a = resource("e", true), b = resource("f", true); await using c = resource("g", true); void [a, b, c]; return 1; }), await run(async () => { using x = { [Symbol.dispose]: undefined } as any; void x; }).then((x) => typeof x), await run(async () => { await using a = resource("h"); await using b = 5 as any; void [a, b]; }).then((x) => typeof x), await run(async () => { await using a = undefined, b = null; void [a, b]; return 2; }), await run(async () => { await using x = at(1, async () => { throw new Error("async"); }); void x; }), await run(async () => { const it = (async function* () { await using r = resource("i", true); yield r.name; })(); await it.next(); return await it.return(1 as any); }), await run(async () => { const it = (async function* () { await using r = resource("j", true); yield r.name; })(); await it.next(); return await it.throw(new Error("thrown")); }), log];`,
  ),
];
