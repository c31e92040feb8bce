/** Work that is done once, whoever asks for it. */
import { wait } from "../concurrency/wait.js";
import type { CodeSite } from "../kernel/codeSite.js";
import { current } from "../kernel/current.js";
import { EXCEPTION, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { currentRoot } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { type AsyncFunction, type CoroutineFunction, type Invocation, waitsForItself, wrapped } from "./wrapped.js";

/** Options of `once`. */
export interface OnceOptions {
  /** Give the error of a run that failed to all later calls, too; default: the next call tries again. */
  keepErrors?: boolean | undefined;
}

/**
 * All calls share one run, and its result is kept. The first call begins it, with its arguments, in a task of its own; whoever comes
 * later awaits that.
 *
 * A caller that is cancelled leaves the run to the others; the last one cancels it, as with any task that several await, and the next
 * call begins another when it has cleaned up. So does the next call after a run that failed, unless `keepErrors` is set: those who awaited
 * that run get its error.
 *
 * @throws InvalidStateError (when awaited) where it is called and awaited inside itself
 * @example
 * ```ts
 * const connect = once(async () => await openDatabase(url));
 * const [user, orders] = await gather(loadUser(await connect()), loadOrders(await connect()));
 * ```
 */
export function once<This, A extends unknown[], T>(
  fn: AsyncFunction<This, A, T>,
  { keepErrors = false }: OnceOptions = {},
): CoroutineFunction<This, A, T> {
  let run: Task<T> | null = null;
  const serve = hidden("once", function* (invocation: Invocation<T>, { name }: CodeSite) {
    while (run && !run.done() && run.cancelling() > 0) {
      if (run === current.task) break;
      yield wait([run]);
    }
    if (run?.done() && (run.cancelled() || (!keepErrors && (run.flags & STATE) === EXCEPTION))) run = null;
    run ??= spawn(invocation(), currentRoot());
    if (run === current.task) throw waitsForItself(name);
    return (yield run) as T;
  });
  return wrapped("once", fn, serve);
}
