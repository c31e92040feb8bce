/** One run, from its main task to the settling of its promise; see `run.ts` for the phases. */
import type { Coroutine } from "../kernel/coroutine.js";
import { CancelledError, DeadlockError } from "../kernel/errors.js";
import { type Future, Observer, RESULT, STATE } from "../kernel/future.js";
import { hidden } from "../kernel/hidden.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { begin } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { reportWatched } from "../kernel/watchlist.js";
import { describeWaits } from "./describeWaits.js";
import { debugAsked } from "./environment.js";
import { watchExhaustion } from "./exhaustion.js";
import type { RunOptions } from "./run.js";
import { watchSignals } from "./signals.js";

/** Waits for tasks to be done, whatever their outcome. */
const settled = hidden("run", function* (tasks: Future<unknown>[]) {
  for (const task of tasks) {
    task.retrieve();
    try {
      yield task;
    } catch {
      // Looked at by the caller.
    }
  }
});

/** Ends what a main task has left behind: tasks in rounds, since clean-ups may make tasks, then async generators. */
const finish = hidden("run", function* (root: Root) {
  while (root.taskCount > 0) {
    const left = [...root.tasks()];
    for (const task of left) task.cancel("the run ends");
    yield settled(left);
    for (const task of left) {
      const exception = task.cancelled() ? null : task.exception();
      if (exception !== null) root.scheduler.report({ message: "unhandled exception during run() shutdown", exception, task });
    }
  }
  for (const closable of root.closables) {
    root.closables.delete(closable);
    try {
      yield closable.close();
    } catch (exception) {
      root.scheduler.report({ message: "an error occurred during closing of an async generator", exception });
    }
  }
});

export class Run<T> {
  readonly root: Root;
  readonly main: Task<T>;
  readonly #settle: () => void;
  /** What the run fails with, whatever the main task ends with. */
  #failure: unknown;

  constructor(scheduler: Scheduler, coroutine: Coroutine<T>, options: RunOptions, resolve: (value: T) => void, reject: (error: unknown) => void) {
    coroutine.take();
    // What was made until now was made outside the run.
    makeFor(null);
    const root = new Root(scheduler, options.debug ?? debugAsked());
    this.root = root;
    activeRuns.add(root);
    const main = begin(coroutine, root, { name: "main", context: options.context });
    this.main = main;
    main.retrieve();
    const releases = [watchExhaustion(this as Run<unknown>)];
    if (options.signals !== false && scheduler.host.jump === undefined) releases.push(watchSignals(this as Run<unknown>));
    this.#settle = () => {
      if (!activeRuns.has(root)) return;
      makeFor(null);
      reportWatched(root);
      activeRuns.delete(root);
      for (const release of releases) release();
      if (this.#failure !== undefined) reject(this.#failure);
      else if ((main.flags & STATE) === RESULT) resolve(main.value as T);
      else reject(main.done() ? main.error() : new CancelledError("the run ended"));
    };
    new Observer(main as Future<unknown>, false, scheduler, () => {
      // The tasks of the run are its own; what ends them is not one of them.
      const ending = begin(finish(root), new Root(scheduler, root.debug), { name: "ending the run" });
      new Observer(ending, true, scheduler, this.#settle);
    });
  }

  /** Nothing is ready, no timer is set and the host has nothing left to do. */
  stuck(): void {
    if (this.#failure !== undefined) {
      // Not even the clean-ups can go on.
      this.#settle();
      return;
    }
    this.#failure = new DeadlockError(`the program can never go on; all tasks wait\n${describeWaits(this.root)}`);
    for (const task of [...this.root.tasks()]) task.cancel("deadlock");
  }
}
