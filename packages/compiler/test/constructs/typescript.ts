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
];
