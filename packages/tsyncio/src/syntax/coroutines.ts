/** Coroutines of lowered async functions. */
import { CodeSite } from "../kernel/codeSite.js";
import { Call, type Coroutine, FrameCoroutine } from "../kernel/coroutine.js";
import { DEFERRED, GENERATOR } from "../kernel/coroutineBits.js";
import type { Resumable } from "../kernel/frame.js";
import { noteCreated } from "../kernel/neverAwaited.js";

/** Describes an async function of the program: made once, at the top of its module. */
export function site(name: string, url: string, line: number, column: number): CodeSite {
  return new CodeSite(name || "(anonymous)", `${url}:${line}:${column}`, true);
}

/** Where a hoisted function is called through a circular import before the body of its module has run. */
export const early: CodeSite = new CodeSite("(async function)", "", true);

/** A coroutine whose generator is made already: its parameters are plain names, so nothing of the program has run. */
export function co<T>(codeSite: CodeSite | undefined, generator: Generator<unknown, T, unknown>): Coroutine<T> {
  const created = new FrameCoroutine<T>(codeSite ?? early, generator as Resumable);
  created.flags = GENERATOR;
  noteCreated(created, co);
  return created;
}

/** A coroutine whose generator is made when it begins, since its parameters have defaults or patterns, which run code. */
export function coLazy<T>(
  codeSite: CodeSite | undefined,
  fn: (...args: never[]) => Generator<unknown, T, unknown>,
  self: unknown,
  args: ArrayLike<unknown>,
): Coroutine<T> {
  const created = new FrameCoroutine<T>(codeSite ?? early, new Call(fn as (...args: never[]) => Resumable, self, args));
  created.flags = GENERATOR | DEFERRED;
  noteCreated(created, coLazy);
  return created;
}
