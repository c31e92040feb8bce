/** Functions that stand before a function of the program and decide whether, when and how often it runs. */
import { Calling } from "../kernel/calling.js";
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkFunction } from "../kernel/unfit.js";

/** A coroutine function, or any function that returns what to await. */
export type AsyncFunction<This, A extends unknown[], T> = (this: This, ...args: A) => T | PromiseLike<T>;

/** What is made of it: calling it runs nothing before it is awaited. */
export type CoroutineFunction<This, A extends unknown[], T> = (this: This, ...args: A) => Coroutine<T>;

/** One call of the wrapped function, made when it is its turn. */
export type Invocation<T> = () => Coroutine<T>;

/** It would wait for ever. */
export function waitsForItself(name: string): InvalidStateError {
  return new InvalidStateError(
    `'${name}' was called inside itself and would wait for itself; use createTask(${name}(…))`,
  );
}

/**
 * Keeps `this`, the name, and the number and types of the parameters.
 *
 * @param taker - the function that the program called, for the message
 * @param serve - what a call gives
 */
export function wrapped<This, A extends unknown[], T>(
  taker: string,
  fn: AsyncFunction<This, A, T>,
  serve: (invocation: Invocation<T>, site: CodeSite) => Coroutine<T>,
): CoroutineFunction<This, A, T> {
  checkFunction(fn, `${taker} takes a function that returns what to await`);
  const site = librarySite(fn.name || taker);
  function made(this: This, ...args: A): Coroutine<T> {
    return noteCreated(
      serve(() => new Calling<T>(site, () => fn.apply(this, args)), site),
      made,
    );
  }
  return Object.defineProperties(made, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}
