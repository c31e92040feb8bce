/** Signals as an async iterable. */
import type { Coroutine } from "../kernel/coroutine.js";
import { Handle } from "../kernel/handle.js";
import { runningScheduler } from "../kernel/scheduler.js";
import { unfit } from "../kernel/unfit.js";
import type { ItemIterator } from "../queues/itemIterator.js";
import { Queue } from "../queues/queue.js";
import { handleSignal } from "../runner/signalHandlers.js";

/** What {@link openSignalReceiver} gives. Ends with `using`, or `close()`. */
export interface SignalReceiver extends ItemIterator<string>, Disposable {
  /** The next signal by its name; `done` after `close()`. */
  next(): Coroutine<IteratorResult<string, undefined>>;
  /** Listens no longer: what a run does with the signals is on again. */
  close(): void;
}

/**
 * From now on these signals are received here, and the run is not cancelled by them (source: `trio.open_signal_receiver`). While it is open the
 * process stays alive.
 *
 * @throws TypeError where it is no signal that a process can handle
 * @example
 * ```ts
 * using signals = openSignalReceiver("SIGHUP", "SIGUSR2");
 * for await (const name of signals) await reload(name);
 * ```
 */
export function openSignalReceiver(...names: readonly [string, ...string[]]): SignalReceiver {
  if (names.length === 0) throw new TypeError("openSignalReceiver takes at least one signal");
  for (const name of names) if (typeof name !== "string") throw unfit('a signal is a name, such as "SIGHUP"', name);
  const scheduler = runningScheduler();
  const received = new Queue<string>();
  const open = new Set<string>();
  const close = (): void => {
    for (const name of open) handleSignal(scheduler, name, null);
    open.clear();
    received.shutdown();
  };
  try {
    for (const name of names) {
      handleSignal(scheduler, name, new Handle(scheduler, () => received.putNowait(name), []));
      open.add(name);
    }
  } catch (error) {
    close();
    throw error;
  }
  return Object.assign(received[Symbol.asyncIterator](), { close, [Symbol.dispose]: close });
}
