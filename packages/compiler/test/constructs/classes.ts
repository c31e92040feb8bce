import { type Construct, construct } from "./construct.js";

/** Classes: methods, fields, static blocks, and `super` in every position. */
export const CLASSES: readonly Construct[] = [
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
    "arguments and super in one method",
    `class A { m(...list: any[]): any { return list.length; } } class B extends A { async m(...list: any[]): Promise<any> { return [super.m(1, 2), arguments.length, list.length, await (async () => arguments.length + super.m())()]; } async n(a?: any): Promise<any> { return [super.m(a), arguments.length, await (async () => arguments[1])()]; } } export default async () => [await new B().m(1, 2, 3), await (new B() as any).n("a", "b")];`
      .replace("override async m(...list: any[]): Promise<any>", "async m(...list: any[]): Promise<any>")
      .replace("m(...list: any[]) { return list.length; }", "m(...list: any[]): any { return list.length; }"),
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
    "an async function in an expression of a class and of a call",
    `export default async () => { const x = await (async () => { class A { v = (async () => 1)(); static w = (async () => 2)(); } return [await new A().v, await A.w]; })(); return [x, await (async function () { return this === undefined; })()]; }`,
  ),
  construct(
    "super as a target of loops, patterns and every assignment",
    `class A { static s = 1; set x(v: any) { log.push(["x", v, (this as any).n]); } get x() { return (this as any).n; } } class B extends A { n = 1; async f() { for (super.x of [1, 2]); for await (super.x of items(3, 4)); for (super["x"] in { k: 1 }); ({ a: super.x = 5, ...(super.x) } = { b: 6 } as any); [super.x, ...super["x"]] = [7, 8, 9]; super.x &&= await later(10); super[await later("x")] = await later(11); super.x **= 2; --super.x; (super.x) = 12; const arrow = async () => { super.x = 13; return super.x; }; await arrow(); const inner = () => { super.x = 14; }; inner(); return log; } async g() { super.y = 1; return (this as any).y; } static async h() { super.s = 5; return [super.s, B.s, A.s, Object.hasOwn(B, "s")]; } } export default async () => [await new B().f(), await (new B() as any).g(), await B.h()];`,
  ),
  construct(
    "super in static blocks, accessors and the keys of classes inside",
    `class A { static k() { return "key"; } static v = 3; k2() { return "key2"; } } let f: any; class B extends A { static { f = async () => super.v + this.v; } async m() { class C { [super.k2()]() { return 1; } static [super.k2() + "s"] = 2; } class D extends (super.k2 as any) {} ; return [new C() as any, Object.keys(C), typeof D, (new C() as any).key2()]; } get g() { return async () => super.k2(); } set g(v: any) { (this as any).w = async () => super.k2() + v; } static get sg() { return async () => super.k(); } } export default async () => { const b = new B() as any; b.g = 1; return [await f(), (await b.m().catch((e: any) => e.name)), await b.g(), await b.w(), await B.sg()]; }`,
  ),
  construct(
    "super in methods, generators, getters and arrows of objects",
    `const p = { v() { return "pv" + (this as any).n; }, get q() { return (this as any).n; } }; const make = (n: any) => ({ __proto__: p, n, async a() { return [super.v(), super.q, await (async () => super.v())()]; }, async *b() { yield super.v(); }, get c() { return async () => super.v(); }, d: async () => typeof p, async ["e" + n]() { return super.v(); } } as any); export default async () => { const x = make(1), y = make(2); return [await x.a(), await y.a(), (await x.b().next()).value, await y.c(), await y.d(), await x.e1(), await y.e2()]; }`,
  ),
  construct(
    "super and new.target in async arrows made before super()",
    `class A { n; constructor(n: any) { this.n = n; } m() { return this.n; } } class B extends A { p; constructor() { const f = async () => super.m(); super(3); this.p = Promise.all([f(), (async (x = super.m()) => [x, this.n, new.target === B])()]); } } export default async () => await new B().p;`,
  ),
  construct(
    "await in computed keys of every kind of member",
    `export default async () => { const k = later("a"); class C { [await k]() { return 1; } static [await later("s")] = 2; get [await later("g")]() { return 3; } async [await later("m")]() { return 4; } static async *[await later("y")]() { yield 5; } static { } } const o: any = { async [await later("m")]() { return 7; }, get [await later("g")]() { return 8; }, [await later("v")]: async () => 9, async *[await later("y")]() { yield 10; } }; const c = new C() as any; return [c.a(), (C as any).s, c.g, await c.m(), (await (C as any).y().next()).value, await o.m(), o.g, await o.v(), o.v.name, (await o.y().next()).value]; }`,
  ),
  construct(
    "fields and static blocks with every kind of async function and name",
    `let order: any[] = []; class A { static a = order.push("a"); static { order.push("block"); (async () => { order.push("async"); })().then(() => {}); } static b = (async () => 1)(); x = async () => [this.#p]; #p = (async function (this: any) { return this === undefined; })(); static #q = async () => A.#r(); static async #r() { return "r"; } static q() { return A.#q(); } ["k" + 1] = async () => 2; "str" = async () => 3; 5 = async () => 4; static async = async () => 6; get = async () => 7; static static = async () => 8; async() { return 9; } } export default async () => { const a = new A() as any; const x = await a.x(); return [await A.b, await x[0], await A.q(), await a.k1(), await a.str(), await a[5](), await A.async(), await a.get(), await (A as any).static(), a.async(), order]; }`,
  ),
  construct(
    "new of a class that super gives",
    `class A { get X() { return class { k = 1; static Y = class { k = 2; }; }; } get o() { return { Z: class { k = 3; } }; } } class B extends A { async f() { return [new super.X().k, new super.o.Z().k, new (super.X)().k, new super["X"].Y().k, (new super.X).k, new super.X, new (super.X.Y)().k, await new super.X()].map((x: any) => x.k ?? x); } async g() { super.X2 = 1; return new super.X().k; } } export default async () => [await new B().f(), await (new B() as any).g()]`,
  ),
  construct(
    "super called, spread, chained, computed with await, and yielded",
    `class A { list() { return [1, 2]; } get o() { return { b() { return this; }, c: { d: () => 5 } }; } m(...a: any[]) { return [(this as any).v, ...a]; } get m2() { return undefined; } }
 class B extends A { v = 7; async f(k = "m") { return [super.o.b() === super.o, typeof super.list, [...super.list()], super[await later(k)](1), super.m(...(await later([8]))), await super.m(9), super.o?.c.d(), super.m2?.(1), super.m.call({ v: 1 }), super["m"].apply({ v: 2 }, [3]), (() => super.m(4))(), (() => () => super.m(5))()(), (0, super.m).name, (super.m)(6)]; } async *g() { yield super.m(1); yield* super.list(); for (const x of super.list()) yield x; const y = (yield super.o.c.d()) ?? super.m(2); return y; } }
 export default async () => { const b = new B() as any; const list: any[] = [await b.f()]; const it = b.g(); for (let i = 0; i < 7; i++) list.push(await it.next()); return list.map((x) => JSON.stringify(x)); }`,
  ),
  construct(
    "classes made by a function, with super in static and other methods",
    `const mk = (n: number) => { abstract class Base { static n = n; static async make(this: any) { return new this(); } async who() { return [n, new.target === undefined, (this.constructor as any).n]; } } return class extends Base { async who() { return ["sub", ...(await super.who())]; } static async make() { const made = await super.make(); return [made, await made.who()]; } }; }; export default async () => { const A = mk(1), B = mk(2); return [(await (A as any).make())[1], (await (B as any).make())[1], await new A().who()]; }`,
  ),
];
