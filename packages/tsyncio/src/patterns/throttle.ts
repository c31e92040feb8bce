/** Calls that run at most once in a time. */
import { current } from "../kernel/current.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import type { Scheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";
import { unfit } from "../kernel/unfit.js";
import { Burst } from "./burst.js";
import { type AsyncFunction, type CoroutineFunction, type Invocation, wrapped } from "./wrapped.js";

/** Options of `throttle`. */
export interface ThrottleOptions {
  /** Run the first call at once, and not at the end of the time; default: true. */
  leading?: boolean | undefined;
  /** Run once more at the end of the time, where more calls came; default: true. Otherwise those get the outcome of the run before, also where that was cancelled. */
  trailing?: boolean | undefined;
}

/**
 * Begins a run at most once in a time: the first call at once, and those that come meanwhile together at the end of the time, with
 * the arguments of the last one (source: lodash's `throttle`). Each caller gets the outcome of the run that serves it.
 *
 * A caller that is cancelled takes its arguments with it; where all that a run serves are, it is cancelled, or does not begin.
 *
 * @throws TypeError where the duration is not one, or neither `leading` nor `trailing` is set
 * @example
 * ```ts
 * const report = throttle("1s", async (progress: number) => { await post(progress); });
 * ```
 */
export function throttle<This, A extends unknown[], T>(
  duration: Duration,
  fn: AsyncFunction<This, A, T>,
  { leading = true, trailing = true }: ThrottleOptions = {},
): CoroutineFunction<This, A, T> {
  const period = milliseconds(duration);
  if (!leading && !trailing)
    throw unfit("throttle runs at the beginning (leading), at the end (trailing), or both", false);
  let clock: Scheduler | null = null;
  /** When the next run may begin. */
  let free = -NEVER;
  /** The run that began last, and the one that is to begin. */
  let last: Burst<T> | null = null;
  let coming: Burst<T> | null = null;
  const serve = hidden("throttle", function* (invocation: Invocation<T>) {
    const { root, scheduler } = current.task as Task<unknown>;
    const now = scheduler.time();
    if (clock !== scheduler) {
      // Another run on another clock: its times have nothing to do with those before.
      clock = scheduler;
      free = -NEVER;
    }
    let burst = coming;
    if (!burst?.open) {
      if (now < free && !trailing) burst = last;
      else if (now >= free && leading) {
        free = now + period;
        burst = new Burst<T>(root, now);
        last = burst;
      } else {
        free = now < free ? free : now + period;
        burst = new Burst<T>(root, free, () => {
          free = scheduler.time() + period;
          last = coming;
        });
        coming = burst;
      }
    }
    return (yield burst?.join(invocation)) as T;
  });
  return wrapped("throttle", fn, serve);
}
