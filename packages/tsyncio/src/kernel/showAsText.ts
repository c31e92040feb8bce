import { define } from "./define.js";

/** What Node's `console.log` and its like show of an object: what its `toString()` says. */
export function showAsText(prototype: object): void {
  define(prototype, {
    [Symbol.for("nodejs.util.inspect.custom")](): string {
      return String(this);
    },
  });
}
