/** Callbacks of an event loop, as the program gives them. */
import { Context } from "../kernel/context.js";
import { isCoroutineFunction } from "../kernel/coroutineFunction.js";
import { checkFunction, unfit } from "../kernel/unfit.js";

export type AnyCallback = (...args: unknown[]) => void;

/** What may follow the arguments of a callback. */
export interface CallbackOptions {
  /** The callback runs in this very context; default: a copy of the current one. */
  context: Context;
}

/** @throws TypeError for what is no function, and for a coroutine function, which nobody would await */
export function checkCallback(callback: unknown): AnyCallback {
  checkFunction(callback, "a callback is a function");
  if (isCoroutineFunction(callback))
    throw unfit("a callback is no coroutine function; use createTask() in it", callback);
  return callback as AnyCallback;
}

/** Takes the options from the end of the arguments. An object that holds a context and nothing else is no argument. */
export function contextIn(args: unknown[]): Context | undefined {
  const last = args.at(-1) as Partial<CallbackOptions> | null | undefined;
  if (!(last?.context instanceof Context) || Object.keys(last).length > 1) return undefined;
  args.pop();
  return last.context;
}
