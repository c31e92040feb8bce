import { type Construct, construct } from "./construct.js";

/** `for await` and async generators. */
export const ITERATION: readonly Construct[] = [
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
    "async generators: parameters are bound at the call, and throw there",
    `const boom = (): any => { throw new Error("boom"); }; async function* f(a = log.push("bound"), { b } = a as any) { log.push("body"); yield [a, b]; } class A { async *m([x]: any) { yield x; } static async *s(a = boom()) { yield a; } } const at = (body: () => any) => { try { return typeof body(); } catch (e: any) { return e.constructor.name; } }; export default async () => { const g = f(); log.push("called"); return [await g.next(), log, at(() => (f as any)(null, null)), at(() => new A().m(null)), at(() => A.s()), at(() => new A().m([1]))]; }`,
  ),
  construct(
    "async generators: requests that overlap are served in order",
    `async function* g(): any { try { log.push("start"); const a = yield later(1); log.push(a); yield await later(2); } finally { log.push("closed"); } } export default async () => { const it = g(); const list = await Promise.all([it.next("x"), it.next("y"), it.next("z"), it.return("r"), it.next()]); return [list, log]; }`,
  ),
  construct(
    "yield* asks the inner iterator as the language does",
    `const inner = (o: any) => ({ [Symbol.asyncIterator]: () => new Proxy(o, { get: (target, key) => { log.push("get " + String(key)); return target[key]; } }) });
     async function* g(o: any): any { try { return await (yield* inner(o)); } catch (e: any) { return "caught " + (e.message ?? e).split(" ").slice(0, 2).join(" "); } }
     const next = (v: any) => ({ get done() { log.push("done"); return 0; }, get value() { log.push("value"); return [v]; } });
     export default async () => { const a = g({ next }); const list: any[] = [await a.next(1), await a.next(2), await a.return(later(3)), await a.next(4)]; const b = g({ next: () => ({ done: false, get value() { throw new Error("value thrown"); } }) }); list.push(await b.next()); const c = g({ next, throw: () => ({ done: "yes", value: "thrown" }) }); list.push(await c.next(), await c.throw(5)); const d = g({ next, return: (v: any) => ({ done: 1, value: v }) }); list.push(await d.next(), await d.return("r")); const e = g({ next, get return() { throw new Error("return thrown"); } }); list.push(await e.next(), await e.return(6)); return [list, log]; }`,
  ),
  construct(
    "yield* and for await: a [Symbol.asyncIterator] that is no function is an error, null is none",
    `const make = (open: any) => ({ [Symbol.asyncIterator]: open, *[Symbol.iterator]() { yield "sync"; } }); async function* g(x: any): any { yield* x; } const kind = async (body: () => any) => { try { return await body(); } catch (e: any) { return e.constructor.name; } }; export default async () => { const list: any[] = []; for (const open of [null, undefined, 1, "x", {}, true]) { list.push(await kind(() => g(make(open)).next()), await kind(async () => { for await (const x of make(open) as any) return x; })); } return list; }`,
  ),
  construct(
    "for await takes a done that is only truthy, and reads no value behind it",
    `export default async () => { let n = 0; for await (const _ of { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: n++ ? 1 : 0, get value() { log.push("value"); return 1; } }) }) } as any) log.push("body"); return log; }`,
  ),
  construct(
    "for await over a sync iterable passes no arguments that are not there, and looks next up once",
    `export default async () => { const iterable: any = { [Symbol.iterator]: () => ({ get next() { log.push("get next"); return function () { log.push("next " + arguments.length); return { done: false, value: later(1) }; }; }, return() { log.push("return " + arguments.length); return {}; } }) }; let n = 0; for await (const _ of iterable) if (n++) break; return log; }`,
  ),
  construct(
    "async generators: yield and await in computed keys",
    `async function* g() { const o: any = { [(yield 1) as any]: yield 2, async [await later("k")]() { return 3; } }; return [Object.keys(o), await o.k()]; } export default async () => { const it = g(); return [await it.next(), await it.next("x"), await it.next("y")]; }`,
  ),
  construct(
    "async generators: next, throw and return before, during and after, also all at once",
    `async function* g(): any { try { const x = yield 1; log.push(["x", x]); try { yield 2; } finally { log.push("inner"); yield 3; } } catch (e: any) { log.push("caught " + e.message); return yield "c"; } finally { await later(0); log.push("outer"); } } export default async () => { const out: any[] = []; const a = g(); out.push(await Promise.all([a.next("ignored"), a.next("first"), a.return("early"), a.next(), a.next()])); const b = g(); out.push(await b.throw(new Error("before")).catch((e: any) => e.message), await b.next()); const c = g(); out.push(await c.return(later("before")), await c.next(), await c.return(5), await c.throw(new Error("after")).catch((e: any) => e.message)); const d = g(); out.push(await d.next(), await d.throw(new Error("in")), await d.next("r"), await d.next()); const e = g(); out.push(await e.next(), await e.return(failing("rejected")), await e.next()); async function* h(): any { yield* g(); } const f = h(); out.push(await f.next(), await f.next("deleg"), await f.return("ret"), await f.next()); async function* k(): any { yield later(1); return later(2); } const l: any[] = []; for await (const x of k()) l.push(x); async function* m() { const it: any = m2; m2 = undefined; void it; yield 1; } let m2: any = m(); out.push(l, await m2?.next(), Object.prototype.toString.call(g()), g()[Symbol.asyncIterator] !== undefined); return [out, log]; }`,
  ),
  construct(
    "yield* of every kind of iterable, and of what is none",
    `const iter = (o: any) => ({ [Symbol.asyncIterator]() { return o; } }); async function* g(x: any): any { return ["r", yield* x]; } const drain = async (it: any, ...sent: any[]) => { const l: any[] = []; try { for (const s of [undefined, ...sent]) { const r = await it.next(s); l.push(r); if (r.done) break; } } catch (e: any) { l.push(e.name ?? e); } return l; }; export default async () => [await drain(g([1, later(2)]), 0, 0, 0), await drain(g("ab"), 0, 0), await drain(g(new Map([[1, 2]])), 0), await drain(g(5)), await drain(g(null)), await drain(g({ [Symbol.iterator]: () => ({ next: () => 1 }) })), await drain(g(iter({ next: () => ({ done: true, value: 9 }) }))), await drain(g(iter({ next: async () => 1 }))), await drain(g((function* () { const x: any = yield later("p"); return x + 1; })()), 4), await drain(g([failing("f")])), await g([1]).return("unstarted"), await (async () => { const it = g(iter({ next: async () => ({ value: 1, done: false }), return: async () => ({ value: "closed", done: true }) })); await it.next(); return await it.return("x"); })(), await (async () => { const it = g(iter({ next: async () => ({ value: 1, done: false }) })); await it.next(); return [await it.throw(new Error("no throw")).catch((e: any) => e.name), await it.next()]; })()];`,
  ),
];
