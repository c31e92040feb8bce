/** A clock that stands still while anything runs, and jumps when nothing does. */
import { hooks } from "../kernel/hooks.js";
import { type Host, PlatformHost } from "../kernel/host.js";
import { stuck } from "../runner/deadlock.js";

/**
 * Virtual time for `run({ clock })`: an hour of sleeping takes no time, and the order of events is the same each time (source: trio's
 * `MockClock` with autojump).
 *
 * The clock jumps to the next timer when nothing is ready and no operation of the platform is awaited.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * await run(() => sleep("1h"), { clock });
 * clock.now();   // 3600000
 * ```
 */
export class VirtualClock implements Host {
  #now: number;
  readonly #platform = new PlatformHost();

  /** @param start - what `now()` is at first, in milliseconds */
  constructor(start = 0) {
    this.#now = start;
    hooks.stuck = stuck;
  }

  /** The virtual time in milliseconds. */
  now(): number {
    return this.#now;
  }

  /** @internal Never used: the scheduler jumps. */
  setTimer(): undefined {
    return undefined;
  }

  /** @internal */
  clearTimer(): void {}

  /** @internal */
  soon(callback: () => void): void {
    this.#platform.soon(callback);
  }

  /** @internal */
  later(callback: () => void): void {
    this.#platform.later(callback);
  }

  /** @internal */
  jump(deadline: number): void {
    this.#now = Math.max(this.#now, deadline);
  }
}
