/** One run, from its beginning to the settling of its promise; see `run.ts` for the phases. */
import { debugAsked, watchProcess } from "#process";
import type { Context } from "../kernel/context.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { Observer } from "../kernel/future.js";
import { RESULT, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import { Task } from "../kernel/task.js";
import { reportWatched } from "../kernel/watchlist.js";
import type { RunOptions } from "./run.js";

/**
 * Ends what a main task has left behind: tasks in rounds, since clean-ups may make tasks, then async generators, then the default
 * executor.
 */
const finish = hidden("run", function* (root: Root) {
  const { scheduler } = root;
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
          scheduler.report({ message: "unhandled exception during run() shutdown", exception, task });
      }
    }
  }
  scheduler.ending?.(root);
  for (const closable of root.closables) {
    root.closables.delete(closable);
    try {
      yield closable.close();
    } catch (exception) {
      scheduler.report({ message: `error during closing of ${closable.name}`, exception });
    }
  }
});

export class Run extends Root {
  /** What a signal cancels; of several, the newest. Null where the run waits for nothing. */
  main: Task<unknown> | null = null;
  /** The end, or of a `Runner` a pause: tells who awaits the run. A second call does nothing. */
  settle!: () => void;
  /** What the run fails with, whatever the main task ends with. */
  failure: unknown = undefined;
  /** There will be no other main task. */
  ending: boolean;
  #ended = false;
  readonly #signals: boolean;

  /** @param ending - whether the run ends with its first main task */
  constructor(scheduler: Scheduler, { debug, signals }: RunOptions, ending: boolean) {
    super(scheduler, debug ?? scheduler.debug ?? debugAsked());
    this.ending = ending;
    this.#signals = signals !== false;
  }

  /** Runs a coroutine as the main task. */
  start<T>(
    coroutine: Coroutine<T>,
    context: Context | undefined,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    const main = spawn(coroutine, this, { name: "main", context });
    this.main = main as Task<unknown>;
    main.retrieve();
    this.open(() => {
      if ((main.flags & STATE) === RESULT) resolve(main.value as T);
      else reject(main.error());
    }, reject);
    new Observer(this.main, false, this.scheduler, () => {
      if (this.ending) this.end();
      else this.settle();
    });
  }

  /** The run is on, until it is settled. */
  open(ended: () => void, reject: (error: unknown) => void): void {
    // What was made until now was made outside the run.
    makeFor(null);
    this.failure = undefined;
    activeRuns.add(this);
    const release = watchProcess(this, this.#signals);
    this.settle = () => {
      if (!activeRuns.delete(this)) return;
      makeFor(null);
      if (this.ending) {
        reportWatched(this);
        this.scheduler.face?.left();
      }
      release();
      if (this.failure) reject(this.failure);
      else ended();
    };
  }

  /** Ends what is left, in the next iteration or at once, and then the run. False where that goes on already. */
  end(eager = false): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.ending = true;
    // The tasks of the run are its own; what ends them is not one of them.
    const ending = new Task(finish(this), { name: "ending the run", eager }, new Root(this.scheduler, this.debug));
    new Observer(ending, true, this.scheduler, () => this.settle());
    return true;
  }
}
