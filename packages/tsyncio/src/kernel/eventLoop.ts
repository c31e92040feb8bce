/** The event loop as the program sees it (source: `asyncio.AbstractEventLoop`): a face of the scheduler. */

import type { Context } from "./context.js";
import { current } from "./current.js";
import type { ContextHolder } from "./currentContext.js";
import { checkedTime, type Duration, milliseconds } from "./duration.js";
import { InvalidStateError } from "./errors.js";
import { Future } from "./future.js";
import { Handle, TimerHandle } from "./handle.js";
import { printReport, type Report } from "./report.js";
import { activeRuns, currentRoot, runningScheduler, type Scheduler } from "./scheduler.js";
import { spawn, type TaskOptions } from "./spawn.js";
import type { Task } from "./task.js";
import { type Awaitable, toCoroutine } from "./toFuture.js";
import { checkFunction } from "./unfit.js";

type AnyCallback = (...args: unknown[]) => void;

const CALLBACK = "a callback is a function";

/** Receives what nobody caught (source: `loop.set_exception_handler`). */
export type ExceptionHandler = (loop: EventLoop, report: Report) => void;

const faces = new WeakMap<Scheduler, EventLoop>();

/**
 * The loop that runs the tasks of this thread.
 *
 * @example
 * ```ts
 * const loop = getRunningLoop();
 * loop.callLater("1s", () => console.log("one second later"));
 * ```
 */
export class EventLoop {
  readonly #scheduler: Scheduler;
  #handler: ExceptionHandler | null = null;

  /** @internal Use `getRunningLoop`. */
  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Milliseconds on the clock of the loop, which never goes back. */
  time(): number {
    return this.#scheduler.time();
  }

  /** Calls `callback` in the next iteration, in the order of the calls of `callSoon`, in a copy of the current context. */
  callSoon<A extends unknown[]>(callback: (...args: A) => void, ...args: A): Handle {
    checkFunction(callback, CALLBACK);
    const handle = new Handle(this.#scheduler, callback as AnyCallback, args);
    this.#scheduler.enqueue(handle);
    return handle;
  }

  /** Calls `callback` after a time, never earlier. Equal times in the order of the calls. */
  callLater<A extends unknown[]>(delay: Duration, callback: (...args: A) => void, ...args: A): TimerHandle {
    return this.callAt(this.time() + milliseconds(delay), callback, ...args);
  }

  /** Calls `callback` at a time of `time()`, in milliseconds. */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => void, ...args: A): TimerHandle {
    checkFunction(callback, CALLBACK);
    const handle = new TimerHandle(this.#scheduler, checkedTime(when), callback as AnyCallback, args);
    this.#scheduler.addTimer(handle, when <= this.time());
    return handle;
  }

  createFuture<T>(): Future<T> {
    return new Future<T>();
  }

  createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions & { context?: Context }): Task<T> {
    const root = currentRoot();
    const owner = root.scheduler === this.#scheduler ? root : this.#scheduler.implicit;
    return spawn(toCoroutine<T>(awaitable, "createTask"), owner, options);
  }

  /**
   * Replaces what is done with errors that nobody caught; `null`: they are printed. A handler runs in the context of the task or callback
   * that failed. Where it fails itself, that and the report are printed.
   */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null) checkFunction(handler, "an exception handler is a function or null");
    this.#handler = handler;
    this.#scheduler.onReport =
      handler && ((report) => inContextOf(report.task ?? report.future ?? report.handle, () => handler(this, report)));
  }

  getExceptionHandler(): ExceptionHandler | null {
    return this.#handler;
  }

  /** Hands a report to the exception handler. Never throws. */
  callExceptionHandler(report: Report): void {
    this.#scheduler.report(report);
  }

  /** What is done with a report where no handler is set: it is printed. For handlers that deal with some reports only. */
  defaultExceptionHandler(report: Report): void {
    printReport(report);
  }
}

/** Calls `fn` in the context of a task or a callback, where there is one. */
function inContextOf(entry: unknown, fn: () => void): void {
  const { task, context } = current;
  const own = (entry as { context?: ContextHolder } | undefined)?.context;
  if (own) {
    current.task = null;
    current.context = own;
  }
  try {
    fn();
  } finally {
    current.task = task;
    current.context = context;
  }
}

function loopOf(scheduler: Scheduler): EventLoop {
  const loop = faces.get(scheduler) ?? new EventLoop(scheduler);
  faces.set(scheduler, loop);
  return loop;
}

/**
 * The loop that runs now (source: `asyncio.get_running_loop`).
 *
 * @throws InvalidStateError where none runs
 */
export function getRunningLoop(): EventLoop {
  if (!current.scheduler && activeRuns.size === 0)
    throw new InvalidStateError("no running event loop; call it inside run()");
  return loopOf(runningScheduler());
}
