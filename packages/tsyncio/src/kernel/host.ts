/**
 * All that the kernel knows of the platform: a clock, one one-shot timer, and two ways to be called again.
 *
 * The globals are looked up at each call and not once, so that a test that replaces `setTimeout` is obeyed.
 */
import type { ReadyQueue } from "./readyQueue.js";

/** The platform as the event loop sees it. Give another one to `run({ clock })`, as `VirtualClock` of `tsyncio/testing` does. */
export interface Host {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls `fire` once after `delay` milliseconds, never earlier. */
  setTimer(delay: number, fire: () => void): unknown;
  clearTimer(timer: unknown): void;
  /** Calls `callback` as soon as the code that runs now has ended (a microtask). */
  soon(callback: () => void): void;
  /** Calls `callback` after the platform had a turn for its own timers and input (a macrotask). */
  later(callback: () => void): void;
  /**
   * Only on hosts whose time stands still, which then need no timer: nothing is ready and no operation of the platform is awaited.
   * Moves the clock to `deadline`, the time of the next timer.
   */
  jump?(deadline: number): void;
  /** @internal Another queue than the usual one, for the scheduler of this host. */
  readonly queue?: ReadyQueue;
  /** Calls `callback` when the process is about to end; absent where the platform cannot. */
  atExit?(callback: () => void): void;
}

/** setTimeout takes at most 2**31 - 1 ms and treats more as 1 ms; the loop sets the rest again. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Platform {
  setImmediate?: (callback: () => void) => unknown;
  MessageChannel?: new () => {
    port1: { onmessage: (() => void) | null; close(): void };
    port2: { postMessage(value: unknown): void };
  };
  setTimeout(callback: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
  queueMicrotask(callback: () => void): void;
  performance: { now(): number };
  process?: { once?(event: "exit", callback: () => void): unknown };
}

const platform = globalThis as unknown as Platform;

/** The host that a browser, Node, Deno or Bun offers by its globals. */
export class PlatformHost implements Host {
  now(): number {
    return platform.performance.now();
  }

  setTimer(delay: number, fire: () => void): unknown {
    // Rounded up: Node cuts fractions off and would fire early.
    return platform.setTimeout(fire, Math.min(Math.ceil(delay), LONGEST_TIMER));
  }

  clearTimer(timer: unknown): void {
    platform.clearTimeout(timer);
  }

  soon(callback: () => void): void {
    platform.queueMicrotask(callback);
  }

  later(callback: () => void): void {
    const { setImmediate, MessageChannel: Channel } = platform;
    if (setImmediate) setImmediate(callback);
    else if (!Channel) platform.setTimeout(callback, 0);
    else {
      // Browsers delay a nested setTimeout by 4 ms; a message comes at once, and still after input and painting.
      const { port1, port2 } = new Channel();
      port1.onmessage = () => {
        port1.close();
        callback();
      };
      port2.postMessage(null);
    }
  }

  atExit(callback: () => void): void {
    platform.process?.once?.("exit", callback);
  }
}
