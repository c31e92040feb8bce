/** One run, from its beginning to the settling of its promise; see `run.ts` for the phases. */
import { debugAsked, watchProcess } from "#process";
import { begin } from "../kernel/begin.js";
import type { Context } from "../kernel/context.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { RESULT, STATE } from "../kernel/futureBits.js";
import { keepShape } from "../kernel/keepShape.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { Observer } from "../kernel/observer.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";
import { reportWatched } from "../kernel/watchlist.js";
import { finish } from "./finish.js";
import type { RunOptions } from "./run.js";

export class Run extends Root {
  /** What a signal cancels; of several, the newest. Null where the run waits for nothing. */
  main: Task<unknown> | null = null;
  /** The end, or of a `Runner` a pause: tells who awaits the run. A second call does nothing. */
  settle: () => void = () => {};
  /** What the run fails with, whatever the main task ends with. */
  failure: unknown = undefined;
  /** There will be no other main task. */
  ending: boolean;
  #ended = false;
  readonly #options: RunOptions;

  /** @param ending - whether the run ends with its first main task */
  constructor(scheduler: Scheduler, options: RunOptions, ending: boolean) {
    super(scheduler, options.debug ?? scheduler.debug ?? debugAsked());
    this.ending = ending;
    this.#options = options;
  }

  /** Runs a coroutine as the main task. */
  start<T>(
    coroutine: Coroutine<T>,
    context: Context | undefined = this.#options.context,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    coroutine.take();
    const main = begin(coroutine, this, { name: "main", context });
    this.main = main as Task<unknown>;
    main.retrieve();
    this.open(() => {
      if ((main.flags & STATE) === RESULT) resolve(main.value as T);
      else reject(main.error());
    }, reject);
    new Observer(this.main, false, this.scheduler, () => {
      if (this.ending) this.scheduler.enqueue({ run: () => this.end() });
      else this.settle();
    });
  }

  /** The run is on, until it is settled. */
  open(ended: () => void, reject: (error: unknown) => void): void {
    // What was made until now was made outside the run.
    makeFor(null);
    this.failure = undefined;
    activeRuns.add(this);
    const release = watchProcess(this, this.#options.signals);
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

  /** Ends what is left, and then the run. False where that goes on already. */
  end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.ending = true;
    finish(this, () => this.settle());
    return true;
  }
}

keepShape(new Run({} as never, {}, true));
