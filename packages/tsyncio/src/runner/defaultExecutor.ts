/** What an `EventLoop` does with executors. A browser has none: `noProcess.ts`. */
import { closeAtEnd } from "../kernel/closables.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { InvalidStateError } from "../kernel/errors.js";
import type { Future } from "../kernel/future.js";
import { Observer } from "../kernel/observer.js";
import { activeRuns, currentRoot, type Scheduler } from "../kernel/scheduler.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";
import { Task } from "../kernel/task.js";
import { awaiting } from "../kernel/toFuture.js";
import { checkFunction } from "../kernel/unfit.js";
import type { Executor } from "./executor.js";

const executors = new WeakMap<Scheduler, Executor>();

const site = librarySite("shutdownDefaultExecutor");

/** Sends a call to an executor, to the default one for `null`. */
export function submit<A extends unknown[], T>(
  scheduler: Scheduler,
  executor: Executor | null,
  fn: (...args: A) => T,
  args: A,
): Future<Awaited<T>> {
  const chosen = executor ?? executors.get(scheduler);
  if (!chosen)
    throw new InvalidStateError(
      "there is no default executor, or it was shut down: setDefaultExecutor(new ThreadPoolExecutor()) of tsyncio/executors",
    );
  const submission = chosen.submit(fn, ...args);
  const root = currentRoot();
  // No task of the run, which would cancel it at its end; but its error is one of the run's.
  const task = new Task(awaiting<Awaited<T>>(submission), { name: fn.name }, scheduler.implicit);
  task.home = () => root;
  new Observer(task as Future, false, scheduler, () => {
    if (task.cancelled()) submission.cancel?.();
  });
  return task;
}

/** Sets the default executor. The last run of the loop, of those that do not keep what is set, shuts it down at its end. */
export function setDefault(scheduler: Scheduler, executor: Executor): void {
  checkFunction(executor?.submit, "an executor has the functions submit() and shutdown()");
  executors.set(scheduler, executor);
  scheduler.ending = (root) => {
    const others = [...activeRuns].some((run) => run !== root && run.scheduler === scheduler);
    if (others || scheduler.face?.kept !== 0) return;
    closeAtEnd(root, { name: "the default executor", close: () => shutDown(scheduler, "300s") });
  };
}

/** What the loop has for `null`, where there is one. */
export function defaultExecutor(scheduler: Scheduler): Executor | undefined {
  return executors.get(scheduler);
}

/** Awaits the end of all that the default executor runs, but no longer than the time. */
export function shutDown(scheduler: Scheduler, timeout: Duration): Coroutine<void> {
  const limit = milliseconds(timeout);
  const made = new ScopeFrame<unknown>(
    site,
    () => forget(scheduler)?.shutdown(),
    limit,
    () =>
      scheduler.report({
        message: `the default executor has not ended what it runs within ${limit / 1000} seconds; it is left alone`,
      }),
  );
  return made as Coroutine<void>;
}

/** The loop has no default executor any more. */
export function forget(scheduler: Scheduler): Executor | undefined {
  const executor = executors.get(scheduler);
  executors.delete(scheduler);
  return executor;
}
