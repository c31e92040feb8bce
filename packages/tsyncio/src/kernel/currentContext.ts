/** The context of the code that runs now; `context.ts` is its public face. */
import { current } from "./current.js";

/** The values of context variables, by `ContextVar`. */
export type Variables = ReadonlyMap<unknown, unknown>;

/** What can be the current context: a `Context`, or the task or callback that runs. */
export interface ContextHolder {
  /** @internal */ vars: Variables;
}

const outermost: ContextHolder = { vars: new Map() };

export function currentContext(): ContextHolder {
  return current.task?.context ?? current.context ?? outermost;
}
