/** What the primitives have in common: they show their state to people. */
import { Task } from "../kernel/task.js";
import { show } from "../kernel/unfit.js";

export abstract class Primitive {
  static {
    Object.defineProperty(Primitive.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Primitive) {
        return this.toString();
      },
    });
  }

  abstract get [Symbol.toStringTag](): string;

  /** The state at this moment, for people and for tests. */
  abstract statistics(): object;

  toString(): string {
    const state = Object.entries(this.statistics()).map(
      ([name, value]) => `${name}: ${Array.isArray(value) ? `[${value.map(named).join(", ")}]` : value}`,
    );
    return `${this[Symbol.toStringTag]} { ${state.join(", ")} }`;
  }
}

/** Who holds something, for people. */
export function named(holder: unknown): string {
  return holder instanceof Task ? `task '${holder.name}'` : show(holder);
}
