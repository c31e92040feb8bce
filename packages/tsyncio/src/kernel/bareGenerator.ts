/** A generator object is no coroutine: its function was not wrapped. */
import { isOwn } from "./awaitable.js";

/** The error that says what to write. */
export function bareGenerator(taker: string): TypeError {
  return new TypeError(`${taker} was given a bare generator; wrap its function: coroutine(function* …)`);
}

/** Whether the value is a generator object: calling a generator function without `coroutine()` makes one. */
export function isBareGenerator(value: unknown): boolean {
  return typeof value === "object" && value !== null && !isOwn(value) && tagOf(value) === "Generator";
}

export function tagOf(value: unknown): unknown {
  return (value as { [Symbol.toStringTag]?: unknown } | null | undefined)?.[Symbol.toStringTag];
}
