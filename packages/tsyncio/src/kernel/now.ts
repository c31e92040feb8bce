/** What need not wait is done in place: the frame that awaits it is not suspended. */
import { PLAIN, PROMPT } from "./coroutineBits.js";
import { isNewest } from "./neverAwaited.js";
import type { PlainCoroutine } from "./plainCoroutine.js";

/** A coroutine that has the bit `PROMPT`. */
interface Prompt {
  readonly flags: number;
  /** Gives what `now` gives. */
  passInPlace(): unknown;
}

/**
 * What of an await is there without a wait: `await f()` is lowered to `aw(now($t = f()) ?? (yield $t))`.
 *
 * @returns the value, or what tells `aw` the value; undefined where the frame has to be suspended
 */
export function now(awaited: unknown): unknown {
  // Made in this very expression. Elsewhere it may be anything.
  if (!isNewest(awaited)) return undefined;
  const { flags } = awaited as Prompt;
  // Two calls, since one would meet objects of many classes, and V8 inlines a call of few alone.
  if (flags === PLAIN) return (awaited as PlainCoroutine<unknown>).callInPlace();
  return flags === PROMPT ? (awaited as Prompt).passInPlace() : undefined;
}
