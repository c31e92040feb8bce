/** One run, from its main task to the settling of its promise; see `run.ts` for the phases. */
import { debugAsked } from "./environment.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { DeadlockError } from "../kernel/errors.js";
import { EXCEPTION, RESULT, STATE } from "../kernel/future.js";
import { createOnBehalfOf, reportUnstarted, sweepCreated } from "../kernel/neverAwaited.js";
import { reportFailures } from "../kernel/neverRetrieved.js";
import { Root } from "../kernel/root.js";
import { activeRuns, type Scheduler } from "../kernel/scheduler.js";
import { begin } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { toCoroutine } from "../kernel/toFuture.js";
import { describeWaits } from "./describeWaits.js";
import type { RunOptions } from "./run.js";
import { watchSignals } from "./signals.js";
import { watchExhaustion } from "./exhaustion.js";

export class Run<T> {
  readonly root: Root;
  readonly main: Task<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #release: (() => void)[] = [];
  /** What the run fails with, whatever the main task ends with. */
  #failure: { error: unknown } | null = null;
  /** Tasks of the current round that were cancelled at the end and are not done. */
  #round: Set<Task<unknown>> = new Set();
  #ending = false;

  constructor(scheduler: Scheduler, coroutine: Coroutine<T>, options: RunOptions, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    // What was made until now was made outside the run.
    sweepCreated();
    coroutine.take();
    this.root = new Root(scheduler, options.debug ?? debugAsked());
    activeRuns.add(this.root);
    scheduler.runs.add(this.root);
    if (activeRuns.size === 1) createOnBehalfOf(this.root);
    this.main = begin(coroutine, this.root, { name: "main", context: options.context });
    this.main.retrieve();
    this.root.onTaskEnd = () => this.#taskEnded();
    if (options.signals !== false && scheduler.host.jump === undefined) this.#release.push(watchSignals(this as Run<unknown>));
    this.#release.push(watchExhaustion(this as Run<unknown>));
  }

  /** Ends the run with an error: everything is cancelled and cleans up first. */
  fail(error: unknown): void {
    if (this.#failure !== null) {
      // Not even the clean-ups can go on.
      this.#settle();
      return;
    }
    this.#failure = { error };
    this.root.scheduler.enqueue({
      run: () => {
        for (const task of [...this.root.tasks()]) task.cancel("the run failed");
      },
    });
  }

  /** Nothing is ready, no timer is set and the host has nothing left to do. */
  stuck(): void {
    this.fail(new DeadlockError(`the program can never go on: every task waits for something that nobody will do\n${describeWaits(this.root)}`));
  }

  #taskEnded(): void {
    if (!this.main.done() || this.#ending) return;
    this.#ending = true;
    // In the next iteration, when the waiters of the main task have been woken.
    this.root.scheduler.enqueue({ run: () => this.#cancelRest() });
  }

  #cancelRest(): void {
    if (this.root.taskCount === 0) {
      this.#closeGenerators();
      return;
    }
    this.#round = new Set(this.root.tasks());
    this.root.onTaskEnd = () => this.#roundOn();
    for (const task of this.#round) task.cancel("the run ends");
  }

  #roundOn(): void {
    for (const task of this.#round) {
      if (!task.done()) continue;
      this.#round.delete(task);
      if ((task.flags & STATE) === EXCEPTION && !task.retrieved()) {
        task.retrieve();
        this.root.scheduler.report({ message: "unhandled exception during run() shutdown", exception: task.value, task });
      }
    }
    if (this.#round.size > 0) return;
    this.root.onTaskEnd = null;
    this.root.scheduler.enqueue({ run: () => this.#cancelRest() });
  }

  #closeGenerators(): void {
    for (const closable of [...this.root.closables]) {
      this.root.closables.delete(closable);
      const closing = closable.close();
      if (closing === undefined) continue;
      const coroutine = toCoroutine(closing, "run");
      coroutine.take();
      begin(coroutine, this.root, { name: "closing an async generator" });
    }
    if (this.root.taskCount === 0) this.#settle();
    else this.#awaitClosing();
  }

  #awaitClosing(): void {
    const closing = new Set(this.root.tasks());
    this.root.onTaskEnd = () => {
      for (const task of closing) {
        if (!task.done()) continue;
        closing.delete(task);
        if ((task.flags & STATE) !== EXCEPTION) continue;
        task.retrieve();
        this.root.scheduler.report({ message: "an error occurred during closing of an async generator", exception: task.value, task });
      }
      if (closing.size > 0) return;
      this.root.onTaskEnd = null;
      this.root.scheduler.enqueue({ run: () => this.#cancelRest() });
    };
  }

  #settle(): void {
    if (!activeRuns.has(this.root)) return;
    const { main, root } = this;
    root.onTaskEnd = null;
    sweepCreated();
    reportUnstarted(root);
    reportFailures(root);
    activeRuns.delete(root);
    root.scheduler.runs.delete(root);
    createOnBehalfOf(activeRuns.size === 1 ? ([...activeRuns][0] as Root) : null);
    for (const release of this.#release) release();
    if (this.#failure !== null) this.#reject(this.#failure.error);
    else if ((main.flags & STATE) === RESULT) this.#resolve(main.value as T);
    else this.#reject(main.error());
  }
}
