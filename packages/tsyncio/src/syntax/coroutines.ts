/** Coroutines of lowered async functions. */
import type { CodeSite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Resumable } from "../kernel/frame.js";
import { deferred, FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { PlainCoroutine } from "../kernel/plainCoroutine.js";
import { programSite } from "../kernel/programSite.js";

/** Describes an async function of the program: made once, at the top of its module. */
export function site(name: string, url: string, line: number, column: number): CodeSite {
  return programSite(name, `${url}:${line}:${column}`, true);
}

/** Where a hoisted function is called through a circular import before the body of its module has run. */
export const early: CodeSite = programSite("(async function)", "", true);

/** A coroutine whose generator is made already: its parameters are plain names, so nothing of the program has run. */
export function co<T>(codeSite: CodeSite | undefined, generator: Generator<unknown, T, unknown>): Coroutine<T> {
  return noteCreated(new FrameCoroutine<T>(codeSite ?? early, generator as Resumable, true), co);
}

/** A coroutine of a function that awaits nothing. */
export function plain<T>(
  codeSite: CodeSite | undefined,
  fn: (a: never, b: never, c: never, d: never) => T,
  self: unknown,
  a?: unknown,
  b?: unknown,
  c?: unknown,
  d?: unknown,
): Coroutine<T> {
  return noteCreated(new PlainCoroutine<T>(codeSite ?? early, fn as never, self, a, b, c, d), plain);
}

/**
 * A generator that has run up to a `yield` in front of its body: of code that is debugged. Who steps into the call of the function
 * comes to that place, and with the next step into the body, whenever it begins.
 */
export function primed<T>(generator: Generator<unknown, T, unknown>): Generator<unknown, T, unknown> {
  generator.next();
  return generator;
}

/** A coroutine whose generator is made when it begins, since its parameters have defaults or patterns, which run code. */
export function coLazy<T>(
  codeSite: CodeSite | undefined,
  fn: (...args: never[]) => Generator<unknown, T, unknown>,
  self: unknown,
  args: ArrayLike<unknown>,
): Coroutine<T> {
  return noteCreated(new FrameCoroutine<T>(codeSite ?? early, deferred(fn, self, args)), coLazy);
}
