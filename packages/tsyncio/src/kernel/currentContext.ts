/** The context of the code that runs now; `context.ts` is its public face. */
import { current } from "./current.js";

/** The value of a context variable, in an array; undefined where it has none. */
export type Held = readonly unknown[] | undefined;

/** The values of context variables, by `ContextVar`. */
export type Variables = ReadonlyMap<unknown, Held>;

/** What can be the current context: a `Context`, or the task or callback that runs. */
export interface ContextHolder {
  /** @internal */ vars: Variables;
}

const outermost: ContextHolder = { vars: new Map() };

export function currentContext(): ContextHolder {
  return current.task?.context ?? current.context ?? outermost;
}
