import { type Construct, construct } from "./construct.js";

/** Async functions, arrows and methods of objects, and what they take. */
export const FUNCTIONS: readonly Construct[] = [
  construct(
    "an async function declaration is hoisted",
    `export default async function main() { return await f(1, 2); async function f(a: number, b: number) { return await later(a + b); } }`,
  ),
  construct(
    "an async function expression keeps its own name inside",
    `export default async () => { const g = async function f(n: number): Promise<number> { return n === 0 ? 0 : 1 + await f(n - 1); }; return await g(5); }`,
  ),
  construct(
    "a recursive declaration calls itself, not its generator",
    `async function f(n: number): Promise<number> { if (n === 0) return 0; return (await f(n - 1)) + 1; } export default async () => await f(20);`,
  ),
  construct(
    "async arrows with an expression",
    `const k = async (x: number) => await later(x) + 1; export default async () => await k(1);`,
  ),
  construct(
    "an async arrow that returns an object",
    `const k = async (x: number) => ({ x, y: await later(2) }); export default async () => await k(1);`,
  ),
  construct(
    "an async arrow without parentheses",
    `const k = async (x: any) => await x; const j = async x => await x * 2; export default async () => [await k(1), await j(2)];`,
  ),
  construct(
    "curried async arrows",
    `const k = (a: number) => async (b: number) => (c: number) => async () => [a, b, c, await later(a + b + c)]; export default async () => [await (await k(1)(2))(3)(), await (await k(4)(5))(6)()];`,
  ),
  construct(
    "an async arrow in the body of an async arrow",
    `const k = async (a: number) => async (b: number) => a + await later(b); export default async () => await (await k(1))(2);`,
  ),
  construct(
    "this in functions and methods",
    `function f(this: any) { return (async () => this.v)(); } async function g(this: any) { return [this.v, await (async () => this.v)(), (() => this.v)()]; } export default async () => [await f.call({ v: 1 }), await g.call({ v: 2 })];`,
  ),
  construct(
    "this is undefined in a bare call",
    `async function g(this: any) { return this === undefined; } export default async () => await g();`,
  ),
  construct(
    "arguments in an async function",
    `async function f(a?: any, b?: any) { await later(0); return [arguments.length, [...arguments], a, b]; } export default async () => [await f(), await (f as any)(1, 2, 3)];`,
  ),
  construct(
    "arguments with defaults and rest",
    `async function f(a = 1, ...rest: any[]) { return [a, rest, arguments.length]; } export default async () => [await f(), await f(undefined, 2, 3)];`,
  ),
  construct(
    "arguments of the function around an async arrow",
    `function f(..._: any[]) { return async () => [...arguments]; } async function g(..._: any[]) { const h = async () => arguments.length; return [await h(), { arguments }.arguments.length]; } export default async () => [await (f as any)(1, 2)(), await g(1, 2, 3)];`,
  ),
  construct(
    "arguments through arrows in arrows",
    `function f(..._: any[]) { return async (n: number) => { const inner = async () => (() => arguments[n])(); return [await inner(), { arguments }.arguments.length]; }; } export default async () => await f("a", "b")(1);`,
  ),
  construct(
    "new.target in an async arrow",
    `function F(this: any) { this.get = async () => new.target; } export default async () => { const o = new (F as any)(); return [(await o.get()) === F, await (async function () { return new.target; })()]; }`,
  ),
  construct(
    "new.target in an async arrow of a constructor",
    `class A { get; constructor() { this.get = async () => new.target === A; } } export default async () => await new A().get();`,
  ),
  construct(
    "defaults are evaluated in order and see each other",
    `let n = 0; async function f(a = ++n, b = a + ++n, { c = b, d: [e] = [c] }: any = {}) { return [a, b, c, e]; } export default async () => [await f(), await f(10), await f(1, 2, { c: 3, d: [4] })];`,
  ),
  construct(
    "a default that throws rejects",
    `const boom = (): any => { throw new Error("boom"); }; async function f(a = boom()) { return a; } const g = async (a = boom()) => a; class A { async m(a = boom()) { return a; } } const o = { async m({ x }: any) { return x; } }; export default async () => { const list: any[] = []; for (const h of [() => f(), () => g(), () => new A().m(), () => o.m(null)]) { let c: any; try { c = h(); } catch { list.push("sync"); continue; } list.push(await caught(() => c)); } return list.map((s) => s.split(" ").slice(0, 2).join(" ")); }`,
  ),
  construct(
    "destructured and rest parameters of arrows",
    `const f = async ({ a, b: { c } }: any, [d, ...e]: any, ...rest: any[]) => [a, c, d, e, rest]; export default async () => await f({ a: 1, b: { c: 2 } }, [3, 4, 5], 6, 7);`.replace(
      "",
      "",
    ),
  ),
  construct(
    "closures in defaults share the scope of parameters",
    `async function f(a: number, get = () => a, set = (v: number) => { a = v; }) { set(5); return [a, get()]; } export default async () => await f(1);`,
  ),
  construct(
    "an async arrow as a default captures its own call",
    `async function f(a: number, g = async () => a) { return await g(); } const h = (a: number, g = async () => a) => g(); export default async () => [await f(1), await f(2), await h(3), await h(4)];`,
  ),
  construct(
    "names and lengths",
    `const a = async (x: any, y: any) => [x, y]; async function b(x: any, y = 1, z: any) { return [x, y, z]; } const c = async (...r: any[]) => r; const o = { async d({ x }: any) { return x; }, e: async () => 1, async ["f" + 1](q: any) { return q; }, async *g(x: any) { yield x; } }; class K { async h(x: any) { return x; } static async i() {} j = async (a: any, b = 2) => [a, b]; async #p(_: any) {} p() { return [this.#p.name, this.#p.length]; } } const named = async function inner(x: any) { return x; }; let later2; later2 = async () => 1; const { def = async () => 2 } = {} as any; const k: any = new K();
    export default async () => [a, b, c, o.d, o.e, (o as any).f1, o.g, k.h, K.i, k.j, named, later2, def].map((f: any) => [f.name, f.length]).concat([k.p()]);`,
  ),
  construct("the default export has its name", `export default async function () { return 1; }`),
  construct(
    "for await over an async generator",
    `export default async () => { const list: any[] = []; for await (const x of items(1, 2, 3)) list.push(x); return list; }`,
  ),
  construct(
    "callbacks that use nothing of their function",
    `const double = async (x: number) => x * 2; const f = async (list: number[]) => await Promise.all(list.map(async (x) => await double(x))); export default async () => [await f([1, 2]), await f([3])];`,
  ),
  construct(
    "immediately called, chained with void, new and conditionals",
    `let n = 0; export default async () => { await (async () => { n++; })(); await (async function () { n++; }()); const f = true ? async () => 1 : async () => 2; const g = n && (async (x: number) => x); return [n, await f(), await (g as any)(3), [async () => 1].length, await ({ f: async () => 4 }).f()]; }`,
  ),
  construct(
    "a function whose name is a parameter, or a variable inside",
    `async function f(f: any) { return f; } async function g() { const g = 2; return g; } const h = async (h: any) => h; class A { async m() { const m = 3; return m; } async log() { return typeof log; } } export default async () => [await f(1), await g(), await h(4), await new A().m(), await new A().log()];`,
  ),
  construct(
    "methods named as globals and as words of the language",
    `const o = { async Promise() { return typeof Promise; }, async eval() { return 1; }, async arguments() { return 2; }, async yield() { return 3; }, async await() { return 4; }, async static() { return 5; }, async Error() { return new Error("x").message; } }; export default async () => [await o.Promise(), await o.eval(), await o.arguments(), await o.yield(), await o.await(), await o.static(), await o.Error()];`,
  ),
  construct(
    "new.target in methods, fields, static blocks, constructors and defaults",
    `class A { static { (A as any).g = async () => new.target; } async m() { return new.target; } static async s() { return [new.target, await (async () => new.target)()]; } c; constructor() { this.c = async (x = new.target) => [x === A, (() => new.target === A)(), await (async () => new.target === A)()]; } } function F(this: any) { const g = async () => () => new.target; this.g = g; return this; } export default async () => { const a = new A() as any; return [await (A as any).g(), await a.m(), await A.s(), await a.c(), (await new (F as any)().g())() === F, (await F.call({} as any).g())()]; }`,
  ),
  construct(
    "patterns of parameters that throw reject, in every kind of function",
    `const kinds = (fs: any[]) => Promise.all(fs.map((f) => { let p; try { p = f(); } catch (e: any) { return "sync " + e.constructor.name; } return Promise.resolve(p).then((v: any) => v, (e: any) => "async " + e.constructor.name); })); class A { async m({ a: { b } }: any) { return b; } static async s([x]: any) { return x; } async #p({ x }: any) { return x; } p() { return this.#p(null); } } export default async () => await kinds([() => (async ({ a }) => a)(null as any), () => (async ([a]: any) => a)(undefined), () => (async (a: any, { b } = a) => b)(null), () => new A().m({}), () => A.s({} as any), () => new A().p(), () => (async function ({ x = (() => { throw new RangeError(); })() }: any) { return x; })({}), () => (async (a = b, b?: any) => a)(), () => ({ async f(a: any, ...[{ c }]: any) { return c; } }).f(1)]);`,
  ),
  construct(
    "parameters that use this, arguments and each other",
    `const o = { k: 4, async f(a = this.k, b = arguments.length, c = () => this.k + arguments.length, { d = a + b } = {}) { return [a, b, c(), d]; }, async *g(a = this.k, b = () => arguments[0]) { yield [a, b()]; } }; function h(this: any) { return (async (a = this.k, b = arguments.length) => [a, b])(); } export default async () => [await o.f(), await o.f(1, 2), (await o.g().next()).value, (await o.g(9).next()).value, await (h as any).call(o, 1, 2, 3)];`,
  ),
  construct(
    "arguments do not follow the parameters in strict code",
    `async function f(a: any) { arguments[0] = 5; return [a, arguments.length, Object.prototype.toString.call(arguments)]; } async function g(a: any) { a = 6; return arguments[0]; } const o = { async m(_: any) { return (() => [...arguments])(); }, async arguments() { return { arguments: arguments.length }; } }; export default async () => [await f(1), await g(1), await (o as any).m(1, 2), await (o as any).arguments(1)];`,
  ),
  construct(
    "async as a name of variables, properties and parameters",
    `let async: any = 3; const o = { async, get: 1, await: 2, async m() { return async; } }; const f = (async: any) => async; const g = async => async + 1; const h = async (async: any) => async; function k() { async
 function l() { return 1; } return l(); } export default async () => { async = 4; return [o.async, await o.m(), f(1), g(2), await h(3), k(), async, o.await]; }`,
  ),
  construct(
    "every kind of export",
    `export async function* named() { yield 1; } export const arrow = async () => 2, { destructured = async () => 3 } = {} as any; export class K { static async m() { return 4; } } async function inner() { return [(await named().next()).value, await arrow(), await destructured(), await K.m(), arrow.name, destructured.name]; } export { inner as default };`,
  ),
];
