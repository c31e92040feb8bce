import { define } from "./define.js";

/**
 * Makes `instanceof` look for a brand and not for the prototype, so that what a second copy of the package in the same process has
 * made is recognised.
 */
export function brand(target: abstract new (...args: never[]) => object, name: string): void {
  const key = Symbol.for(name);
  define(target.prototype, { [key]: true });
  recogniseBy(target, (value) => typeof value === "object" && value !== null && key in value);
}

/** Makes `instanceof` of this very class ask a function. */
export function recogniseBy(
  target: abstract new (...args: never[]) => object,
  test: (value: unknown) => boolean,
): void {
  define(target, {
    [Symbol.hasInstance](value: unknown): boolean {
      // A subclass inherits this function, and is asked for as any other class.
      return (this as unknown) === target ? test(value) : Function.prototype[Symbol.hasInstance].call(this, value);
    },
  });
}
