import { define } from "../kernel/define.js";

type Inspect = (value: unknown, options: object) => string;

/** What Node's `console.log` and its like show of an object: its name, and what is told of its state. */
export function showFields<T extends object>(prototype: T, name: string, fields: (shown: T) => object): void {
  define(prototype, {
    [Symbol.for("nodejs.util.inspect.custom")](this: T, _depth: number, options: object, inspect: Inspect): string {
      return `${name} ${inspect(fields(this), options)}`;
    },
  });
}
