/** Calls that wait until no more come. */
import { current } from "../kernel/current.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import type { Task } from "../kernel/task.js";
import { Burst } from "./burst.js";
import { type AsyncFunction, type CoroutineFunction, type Invocation, wrapped } from "./wrapped.js";

/**
 * Runs when no call has come for a time, with the arguments of the last one. All calls until then get the outcome of that run.
 *
 * A caller that is cancelled takes its arguments with it; where all are, nothing runs. A call that comes while the run is on belongs to
 * the next one, which does not wait for it: `debounce("300ms", restart(fn))` says what becomes of the two.
 *
 * @throws TypeError where the duration is not one
 * @example
 * ```ts
 * const suggest = debounce("300ms", async (text: string) => await find(text));
 * ```
 */
export function debounce<This, A extends unknown[], T>(
  duration: Duration,
  fn: AsyncFunction<This, A, T>,
): CoroutineFunction<This, A, T> {
  const quiet = milliseconds(duration);
  let burst: Burst<T> | null = null;
  const serve = hidden("debounce", function* (invocation: Invocation<T>) {
    const { root, scheduler } = current.task as Task<unknown>;
    const due = scheduler.time() + quiet;
    if (burst?.open) burst.due = due;
    else burst = new Burst<T>(root, due);
    return (yield burst.join(invocation)) as T;
  });
  return wrapped("debounce", fn, serve);
}
