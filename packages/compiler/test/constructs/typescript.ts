import { type Construct, construct } from "./construct.js";

/** What is TypeScript's, or JSX. */
export const TYPESCRIPT: readonly Construct[] = [
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
    "JSX with spread attributes and children, members, fragments, async children and yield",
    `const React = { createElement: (t: any, p: any, ...c: any[]) => ({ t: typeof t === "function" ? t(p ?? {}) : t, p, c }), Fragment: "f" }; class V { N = () => "n"; async r(props: any) { return [<this.N />, <div {...(await later(props))} k={await later(1)} async>async text {await later("x")} {...(await later(["y"]))}</div>, <>{async () => await later(2)}</>, <a.b.c d-e="1" x:y={await later(3)} />]; } async *g() { yield <i>{yield 1}</i>; } } const a = { b: { c: () => "abc" } }; const f = async <T,>(x: T): Promise<any> => <b>{await x}</b>; const l = async (x: any) => x ? <p /> : null; export default async () => { const r: any = await new V().r({ q: 1 }); return [JSON.stringify(r), await r[2].c[0](), JSON.stringify(await f(later(1))), JSON.stringify(await l(1)), (await new V().g().next()).value]; }`,
    ".tsx",
  ),
  construct(
    "nested and merged namespaces, enums, parameter properties, abstract and declared members",
    `namespace A.B { const secret = 1; export const f = async () => secret + inner(); function inner() { return N.x; } export namespace C { export async function* g() { yield secret; yield E.b; } } enum E { a, b = "str".length } const enum N { x = 5 } } namespace A.B { export async function h() { return F.p; } } enum F { p = "q", r = (() => 7)() as any } class P { constructor(private a = 1, readonly b: any = async () => this.a, protected c?: any) {} async m() { return [this.a, await this.b(), this.c]; } } abstract class Q { declare x: number; y?: number; z!: number; abstract n(): Promise<void>; async o(this: Q, a?: number) { return [this.x ?? 0, this.y ?? 0, a]; } } class R extends Q { async n() {} } declare const nothing: any; type async = 1; interface await_ { async(): Promise<void> } let v = <any>(async () => 2); export default async () => { const l: any[] = []; for await (const x of A.B.C.g()) l.push(x); return [await A.B.f(), l, await A.B.h(), F.r, await new P().m(), await new R().o(3), await v()]; }`,
  ),
  construct(
    "generics, this types, instantiation, assertions and overloads of methods",
    `async function g<T extends object = {}>(this: void, x?: T, ...r: [a?: number, ...b: string[]]): Promise<[T | undefined, ...any[]]> { return [x, ...r] as const as any; } const h = g<{ a: 1 }>; const k = async <const T,>(x: T) => x satisfies unknown; const assertIt: (x: any) => asserts x is number = (x) => { if (x !== 1) throw 0; }; const o = { async m(): Promise<any> { } } as any; class K<T> { async m<U>(this: this, u: U): Promise<[T?, U?]> { return [undefined, u!]; } async n(): Promise<void>; async n(a?: any): Promise<any> { return a; } static async<T>(x: T) { return x; } } export default async () => { let x: any = 1; assertIt(x); return [await h({ a: 1 }, 2, "b"), await k(3), typeof o.m, await new K().m(4), await (new K() as any).n(5), K.async(6), (await later<any>(7))!, await (later(8) as Promise<number>)]; }`,
  ),
];
