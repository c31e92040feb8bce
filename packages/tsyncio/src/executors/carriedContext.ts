/** The context variables of the caller, in a worker. */
import { ContextVar } from "../kernel/context.js";
import { currentContext } from "../kernel/currentContext.js";

/** Those of the current context whose values can be copied, by their names. */
export function carriedVariables(): Map<string, unknown> {
  const carried = new Map<string, unknown>();
  for (const [variable, held] of currentContext().vars) {
    if (!held) continue;
    const [value] = held;
    try {
      structuredClone(value);
      carried.set((variable as ContextVar<unknown>).name, value);
    } catch {
      // What cannot be copied stays here.
    }
  }
  return carried;
}

let carried: ReadonlyMap<string, unknown> = new Map();

/** In a worker, which does one job at a time: from now on a variable without a value has the one that the caller gave the name. */
export function carry(variables: ReadonlyMap<string, unknown>): void {
  carried = variables;
}

/** Called once, in a worker. */
export function acceptCarried(): void {
  const { get } = ContextVar.prototype;
  ContextVar.prototype.get = function (this: ContextVar<unknown>, ...fallback: [unknown]): unknown {
    if (!currentContext().vars.get(this) && carried.has(this.name)) return carried.get(this.name);
    return get.apply(this, fallback);
  } as typeof get;
}
