/** One program that is run twice, natively and lowered; its default export gives the value that must be the same. */
export interface Construct {
  readonly name: string;
  readonly source: string;
  /** Ending of the file. Default: `.ts`. */
  readonly extension?: string;
  /** What the program must give, where engines do not agree on it. */
  readonly expected?: unknown;
}

const PRELUDE = `
const later = <T,>(value: T): Promise<T> => Promise.resolve(value);
const failing = (message: string): Promise<never> => Promise.reject(new Error(message));
const items = (...list: any[]) => ({ async *[Symbol.asyncIterator]() { for (const item of list) yield item; } });
const caught = async (body: () => any): Promise<string> => { try { return "value " + String(await body()); } catch (e: any) { return e.name + " " + e.message; } };
const log: any[] = [];
const resource = (name: string, fails = false) => ({ name, [Symbol.dispose]() { log.push("dispose " + name); if (fails) throw new Error("dispose " + name); }, async [Symbol.asyncDispose]() { await later(0); log.push("async dispose " + name); if (fails) throw new Error("async dispose " + name); } });
void [later, failing, items, caught, log, resource];
`.replaceAll("\n", " ");

function construct(name: string, source: string, extension?: string): Construct {
  const pragma = extension === ".tsx" ? "/** @jsxRuntime classic */ " : "";
  return { name, source: pragma + PRELUDE + source, ...(extension === undefined ? {} : { extension }) };
}

/** Programs for every construct that the pass touches. */
export const CONSTRUCTS: readonly Construct[] = [
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
    "methods of objects, with every kind of key",
    `const key = "computed"; const o = { async plain() { return 1; }, async "with-dash"() { return 2; }, async [key]() { return 3; }, async 4() { return 4; }, async delete() { return 5; }, async get() { return 6; }, async async() { return 7; }, async *gen() { yield 8; } };
     export default async () => { const list: any[] = [await o.plain(), await o["with-dash"](), await (o as any)[key](), await o[4](), await o.delete(), await o.get(), await o.async()]; for await (const x of o.gen()) list.push(x); return list; }`,
  ),
  construct(
    "methods of classes: static, private, computed",
    `const k = "computed"; class A { #secret = 1; async #private(n: number) { return this.#secret + n; } async pub() { return await this.#private(1); } static async make() { return new this(); } static async #s() { return 9; } static async s() { return await A.#s(); } async [k]() { return this.#secret; } }
     export default async () => { const a = await A.make(); return [await a.pub(), await A.s(), await (a as any).computed(), a instanceof A]; }`,
  ),
  construct(
    "a field that holds an async arrow uses this",
    `class A { x = 5; f = async (n: number) => this.x + await later(n); static s = async () => this.name; } export default async () => { const a = new A(); const { f } = a; return [await f(1), await A.s()]; }`,
  ),
  construct(
    "a private field that holds an async arrow",
    `class A { #x = 5; #f = async () => this.#x; run() { return this.#f(); } } export default async () => await new A().run();`,
  ),
  construct(
    "a static block with an async arrow",
    `let f: any; class A { static x = 3; static { f = async () => this.x; } } export default async () => [A.x, await f()];`,
  ),
  construct(
    "classes made in a loop keep their own private names",
    `export default async () => { const list: any[] = []; for (let i = 0; i < 3; i++) list.push(class { #x = i; async get() { return this.#x + i; } static async is(o: any) { return #x in o; } }); const a = new list[0](), b = new list[1](); return [await a.get(), await b.get(), await list[0].is(a), await list[0].is(b)]; }`,
  ),
  construct(
    "a class made by a function keeps its own private names",
    `const make = (i: number) => class { #x = i; async get() { return this.#x + i; } async other(o: any) { return #x in o; } }; export default async () => { const A = make(1), B = make(2); return [await new A().get(), await new B().get(), await new A().other(new B())]; }`,
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
    "arguments and super in one method",
    `class A { m(...list: any[]): any { return list.length; } } class B extends A { async m(...list: any[]): Promise<any> { return [super.m(1, 2), arguments.length, list.length, await (async () => arguments.length + super.m())()]; } async n(a?: any): Promise<any> { return [super.m(a), arguments.length, await (async () => arguments[1])()]; } } export default async () => [await new B().m(1, 2, 3), await (new B() as any).n("a", "b")];`
      .replace("override async m(...list: any[]): Promise<any>", "async m(...list: any[]): Promise<any>")
      .replace("m(...list: any[]) { return list.length; }", "m(...list: any[]): any { return list.length; }"),
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
    "super calls in methods",
    `class A { v = 1; m(n: number) { return this.v + n; } static s() { return this.name; } } class B extends A { async call() { return [super.m(1), super["m"](2), (super.m as any)(3), super.m!(4), super.m?.(5), (super.m)(6)]; } static async t() { return super.s(); } } export default async () => [await new B().call(), await B.t()];`,
  ),
  construct(
    "super through an optional call of what is not there",
    `class A {} class B extends A { async call() { return [(super["toString" as any] as any)?.().length > 0, (super["nothing" as any] as any)?.(1), (super["nothing" as any] as any) === undefined]; } } export default async () => await new B().call();`,
  ),
  construct(
    "super with type arguments",
    `class A { m<T>(x: T): T { return x; } } class B extends A { async call() { return [super.m<number>(1), super.m<string>("a")]; } } export default async () => await new B().call();`,
  ),
  construct(
    "super as a tag",
    `class A { v = 3; tag(s: TemplateStringsArray, x: any) { return [s[0], x, this.v]; } } class B extends A { async call() { return super.tag\`a\${await later(1)}\`; } } export default async () => await new B().call();`,
  ),
  construct(
    "super reads of accessors see this",
    `class A { v = 1; get x() { return this.v; } } class B extends A { override v = 2; async get() { return [super.x, super["x"]]; } } export default async () => await new B().get();`,
  ),
  construct(
    "super writes",
    `class A { set x(v: number) { (this as any).y = v; } get x() { return (this as any).y ?? 0; } } class B extends A { async set() { super.x = await later(5); super.x += 2; super.x++; super["x"] *= 2; [super.x] = [super.x + 1]; ({ a: super.x } = { a: super.x + 1 }); super.x ??= 9; return [super.x, (this as any).y, super.toString.call([])]; } } export default async () => await new B().set();`,
  ),
  construct(
    "super in an async arrow of a method",
    `class A { v = 1; m(n: number) { return this.v + n; } } class B extends A { run() { return (async () => super.m(await later(2)))(); } async both() { return await (async () => [super.m(1), await (async () => super.m(2))()])(); } } export default async () => [await new B().run(), await new B().both()];`,
  ),
  construct(
    "super in an async arrow of a constructor",
    `class A { m() { return 7; } } class B extends A { f; constructor() { super(); this.f = async () => super.m() + await later(1); } } export default async () => await new B().f();`,
  ),
  construct(
    "super() in an async arrow of a constructor",
    `class A { v; constructor(v: number) { this.v = v; } } class B extends A { static out: any; constructor() { const f = async () => { super(await 5 as any); this.v++; return (() => this.v)() + await (async () => this.v)(); }; B.out = f; super(1); } } class C extends A { constructor() { const f = async () => { super(5); this.v++; return this.v; }; return { f } as any; } } export default async () => { new B(); const first = await caught(() => B.out()); const c: any = new C(); return [first, await caught(c.f)]; }`,
  ),
  construct(
    "super in a field that holds an async arrow",
    `class A { m() { return 4; } static m() { return 8; } } class B extends A { f = async () => super.m() + await later(1); static g = async () => super.m(); } export default async () => [await new B().f(), await B.g()];`,
  ),
  construct(
    "super in object methods",
    `const base = { m() { return (this as any).v; } }; const o: any = { __proto__: base, v: 3, async m() { return [super["m" as never], (super["m" as never] as any) === base.m, await later((super["m" as never] as any).call(this))].slice(1); } }; export default async () => await o.m();`,
  ),
  construct(
    "super in a default of a parameter",
    `class A { m() { return 4; } } class B extends A { async f(x = super.m(), g = async () => super.m() + this.k) { return x + await g(); } k = 1; } export default async () => await new B().f();`,
  ),
  construct(
    "super in nested functions of their own",
    `class A { m() { return "A"; } } class B extends A { async f() { const o = { __proto__: { m() { return "o"; } }, m() { return super["m" as never] as any; }, async n() { return (super["m" as never] as any)(); } }; return [super.m(), (o.m() as any)(), await o.n()]; } } export default async () => await new B().f();`,
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
    "for await over promises in an array",
    `export default async () => { const list: any[] = []; for await (const x of [later(1), 2, later(3)]) list.push(x); return list; }`,
  ),
  construct(
    "for await with break, continue and labels",
    `export default async () => { const list: any[] = []; outer: for await (const x of items(1, 2, 3, 4)) { inner: for await (const y of items(1, 2, 3)) { if (y === 2) continue outer; if (x === 2) break inner; if (x === 4) break outer; list.push([x, y]); } list.push("end " + x); } a: b: for await (const x of items(1, 2)) { if (x === 1) continue a; else break b; } return list; }`,
  ),
  construct(
    "for await closes the iterator on break, throw and return",
    `const make = (name: string) => ({ [Symbol.asyncIterator]: () => { let n = 0; return { next: async () => ({ done: n >= 3, value: n++ }), return: async (v: any) => { log.push("closed " + name); return { value: v, done: true }; } }; } });
    export default async () => { for await (const x of make("break")) if (x === 1) break; try { for await (const x of make("throw")) if (x === 1) throw new Error("body"); } catch (e: any) { log.push(e.message); } const f = async () => { for await (const x of make("return")) return x; }; log.push(await f()); for await (const _ of make("end")); return log; }`,
  ),
  construct(
    "for await: the error of the body wins over the error of closing",
    `const make = () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), return: async () => { throw new Error("close"); } }) }); export default async () => [await caught(async () => { for await (const _ of make()) throw new Error("body"); }), await caught(async () => { for await (const _ of make()) break; })];`,
  ),
  construct(
    "for await: an iterator that fails is not closed",
    `const make = () => ({ [Symbol.asyncIterator]: () => ({ next: async () => { throw new Error("next"); }, return: async () => { log.push("closed"); return {}; } }) }); export default async () => [await caught(async () => { for await (const _ of make() as any); }), log];`,
  ),
  construct(
    "for await with every kind of head",
    `export default async () => { const list: any[] = []; let x: any; const o: any = {}; for await (x of items(1)) list.push(x); for await (o.p of items(2)) list.push(o.p); for await (o["q" + 1] of items(3)) list.push(o.q1); for await ([x] of items([4])) list.push(x); for await ({ a: x, ...o.rest } of items({ a: 5, b: 6 })) list.push(x, o.rest); for await (var v of items(7)) list.push(v); for await (let { a = await later(8) } of items({})) list.push(a); for await (const [a, ...b] of items([1, 2])) list.push(a, b); for await (const { await: w } of items({ await: 9 })) list.push(w); return [list, v]; }`,
  ),
  construct(
    "for await binds anew in each turn",
    `export default async () => { const list: (() => any)[] = []; for await (const x of items(1, 2, 3)) list.push(() => x); for await (let y of items(4, 5)) { y++; list.push(async () => y); } return await Promise.all(list.map((f) => f())); }`,
  ),
  construct(
    "for await with a body that is one statement",
    `export default async () => { const fs: any[] = []; for await (const x of items(1, 2)) fs.push(async () => x); for await (const x of items(1, 2)) if (x > 1) fs.push(async () => x * 10); return await Promise.all(fs.map((f) => f())); }`,
  ),
  construct(
    "for await over what is no iterable",
    `export default async () => (await caught(async () => { for await (const _ of 5 as any); })).split(" ")[0];`,
  ),
  construct(
    "async generators: yield, values sent in, return",
    `async function* g(): any { const a = yield 1; const b = yield later(a + 1); return later(b + 1); } export default async () => { const it = g(); return [await it.next(), await it.next(10), await it.next(20), await it.next()]; }`,
  ),
  construct(
    "async generators: throw and return from outside",
    `async function* g(): any { try { yield 1; } catch (e: any) { yield "caught " + e.message; } finally { log.push("finally"); yield "last"; } } export default async () => { const a = g(); const list: any[] = [await a.next(), await a.throw(new Error("x")), await a.next(), await a.next()]; const b = g(); list.push(await b.next(), await b.return(later(5)), await b.next()); return [list, log]; }`,
  ),
  construct(
    "async generators: an awaited failure is thrown at the yield",
    `async function* g(): any { try { yield failing("no"); } catch (e: any) { yield e.message; } } export default async () => { const list: any[] = []; for await (const x of g()) list.push(x); return list; }`,
  ),
  construct(
    "async generators: yield* of async and sync iterables",
    `async function* inner(): any { const x = yield 1; yield x; return "r"; } async function* g(): any { const r = yield* inner(); yield r; yield* [later(2), 3]; yield* "ab"; } export default async () => { const it = g(); return [await it.next(), await it.next("sent"), await it.next(), await it.next(), await it.next(), await it.next(), await it.next(), await it.next()]; }`,
  ),
  construct(
    "async generators: yield without a value, and return of a list",
    `async function* g(): any { const x = yield; return x, later(3); } export default async () => { const it = g(); return [await it.next(), await it.next(2)]; }`,
  ),
  construct(
    "async generators: methods with this, super, arguments",
    `class A { async *m(n: number): any { yield n; } } class B extends A { k = 7; override async *m(n: number): any { yield this.k; yield* super.m(n); yield arguments.length; const f = async () => [this.k, arguments[0]]; yield await f(); } static async *s({ a = 1 } = {}): any { yield a; } async *#p() { yield this.k; } p() { return this.#p(); } } export default async () => { const list: any[] = []; for await (const x of new B().m(1)) list.push(x); for await (const x of B.s()) list.push(x); for await (const x of new B().p()) list.push(x); return list; }`,
  ),
  construct(
    "async generators: Symbol.asyncIterator by a computed method",
    `class A { async *[Symbol.asyncIterator](): any { yield* [1, 2]; } } export default async () => { const list: any[] = []; for await (const x of new A()) list.push(x); return list; }`,
  ),
  construct(
    "async generators: expressions, for await and await inside",
    `const g = async function* named(list: any): any { for await (const x of list) yield (await later(x)) * 2; }; export default async () => { const list: any[] = []; for await (const x of g(g(items(1, 2)))) list.push(x); return list; }`,
  ),
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
  construct(
    "try, catch and finally around await",
    `export default async () => { const f = async (n: number) => { try { if (n === 0) await failing("x"); return "try"; } catch (e: any) { return "catch " + e.message; } finally { log.push("finally " + await later(n)); if (n === 2) return "finally"; } }; return [await f(0), await f(1), await f(2), log]; }`,
  ),
  construct(
    "a rejected promise that is returned is not caught by the try around it",
    `const f = async () => { try { return failing("out"); } catch { return "caught"; } }; export default async () => await caught(f);`,
  ),
  construct(
    "await in every kind of expression",
    `export default async () => { const a = [await later(1), ...(await later([2, 3]))]; const o = { [await later("k")]: await later(4), ...(await later({ z: 5 })) }; const t = \`\${await later(6)}-\${await later(7)}\`; const c = (await later(true)) ? await later(8) : await later(9); const n = -(await later(10)); const d = (await later({ m: (x: number) => x })).m(await later(11)); const e = await later(null) ?? await later(12); const s = (await later(1), await later(13)); const opt = (await later(undefined as any))?.x; const aw = await await later(later(14)); const cmp = await later(1) < await later(2); const typ = typeof await later(1); const p = (await later(2)) ** (await later(3)); class K extends (await later(class { base = 15; })) { static [await later("st")] = 16; } const inst = new (await later(K))(); delete (await later(o) as any).z; return [a, o, t, c, n, d, e, s, opt, aw, cmp, typ, p, inst.base, (K as any).st]; }`,
  ),
  construct(
    "await at odd places of lines",
    `export default async () => { const a = await
      later(1); const b = await/* c */later(2); const c = await(later(3)); const d = await[4]; const e = await // note
      // more
      later(5)
      const f = await /x/.source
      await later(6)
      return [a, b, c, d, e, f, await \`x\`] }`,
  ),
  construct(
    "order of evaluation",
    `const t = (x: any) => { log.push(x); return later(x); }; export default async () => { const o: any = {}; o[await t("key")] = (await t("a")) + (await t("b")); const f = (...list: any[]) => list.join(); const r = f(log.length, await t("c"), log.length, await t("d")); let x = 1; x += await t(5); return [o, r, x, log]; }`,
  ),
  construct(
    "labels, loops and switch",
    `export default async () => { const list: any[] = []; outer: for (let i = 0; i < 3; i++) { for (const j of [1, 2, 3]) { switch (await later(j)) { case 1: list.push(i); break; case 2: if (i === 1) continue outer; list.push(await later("b")); default: if (i === 2) break outer; } } } let n = 0; do { n += await later(1); } while (await later(n < 3)); while (await later(n-- > 0)) list.push(n); for (let i = await later(0); i < await later(2); i += await later(1)) list.push(i); for (const k in await later({ a: 1 })) list.push(k); blk: { if (await later(true)) break blk; list.push("never"); } return list; }`,
  ),
  construct(
    "closures in loops capture their own turn",
    `export default async () => { const fs: (() => Promise<any>)[] = []; for (let i = 0; i < 3; i++) fs.push(async () => i); for (const x of ["a", "b"]) { const y = x + x; fs.push(async () => y); } for (const k in { p: 1, q: 2 }) fs.push(async function () { return k; }); let w = 0; while (w < 2) { const z = w++; fs.push(async () => z); } for (let i = 0, f = async () => i; i < 2; i++) fs.push(f); for (const s of [1, 2]) switch (s) { case 1: case 2: let q = s * 100; fs.push(async () => q); } return await Promise.all(fs.map((f) => f())); }`,
  ),
  construct(
    "closures in functions capture their own call",
    `const make = (n: number) => { const k = n * 2; return { async get() { return [n, k]; }, arrow: async () => k, gen: async function* () { yield n; } }; }; export default async () => { const a = make(1), b = make(2); const list: any[] = [await a.get(), await b.get(), await a.arrow(), await b.arrow()]; for await (const x of b.gen()) list.push(x); for await (const x of a.gen()) list.push(x); return list; }`,
  ),
  construct(
    "closures in catch, blocks and recursion capture their own",
    `const fs: any[] = []; const rec = (n: number): void => { if (n === 0) return; try { throw n; } catch (e) { fs.push(async () => e); } { const m = n * 10; fs.push(async () => m); } rec(n - 1); }; export default async () => { rec(3); return await Promise.all(fs.map((f) => f())); }`,
  ),
  construct(
    "callbacks that use nothing of their function",
    `const double = async (x: number) => x * 2; const f = async (list: number[]) => await Promise.all(list.map(async (x) => await double(x))); export default async () => [await f([1, 2]), await f([3])];`,
  ),
  construct(
    "an async function in an expression of a class and of a call",
    `export default async () => { const x = await (async () => { class A { v = (async () => 1)(); static w = (async () => 2)(); } return [await new A().v, await A.w]; })(); return [x, await (async function () { return this === undefined; })()]; }`,
  ),
  construct(
    "immediately called, chained with void, new and conditionals",
    `let n = 0; export default async () => { await (async () => { n++; })(); await (async function () { n++; }()); const f = true ? async () => 1 : async () => 2; const g = n && (async (x: number) => x); return [n, await f(), await (g as any)(3), [async () => 1].length, await ({ f: async () => 4 }).f()]; }`,
  ),
  construct(
    "lines without semicolons",
    `let a = 1
      async () => {}
      class K { x = 1
        async [a]() { return 2 }
        y = 2
        async *g() { yield 3 }
        static
        async s() { return 4 } }
      const o = { v: 1 }
      async function f() { const list: any[] = []
        await later(1)
        for await (const x of new K().g()) list.push(x)
        return list }
      export default async () => [a, o.v, await (new K() as any)[1](), await f(), await (K as any).s()]`,
  ),
  construct(
    "names that the pass would have used",
    `const $co = 1, $aw = 2, $s0 = 3, $g0 = 4, $f = 5, $r = 6; async function f() { return [$co, $aw, $s0, $g0, await later($f), $r]; } export default async () => { const $f = 7; for await (const x of items($f)) return [await f(), x, $f, $r]; }`,
  ),
  construct(
    "user variables named as the locals of the loops",
    `export default async () => { const $f = items(1, 2), $r = resource("r"), $c = 3, $e = 4, $v = 5; const list: any[] = []; for await (const x of $f) { using y = $r; list.push(x, y.name, $c, $e, $v); } return list; }`,
  ),
  construct(
    "direct eval sees the scope",
    `export default async function (this: any, a = 1) { const b = 2; return eval("a + b + arguments.length"); }`,
  ),
  construct(
    "generics, overloads, satisfies, as and enum",
    `enum Color { Red = 1, Green } namespace N { export const base = 10; export async function f(c: Color) { return base + c; } } function over(a: number): Promise<number>; function over(a: string): Promise<string>; async function over<T>(a: T): Promise<T> { return await (later(a) as Promise<T>); } const g = async <T,>(x: T): Promise<T> => (await x)!; abstract class P { constructor(private readonly v: number, public w = 2) {} abstract m(): Promise<void>; async sum(): Promise<number> { return this.v + this.w; } } class Q extends P { async m(): Promise<void> {} } export default async () => [await N.f(Color.Green), await over("a"), await g(1), await new Q(1).sum(), (await later({ a: 1 } satisfies object)).a];`,
  ),
  construct(
    "a this parameter with defaults",
    `async function f(this: { v: number }, a = this.v, { b } = { b: 2 }) { return [a, b, this.v]; } export default async () => await f.call({ v: 5 });`,
  ),
  construct(
    "JSX",
    `const React = { createElement: (t: any, p: any, ...c: any[]) => ({ t, p, c }) }; const f = async (x: string) => <div id={await later(x)}>{await later(1)}<b /></div>; export default async () => JSON.stringify(await f("a"));`.replace(
      "",
      "",
    ),
    ".tsx",
  ),
  construct(
    "comments between the words",
    `async /* a */ function /* b */ f /* c */ (/* d */ a /* , e = ( */ = /* => */ 1 /* ) */) { return a; } const g = async /* ( */ (/* ) => */ { a } /* => { */) /* => */ : Promise<any> => /* ( */ a; const o = { async /* * */ * /* [ */ [/* ] */ "h"]() { yield /* x */ 1; } }; export default async () => { for await (/* of */ const /* ( */ x /* of */ of /* ) */ (o as any).h() /* { */) return [await f(), await g({ a: 2 }), x]; }`,
  ),
  construct(
    "sequences and conditions around yield and await",
    `async function* g(): any { const a = [yield 1, yield 2]; const b = (yield 3) ? yield 4 : yield 5; return { a, b, c: \`\${yield 6}\`, d: await (yield 7, later(8)) }; } export default async () => { const it = g(); const list: any[] = []; for (let i = 0; i < 9; i++) list.push(await it.next(i)); return list; }`,
  ),
  construct(
    "await of thenables, values and rejections",
    `export default async () => [await 1, await { then(f: any) { f(2); } } as any, await caught(async () => await failing("x")), await caught(async () => await ({ then(_: any, r: any) { r(new Error("t")); } } as any)), await undefined];`,
  ),
  construct(
    "promises of the language go on working",
    `const f = async (x: number) => x; export default async () => [await Promise.all([f(1), f(2)]), await Promise.race([f(3)]), (await Promise.allSettled([f(4), Promise.reject(5)])).map((r) => r.status), await f(6).then((x) => x + 1), await f(7).finally(() => {})];`,
  ),
  construct(
    "a function whose name is a parameter, or a variable inside",
    `async function f(f: any) { return f; } async function g() { const g = 2; return g; } const h = async (h: any) => h; class A { async m() { const m = 3; return m; } async log() { return typeof log; } } export default async () => [await f(1), await g(), await h(4), await new A().m(), await new A().log()];`,
  ),
  construct(
    "methods named as globals and as words of the language",
    `const o = { async Promise() { return typeof Promise; }, async eval() { return 1; }, async arguments() { return 2; }, async yield() { return 3; }, async await() { return 4; }, async static() { return 5; }, async Error() { return new Error("x").message; } }; export default async () => [await o.Promise(), await o.eval(), await o.arguments(), await o.yield(), await o.await(), await o.static(), await o.Error()];`,
  ),
];
