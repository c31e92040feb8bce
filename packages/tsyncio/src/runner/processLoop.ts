/** What an `EventLoop` has to do with the process: executors and signals. */
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, NEVER } from "../kernel/duration.js";
import type { Future } from "../kernel/future.js";
import { Handle } from "../kernel/handle.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Scheduler } from "../kernel/scheduler.js";
import { type AnyCallback, type CallbackOptions, checkCallback, contextIn } from "./callback.js";
import { setDefault, shutDown, submit } from "./defaultExecutor.js";
import type { Executor } from "./executor.js";
import { handleSignal } from "./signalHandlers.js";

/** The base of `EventLoop` where there is a process; elsewhere another one, whose methods throw, stands in its place. */
export abstract class ProcessLoop {
  /** @internal */ abstract readonly scheduler: Scheduler;

  /** @internal The scheduler, where the loop is not closed. */
  abstract get live(): Scheduler;

  /**
   * Runs a function elsewhere, in a thread or a process, and gives a future of its result (source: `loop.run_in_executor`). Where the future, or
   * the only task that awaits it, is cancelled, the executor is told; what has begun there goes on.
   *
   * @param executor - `null`: the default one
   * @throws TypeError for a coroutine function; InvalidStateError where there is no default executor, or it was shut down
   */
  runInExecutor<A extends unknown[], T>(
    executor: Executor | null,
    fn: (...args: A) => T,
    ...args: A
  ): Future<Awaited<T>> {
    checkCallback(fn);
    return submit(this.live, executor, fn, args);
  }

  /** What `runInExecutor(null, …)` uses until the last run has ended, which shuts it down. */
  setDefaultExecutor(executor: Executor): void {
    setDefault(this.live, executor);
  }

  /**
   * Shuts the default executor down and waits until what it runs has ended (source: `loop.shutdown_default_executor`).
   *
   * @param timeout - how long to wait; what goes on after that is reported
   */
  shutdownDefaultExecutor(timeout: Duration = NEVER): Coroutine<void> {
    return noteCreated(shutDown(this.scheduler, timeout), this.shutdownDefaultExecutor);
  }

  /**
   * Calls `callback` in an iteration of the loop when the process gets the signal; the former handler of the signal is replaced (source:
   * `loop.add_signal_handler`). What `run()` does with a signal is off while the program handles it. It lasts until the last run has ended.
   *
   * @throws TypeError for a coroutine function, and for what is no signal that can be handled; InvalidStateError where there is no process
   * @example
   * ```ts
   * getRunningLoop().addSignalHandler("SIGHUP", () => createTask(reload()));
   * ```
   */
  addSignalHandler<A extends unknown[]>(signal: `SIG${string}`, callback: (...args: A) => void, ...args: A): void;
  addSignalHandler<A extends unknown[]>(
    signal: `SIG${string}`,
    callback: (...args: A) => void,
    ...args: [...A, CallbackOptions]
  ): void;
  addSignalHandler(signal: `SIG${string}`, callback: AnyCallback, ...args: unknown[]): void {
    const scheduler = this.live;
    handleSignal(scheduler, signal, new Handle(scheduler, checkCallback(callback), args, contextIn(args)));
  }

  /** Returns whether the signal had a handler. */
  removeSignalHandler(signal: `SIG${string}`): boolean {
    return handleSignal(this.scheduler, signal, null);
  }
}
