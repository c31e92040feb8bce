/** One run, from its main task to the settling of its promise; see `run.ts` for the phases. */
import { debugAsked, watchProcess } from "#process";
import type { Coroutine } from "../kernel/coroutine.js";
import { CancelledError } from "../kernel/errors.js";
import { Observer } from "../kernel/future.js";
import { RESULT, STATE } from "../kernel/futureBits.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { begin } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { reportWatched } from "../kernel/watchlist.js";
import { finish } from "./finish.js";
import type { RunOptions } from "./run.js";

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
    new Observer(main, false, scheduler, () => scheduler.enqueue({ run: () => finish(this, this.settle) }));
  }
}
