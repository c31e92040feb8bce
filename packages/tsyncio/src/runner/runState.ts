/** One run, from its main task to the settling of its promise; see `run.ts` for the phases. */
import { debugAsked, watchProcess } from "#process";
import type { Coroutine } from "../kernel/coroutine.js";
import { CancelledError } from "../kernel/errors.js";
import { Observer } from "../kernel/future.js";
import { RESULT, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { begin } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { reportWatched } from "../kernel/watchlist.js";
import type { RunOptions } from "./run.js";

/** Ends what a main task has left behind: tasks in rounds, since clean-ups may make tasks, then async generators. */
const finish = hidden("run", function* (root: Root) {
  while (root.taskCount > 0) {
    const left = [...root.tasks()];
    for (const task of left) {
      task.retrieve();
      task.cancel("the run ends");
    }
    for (const task of left) {
      try {
        yield task;
      } catch (exception) {
        if (!task.cancelled())
          root.scheduler.report({ message: "unhandled exception during run() shutdown", exception, task });
      }
    }
  }
  for (const closable of root.closables) {
    root.closables.delete(closable);
    try {
      yield closable.close();
    } catch (exception) {
      root.scheduler.report({ message: `error during closing of an async generator '${closable.name}'`, exception });
    }
  }
});

export class Run<T> extends Root {
  readonly main: Task<T>;
  /** The end: tells who awaits the run. A second call does nothing. */
  readonly settle: () => void;
  /** What the run fails with, whatever the main task ends with. */
  failure: unknown = undefined;

  constructor(
    scheduler: Scheduler,
    coroutine: Coroutine<T>,
    options: RunOptions,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    super(scheduler, options.debug ?? debugAsked());
    coroutine.take();
    // What was made until now was made outside the run.
    makeFor(null);
    activeRuns.add(this);
    const main = begin(coroutine, this, { name: "main", context: options.context });
    this.main = main;
    main.retrieve();
    const release = watchProcess(this as Run<unknown>, options.signals !== false);
    this.settle = () => {
      if (!activeRuns.delete(this)) return;
      makeFor(null);
      reportWatched(this);
      release();
      if (this.failure) reject(this.failure);
      else if ((main.flags & STATE) === RESULT) resolve(main.value as T);
      else reject(main.done() ? main.error() : new CancelledError("the run ended"));
    };
    new Observer(main, false, scheduler, () => {
      // The tasks of the run are its own; what ends them is not one of them.
      const ending = begin(finish(this), new Root(scheduler, this.debug), { name: "ending the run" });
      new Observer(ending, true, scheduler, this.settle);
    });
  }
}
