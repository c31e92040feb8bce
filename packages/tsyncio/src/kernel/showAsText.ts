/** What Node's `console.log` and its like show of an object: what its `toString()` says. */
export function showAsText(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: object) {
      return String(this);
    },
  });
}
