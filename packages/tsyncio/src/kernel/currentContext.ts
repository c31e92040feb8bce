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

/** What a task or callback keeps of it: its own variables, or the context that it was given. */
export type OwnContext = Variables | ContextHolder;

/** A task or callback. */
export interface ContextOwner extends ContextHolder {
  context: OwnContext;
}

/** The context of a task or callback: a given one, or itself. */
export function contextOf(owner: ContextOwner): ContextHolder {
  const { context } = owner;
  return context instanceof Map ? owner : (context as ContextHolder);
}

const outermost: ContextHolder = { vars: new Map() };

export function currentContext(): ContextHolder {
  const { task } = current;
  return task ? contextOf(task) : (current.context ?? outermost);
}
