/** Trying again what failed. */
import { bareGenerator, isBareGenerator } from "../kernel/bareGenerator.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { CancelledError } from "../kernel/errors.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { checkCount, checkFunction, unfit } from "../kernel/unfit.js";
import { sleep } from "./sleep.js";

/** Options of `retry`. */
export interface RetryOptions {
  /** Attempts in all; default: 3. Infinity: until one succeeds. */
  times?: number | undefined;
  /** The pause after the first attempt; default: 100 ms. */
  delay?: Duration | undefined;
  /** Each pause is so many times as long as the one before; default: 2. */
  factor?: number | undefined;
  /** No pause is longer; default: no limit. */
  maxDelay?: Duration | undefined;
  /**
   * The part of each pause that is left to chance, from 0 (the default) to 1: with 0.2 it has 80 to 100 % of its length. `true` is 1,
   * known as full jitter: many who failed at one moment do not come back at one moment.
   */
  jitter?: number | boolean | undefined;
  /** Whether to try again after this error; may return an awaitable; default: always. It is not asked after the last attempt. */
  when?: ((error: unknown, attempt: number) => boolean | PromiseLike<boolean>) | undefined;
  /** Gives numbers from 0 up to 1 for the jitter; default: `Math.random`. */
  random?: (() => number) | undefined;
}

const site = librarySite("retry");

/**
 * Runs a body, and again where it throws, with pauses that grow (source: the Python library tenacity).
 *
 * A cancellation is never retried: neither one's own, nor a `CancelledError` of something that the body awaited.
 *
 * @param body - receives the number of the attempt, from 1
 * @returns the value of the first attempt that succeeds
 * @throws the error of the last attempt, as it is; or the first for which `when` says no
 * @throws TypeError at once where an option is unfit
 * @example
 * ```ts
 * const page = await retry(() => withTimeout("5s", () => download(url)), {
 *   times: 5,
 *   delay: "200ms",
 *   maxDelay: "10s",
 *   jitter: true,
 *   when: (error) => !(error instanceof NotFound),
 * });
 * ```
 */
export function retry<T>(body: (attempt: number) => T | PromiseLike<T>, options: RetryOptions = {}): Coroutine<T> {
  const { times = 3, delay = 100, factor = 2, maxDelay = NEVER, when = () => true, random = Math.random } = options;
  const jitter = Number(options.jitter ?? 0);
  checkFunction(body, "retry takes a function that returns what to await");
  checkFunction(when, "when is a function of the error");
  checkFunction(random, "random is a function");
  checkCount(times, 1, "times");
  if (!(factor > 0 && factor < NEVER)) throw unfit("factor is a number above 0", factor);
  if (!(jitter >= 0 && jitter <= 1)) throw unfit("jitter is a number from 0 to 1, or true", options.jitter);
  const longest = milliseconds(maxDelay);
  let pause = milliseconds(delay);
  function* attempts(): Generator<unknown, unknown, unknown> {
    for (let attempt = 1; ; attempt++) {
      let bare = false;
      try {
        const awaited = body(attempt);
        bare = isBareGenerator(awaited);
        if (bare) throw bareGenerator("retry");
        return yield awaited;
      } catch (error) {
        if (bare || attempt >= times || error instanceof CancelledError || !(yield when(error, attempt))) throw error;
      }
      pause = Math.min(pause, longest);
      yield sleep(pause * (1 - jitter * random()));
      pause *= factor;
    }
  }
  return noteCreated(new FrameCoroutine<T>(site, attempts() as Resumable), retry);
}
