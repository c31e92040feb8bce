/** The arguments of functions that take several awaitables at once. */
import { isOwnCoroutine } from "../kernel/awaitable.js";
import { bareGenerator, isBareGenerator } from "../kernel/bareGenerator.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { Future } from "../kernel/future.js";
import { isAwaitable, toCoroutine } from "../kernel/toFuture.js";
import { unfit } from "../kernel/unfit.js";
import { sleep } from "./sleep.js";

/**
 * What an iterable holds. A single awaitable is iterable too, and is none; nor is a generator object, which is likelier a coroutine
 * function that was not wrapped.
 *
 * @param taker - the function that the program called, for the message
 */
export function listOf(value: unknown, taker: string): unknown[] {
  if (isBareGenerator(value)) throw bareGenerator(taker);
  if (typeof value === "object" && value !== null && Symbol.iterator in value && !isAwaitable(value))
    return [...(value as Iterable<unknown>)];
  throw unfit(`${taker} takes an array of awaitables`, value);
}

/** Without what was given before; but for `sleep(0)`, which is one object for all. */
export function distinct(values: unknown[]): unknown[] {
  const seen = new Set<unknown>();
  return values.filter((value) => value === sleep(0) || (!seen.has(value) && seen.add(value)));
}

/** A future as it is, anything else as a coroutine. */
export type Source = Future<unknown> | Coroutine<unknown>;

/**
 * Looks at all awaitables before any is started.
 *
 * @throws TypeError where one cannot be awaited; InvalidStateError where one is a coroutine that is awaited already
 */
export function sourcesOf(values: readonly unknown[], taker: string): Source[] {
  const sources: Source[] = [];
  // Not by an iterator, which is an object for each turn where a long loop has only begun to be compiled.
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!isOwnCoroutine(value) && value instanceof Future) sources.push(value);
    else {
      const coroutine = toCoroutine(value, taker);
      if (coroutine.taken()) throw coroutine.reused();
      sources.push(coroutine);
    }
  }
  return sources;
}
