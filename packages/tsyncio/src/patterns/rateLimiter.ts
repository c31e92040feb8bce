/** So many in a time, and no more. */
import { sleep } from "../concurrency/sleep.js";
import { Calling } from "../kernel/calling.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Scheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";
import { checkFunction, unfit } from "../kernel/unfit.js";
import { Lock } from "../sync/lock.js";

const site = librarySite("RateLimiter.with");

/** Options of `rateLimiter`. */
export interface RateLimit {
  /** How many in the time `per`. */
  limit: number;
  per: Duration;
  /** How many at once; default: `limit`. A smaller number spreads them: at most `burst` in any time of `per * burst / limit`. */
  burst?: number | undefined;
}

function checkWhole(value: number, what: string): void {
  if (!(Number.isInteger(value) && value > 0)) throw unfit(`${what} is a whole number from 1`, value);
}

/**
 * What `rateLimiter` gives.
 *
 * It remembers when the last ones came: the next may come when the oldest of them is long enough ago. Those who wait stand in the queue of
 * a lock, and the first of them sleeps; so one that is cancelled has taken nothing, and the next takes its place.
 */
export class RateLimiter {
  /** A ring: the time of the oldest stands at `#next`. */
  readonly #times: number[];
  readonly #window: number;
  readonly #lock: Lock = new Lock();
  #next = 0;
  #clock: Scheduler | null = null;

  /** @internal Use `rateLimiter`. */
  constructor({ limit, per, burst = limit }: RateLimit) {
    checkWhole(limit, "limit");
    checkWhole(burst, "burst");
    this.#times = new Array<number>(burst);
    this.#window = (milliseconds(per) * burst) / limit;
  }

  /** Waits until the next one may come. First come, first served. */
  acquire(): Coroutine<void> {
    return noteCreated(RateLimiter.#acquire(this), this.acquire);
  }

  /**
   * Waits as `acquire()` does, and runs the body. It is its beginning that is limited: how long it takes does not matter.
   *
   * @returns the value of the body
   */
  with<T>(body: () => T | PromiseLike<T>): Coroutine<T> {
    checkFunction(body, "RateLimiter.with takes a function that returns what to await");
    return noteCreated(RateLimiter.#with(this, body) as Coroutine<T>, this.with);
  }

  static readonly #acquire = hidden("RateLimiter.acquire", function* (self: RateLimiter) {
    yield self.#lock.with(() => RateLimiter.#take(self));
  });

  static readonly #take = hidden("RateLimiter.acquire", function* (self: RateLimiter) {
    const { scheduler } = current.task as Task<unknown>;
    const times = self.#times;
    if (self.#clock !== scheduler) {
      // Another run on another clock: its times have nothing to do with those before.
      self.#clock = scheduler;
      times.fill(-NEVER);
    }
    const left = (times[self.#next] as number) + self.#window - scheduler.time();
    if (left > 0) yield sleep(left);
    times[self.#next] = scheduler.time();
    self.#next = (self.#next + 1) % times.length;
  });

  static readonly #with = hidden("RateLimiter.with", function* (self: RateLimiter, body: () => unknown) {
    yield RateLimiter.#acquire(self);
    return yield new Calling(site, body);
  });
}

/**
 * Lets at most `limit` through in any time of length `per`, first come, first served: a sliding window, and not a bucket, which would let
 * through nearly twice as many in its first such time.
 *
 * @throws TypeError where `limit` or `burst` is no whole number from 1, or `per` no duration
 * @example
 * ```ts
 * const polite = rateLimiter({ limit: 100, per: "1m", burst: 5 });
 * const page = await polite.with(() => download(url));
 * ```
 */
export function rateLimiter(options: RateLimit): RateLimiter {
  return new RateLimiter(options);
}
