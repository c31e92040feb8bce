/**
 * The event loop as the program sees it (source: `asyncio.AbstractEventLoop`): a face of the scheduler.
 *
 * One loop serves a thread, and the platform drives it: it never stands still. So `stop()` ends the runs that are on, and not the loop;
 * `close()` ends this object, and the next run gets a new one; and what the program has set on a loop (handlers, factories, executors)
 * lasts until the last run has ended, as asyncio's loops end with theirs. A `Runner`, and whoever calls `runForever()` or
 * `runUntilComplete()`, keeps it for longer: until it is closed.
 */

import { ProcessLoop, resetLoop, timeSteps } from "#process";
import { TAKEN } from "../kernel/coroutineBits.js";
import { current } from "../kernel/current.js";
import { type ContextOwner, contextOf } from "../kernel/currentContext.js";
import { checkedTime, type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { InvalidStateError } from "../kernel/errors.js";
import { Future } from "../kernel/future.js";
import { Handle, TimerHandle } from "../kernel/handle.js";
import { printReport, type Report } from "../kernel/report.js";
import { activeRuns, currentRoot, type Face, runningScheduler, type Scheduler } from "../kernel/scheduler.js";
import { showAsText } from "../kernel/showAsText.js";
import { spawn, type TaskOptions } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { checkFunction } from "../kernel/unfit.js";
import { type AnyCallback, type CallbackOptions, checkCallback, contextIn } from "./callback.js";
import { failRun } from "./failRun.js";
import { checkOutside, type Main, start } from "./run.js";
import { Run } from "./runState.js";
import type { TaskFactory } from "./taskFactory.js";

/** Receives what nobody caught (source: `loop.set_exception_handler`). */
export type ExceptionHandler = (loop: EventLoop, report: Report) => void;

/**
 * The loop that runs the tasks of this thread.
 *
 * Callbacks get the arguments that follow them. After these, `{ context }` says in which context the callback runs.
 *
 * @example
 * ```ts
 * const loop = getRunningLoop();
 * loop.callLater("1s", console.log, "one second later");
 * loop.callSoon(console.log, "in a context of its own", { context: new Context() });
 * ```
 */
export class EventLoop extends ProcessLoop implements Face {
  static {
    // Here, and not in the class: nobody else hands them out.
    showAsText(Handle.prototype);
  }

  /** @internal */ readonly scheduler: Scheduler;
  #handler: ExceptionHandler | null = null;
  #factory: TaskFactory | null = null;
  /** @internal How often it was asked that what the program has set stays when the last run has ended. */
  kept = 0;
  /** Called while nothing ran: the next run of this loop has one iteration. */
  #stopped = false;
  /** In debug mode what takes longer than so many milliseconds, a callback or a step of a task, is reported. */
  slowCallbackDuration = 100;

  /** @internal Use `getRunningLoop`. */
  constructor(scheduler: Scheduler) {
    super();
    this.scheduler = scheduler;
  }

  /** Milliseconds on the clock of the loop, which never goes back. */
  time(): number {
    return this.scheduler.time();
  }

  /** Calls `callback` in the next iteration, in the order of the calls of `callSoon`, in a copy of the current context. */
  callSoon<A extends unknown[]>(callback: (...args: A) => void, ...args: A): Handle;
  callSoon<A extends unknown[]>(callback: (...args: A) => void, ...args: [...A, CallbackOptions]): Handle;
  callSoon(callback: AnyCallback, ...args: unknown[]): Handle {
    const scheduler = this.live;
    const handle = new Handle(scheduler, checkCallback(callback), args, contextIn(args));
    scheduler.enqueue(handle);
    return handle;
  }

  /** As `callSoon`: there is one thread, and what wakes an idle loop from outside is native code (source: `loop.call_soon_threadsafe`). */
  callSoonThreadsafe<A extends unknown[]>(callback: (...args: A) => void, ...args: A): Handle;
  callSoonThreadsafe<A extends unknown[]>(callback: (...args: A) => void, ...args: [...A, CallbackOptions]): Handle;
  callSoonThreadsafe(callback: AnyCallback, ...args: unknown[]): Handle {
    return this.callSoon(callback, ...args);
  }

  /** Calls `callback` after a time, never earlier. Equal times in the order of the calls. */
  callLater<A extends unknown[]>(delay: Duration, callback: (...args: A) => void, ...args: A): TimerHandle;
  callLater<A extends unknown[]>(
    delay: Duration,
    callback: (...args: A) => void,
    ...args: [...A, CallbackOptions]
  ): TimerHandle;
  callLater(delay: Duration, callback: AnyCallback, ...args: unknown[]): TimerHandle {
    const now = this.time();
    return this.#timer(now + milliseconds(delay), now, callback, args);
  }

  /** Calls `callback` at a time of `time()`, in milliseconds. */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => void, ...args: A): TimerHandle;
  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => void,
    ...args: [...A, CallbackOptions]
  ): TimerHandle;
  callAt(when: number, callback: AnyCallback, ...args: unknown[]): TimerHandle {
    return this.#timer(checkedTime(when), this.time(), callback, args);
  }

  #timer(when: number, now: number, callback: AnyCallback, args: unknown[]): TimerHandle {
    const scheduler = this.live;
    const handle = new TimerHandle(scheduler, when, checkCallback(callback), args, contextIn(args));
    scheduler.addTimer(handle, when <= now);
    return handle;
  }

  /** The same as `new Future()`. */
  createFuture<T>(): Future<T> {
    return new Future<T>();
  }

  /** As the function `createTask`. Outside any run of this loop the task belongs to none. */
  createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions): Task<T> {
    const root = currentRoot();
    const scheduler = this.live;
    const owner = root.scheduler === scheduler ? root : scheduler.implicit;
    return spawn(toCoroutine<T>(awaitable, "createTask"), owner, options);
  }

  /** Whether a run of this loop is on, or the code that asks is run by it. */
  isRunning(): boolean {
    return current.scheduler === this.scheduler || this.#runs().length > 0;
  }

  /** Whether `close()` was called. */
  isClosed(): boolean {
    return this.scheduler.face !== this;
  }

  /**
   * As `run` on this loop, but what the program has set on the loop stays (source: `loop.run_until_complete`).
   *
   * @throws (as rejection) InvalidStateError where `stop()` comes first, after the clean-ups
   */
  runUntilComplete<T>(main: Main<T>): Promise<T> {
    return start("runUntilComplete", main, () => this.#run(true));
  }

  /** Until `stop()` is called (source: `loop.run_forever`). The process stays alive. What the callbacks have left is cleaned up then. */
  runForever(): Promise<void> {
    return new Promise((resolve, reject) => {
      checkOutside("runForever");
      const run = this.#run(false);
      const { host } = this.scheduler;
      const nothing = (): void => {};
      const alive = host.setTimer(NEVER, nothing);
      // A virtual clock looks whether it is stuck when it has run something.
      this.callSoon(nothing);
      run.open(() => {
        host.clearTimer(alive);
        resolve();
      }, reject);
    });
  }

  #run(ending: boolean): Run {
    const run = new Run(this.live, {}, ending);
    this.kept++;
    if (this.#stopped) this.#stopSoon();
    this.#stopped = false;
    return run;
  }

  /**
   * Lets the current iteration finish, and ends the runs that are on: `runForever()` resolves; `run()` and `runUntilComplete()` clean up, and
   * fail where main has not ended (source: `loop.stop`). Where none is on, the next `runForever()` or `runUntilComplete()` has one
   * iteration.
   */
  stop(): void {
    this.#stopped = this.#runs().length === 0;
    if (!this.#stopped) this.#stopSoon();
  }

  #stopSoon(): void {
    const { scheduler } = this;
    const run = (): void => {
      scheduler.stopping = () => this.#runs().forEach(stopRun);
    };
    if (current.scheduler === scheduler) run();
    else scheduler.enqueue({ run });
  }

  /**
   * Closes this object: the next run gets a new one, on which nothing is set. Native code that uses the thread's loop goes on. A second
   * call does nothing.
   *
   * @throws InvalidStateError while a run is on
   */
  close(): void {
    if (this.isRunning()) throw new InvalidStateError("Cannot close a running event loop");
    if (this.isClosed()) return;
    this.#reset();
    this.scheduler.face = null;
  }

  /**
   * Replaces what is done with errors that nobody caught; `null`: they are printed. A handler runs in the context of the task or callback
   * that failed. Where it fails itself, that and the report are printed.
   */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null) checkFunction(handler, "a handler is a function or null");
    this.#handler = handler;
    this.scheduler.report = !handler
      ? printReport
      : (report) => {
          const { task, context } = current;
          const failed = (report.task ?? report.future ?? report.handle) as ContextOwner | undefined;
          // A future that is no task has none.
          if (failed?.context) {
            current.task = null;
            current.context = contextOf(failed);
          }
          try {
            handler(this, report);
          } catch (exception) {
            printReport({ message: "Unhandled error in exception handler", exception });
            printReport(report);
          } finally {
            current.task = task;
            current.context = context;
          }
        };
  }

  /** What `setExceptionHandler` was given. */
  getExceptionHandler(): ExceptionHandler | null {
    return this.#handler;
  }

  /** Hands a report to the exception handler. Never throws. */
  callExceptionHandler(report: Report): void {
    this.scheduler.report(report);
  }

  /** What is done with a report where no handler is set: it is printed. For handlers that deal with some reports only. */
  defaultExceptionHandler(report: Report): void {
    printReport(report);
  }

  /**
   * From now on tasks are made by `factory`: those of `createTask`, `gather`, groups and `run` (source: `loop.set_task_factory`). Where it throws,
   * the coroutine is closed. `null`: no longer. A factory hands the options on: to `new Task`, or to this loop's `createTask`, which then makes a
   * task as without a factory.
   *
   * @example
   * ```ts
   * loop.setTaskFactory((loop, coroutine, options) => new TracedTask(coroutine, options));
   * ```
   */
  setTaskFactory(factory: TaskFactory | null): void {
    if (factory !== null) checkFunction(factory, "a factory is a function or null");
    this.#factory = factory;
    this.scheduler.factory =
      factory &&
      ((coroutine, options) => {
        // It is for the task to take it.
        coroutine.flags &= ~TAKEN;
        try {
          return factory(this, coroutine, options);
        } catch (error) {
          coroutine.discard();
          throw error;
        }
      });
  }

  /** What `setTaskFactory` was given. */
  getTaskFactory(): TaskFactory | null {
    return this.#factory;
  }

  /** As the option of `run`, for the runs that are on and for those that come. Also reports what is slow, see `slowCallbackDuration`. */
  get debug(): boolean {
    return this.scheduler.debug ?? this.#runs()[0]?.debug ?? false;
  }

  set debug(debug: boolean) {
    this.scheduler.debug = debug;
    for (const root of [this.scheduler.implicit, ...this.#runs()]) root.debug = debug;
    timeSteps(this.scheduler, debug);
  }

  /** @internal The scheduler, where this is not closed. */
  get live(): Scheduler {
    if (this.isClosed()) throw new InvalidStateError("Event loop is closed");
    return this.scheduler;
  }

  #runs(): Run[] {
    return [...activeRuns].filter((root) => root.scheduler === this.scheduler) as Run[];
  }

  #reset(): void {
    this.setExceptionHandler(null);
    this.setTaskFactory(null);
    this.scheduler.debug = undefined;
    this.slowCallbackDuration = 100;
    resetLoop(this.scheduler);
  }

  /** @internal */
  left(): void {
    if (this.kept + this.#runs().length === 0) this.#reset();
  }
}

function stopRun(run: Run): void {
  const { main } = run;
  if (main && !main.done())
    failRun(run, new InvalidStateError("Event loop stopped before Future completed."), "the loop was stopped");
  // At once, before what this iteration has enqueued.
  else if (!main) run.end();
}

/** @internal */
export function loopOf(scheduler: Scheduler): EventLoop {
  scheduler.face ??= new EventLoop(scheduler);
  return scheduler.face as EventLoop;
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
