/**
 * The program's own handlers of signals (source: `loop.add_signal_handler`): a signal enqueues a callback of the loop. While there is one, what
 * a run does with the signal is off; see `signals.ts`. A handler that is set in a run keeps the process alive: the run may wait for it.
 */

import { InvalidStateError } from "../kernel/errors.js";
import type { Handle } from "../kernel/handle.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { unfit } from "../kernel/unfit.js";
import { hostProcess } from "./environment.js";
import { leaveSignal, resumeSignal } from "./signals.js";

interface Handler {
  readonly handle: Handle;
  /** Ends it. */
  remove(): void;
}

interface Platform {
  process?: { getBuiltinModule?(id: string): unknown };
  setInterval(callback: () => void, delay: number): unknown;
  clearInterval(timer: unknown): void;
}

const platform = globalThis as unknown as Platform;

const handlers = new WeakMap<Scheduler, Map<string, Handler>>();

/**
 * Sets the handler of a signal, or with `null` removes it; without a signal all are removed.
 *
 * @returns whether there was one before
 */
export function handleSignal(scheduler: Scheduler, signal: string | null, handle: Handle | null): boolean {
  const own = handlers.get(scheduler) ?? new Map<string, Handler>();
  handlers.set(scheduler, own);
  const made = signal !== null && handle ? listen(scheduler, signal, handle) : undefined;
  let had = false;
  for (const [name, handler] of own) {
    if (signal !== null && name !== signal) continue;
    handler.handle.cancel();
    handler.remove();
    own.delete(name);
    had = true;
  }
  if (made) own.set(signal as string, made);
  return had;
}

function listen(scheduler: Scheduler, signal: string, handle: Handle): Handler {
  const process = hostProcess();
  if (!process) throw new InvalidStateError("signals need a process: Node, Deno or Bun");
  const os = platform.process?.getBuiltinModule?.("node:os") as { constants: { signals: object } } | undefined;
  const known = os ? Object.hasOwn(os.constants.signals, signal) : /^SIG[A-Z]/.test(signal);
  if (!known || /^SIG(KILL|STOP)$/.test(signal)) throw unfit("a signal that a process can handle", signal);
  const listener = (): void => scheduler.enqueue(handle);
  process.on(signal, listener);
  const alive = activeRuns.size > 0 ? platform.setInterval(() => {}, 2 ** 30) : undefined;
  leaveSignal(signal);
  return {
    handle,
    remove() {
      process.off(signal, listener);
      platform.clearInterval(alive);
      resumeSignal(signal);
    },
  };
}
