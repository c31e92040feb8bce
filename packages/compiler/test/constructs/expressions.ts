import { type Construct, construct } from "./construct.js";

/** Where `await` and functions can stand, and what closures see. */
export const EXPRESSIONS: readonly Construct[] = [
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
    "await of a promise whose constructor throws, and of thenables, which are asked once",
    `const poisoned = Object.defineProperty(Promise.resolve(1), "constructor", { get() { throw new Error("constructor"); } }); let asked = 0; const thenable: any = { get then() { asked++; return function (this: any, f: any) { f(this === thenable); }; } }; const odd: any = { get then() { throw new Error("then"); } }; class Sub extends Promise<any> {} export default async () => [await caught(async () => await poisoned), await later(2), await thenable, asked, await caught(async () => await odd), await Sub.resolve(3), await caught(async () => { for await (const x of [poisoned]) return x; })]`,
  ),
  {
    // V8 13 disposes after every turn of such a `for`, and then crashes.
    ...construct(
      "labels on blocks, loops, for await and using, at any depth",
      `export default async () => { const l: any[] = []; a: { l.push(1); for await (const x of items(1, 2)) { l.push(x); if (x === 1) break a; } l.push("no"); } b: for (const i of [1, 2]) { c: for await (const x of items(1, 2, 3)) { for await (const y of items(7, 8)) { if (x === 2) continue c; if (i === 2) continue b; l.push([i, x, y]); } } } d: { await using r = resource("d"); if (r) break d; l.push("no"); } e: for (await using r = resource("e"), n = { i: 0, [Symbol.dispose]() {} }; n.i < 3; n.i++) { if (n.i === 1) continue e; if (n.i === 2) break e; l.push(r.name + n.i); } f: for (using r of [resource("f1"), resource("f2")]) { for (;;) { l.push(r.name); continue f; } } g: for await (using r of [resource("g")]) { l.push(r.name); continue g; } i: do { for await (const x of items(1)) { if (x) continue i; } } while (await later(false)); j: switch (1) { case 1: for await (const x of items(1)) { if (x) break j; } l.push("no"); } return [l, log]; }`,
    ),
    expected: [
      [1, 1, [1, 1, 7], [1, 1, 8], [1, 3, 7], [1, 3, 8], "e0", "f1", "f2", "g"],
      ["async dispose d", "async dispose e", "dispose f1", "dispose f2", "dispose g"],
    ],
  },
  construct(
    "switch with await in cases, functions, closures and blocks with resources",
    `export default async () => { const l: any[] = []; for (const x of [1, 2, 3, 4]) { switch (await later(x)) { case await later(1): { await using r = resource("s" + x); l.push(r.name); break; } case 2: let y = x * 2; l.push(await (async () => y)()); default: l.push("d"); break; case 3: async function f() { return y2; } const y2 = x; l.push(await f()); } } return [l, log]; }`,
  ),
  construct(
    "closures in heads, bodies, catches and resources of every loop",
    `export default async () => { const fs: any[] = []; for (const { v, f = async () => v } of [{ v: 1 }, { v: 2 }] as any) fs.push(f); for (let i = 0; i < 2; fs.push(async () => i), i++); for (let i = 0; i < 2; i++) for (let j = 0; j < 2; j++) fs.push(async () => [i, j]); for await (const [a, f = async () => a] of [[1], [2]] as any) fs.push(f); for (var w = 0; w < 2; w++) fs.push(async () => w); let n = 0; do { const k = n; fs.push(async () => k); } while (++n < 2); for (const x of [1, 2]) label: { fs.push(async () => x); break label; } for (const x of [1, 2]) try { throw x; } catch (e) { fs.push(async () => e); } finally { fs.push(async () => x); } for (const x of [1, 2]) if (x) fs.push(async () => x); else fs.push(0); for (using r of [resource("a"), resource("b")]) fs.push(async () => r.name); class K { static list = [1, 2].map((x) => async () => x); } return await Promise.all([...fs, ...K.list].map((f) => f())); }`,
  ),
  construct(
    "lines that could continue the line before",
    `const a: any = [1]
const f = async () => { await later(1)
;[a[0]] = [await later(2)]
  await later(3)
  ;(await later(() => { a.push(9) }))()
  let x = await later(1), y
  y = x
  ++x
  return [a, x, y] }
class A {
  static async
  x() { return 1 }
  get
  async() { return 3 }
  'b'
  async *z() { yield 4 }
}
export default async () => { const o = {
  async
  : 1, f: async () =>
    2 }
  return [await f(), o.async, await o.f(), (await new A().z().next()).value] }`,
  ),
  construct(
    "await, for await and await using at the top of a module",
    `const t = await later(1); for await (const x of items(2, 3)) log.push(x); { await using r = resource("top"); void r; } const u = await (async () => t + 1)(); async function* g() { yield u; } for await (const x of g()) log.push(x); const { v = await (async () => 5)() } = {} as any; export default async () => [t, u, v, log];`,
  ),
];
