import { define } from "./define.js";

/**
 * Makes `instanceof` look for a brand and not for the prototype, so that what a second copy of the package in the same process has
 * made is recognised.
 */
export function brand(target: abstract new (...args: never[]) => object, name: string): void {
  const key = Symbol.for(name);
  define(target.prototype, { [key]: true });
  define(target, {
    [Symbol.hasInstance](value: unknown): boolean {
      // A subclass inherits this function and must not accept everything that is branded.
      if ((this as unknown) !== target) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && key in value;
    },
  });
}
