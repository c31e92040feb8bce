/** Several runs one after another, on one loop and in one context (source: `asyncio.Runner`). */
import { type Context, copyContext } from "../kernel/context.js";
import { InvalidStateError } from "../kernel/errors.js";
import { activeRuns } from "../kernel/scheduler.js";
import { type EventLoop, loopOf } from "./eventLoop.js";
import { type Main, type RunOptions, schedulerFor, start } from "./run.js";
import { Run } from "./runState.js";

/**
 * As `run`, in steps. All main tasks run in one context. Tasks that one leaves behind go on, also between the runs; `close()` ends them, as the
 * end of `run` does. A signal ends the runner: after the clean-ups the process ends.
 *
 * @example
 * ```ts
 * await using runner = new Runner();
 * const pool = await runner.run(connect());
 * await runner.run(serve(pool));
 * ```
 */
export class Runner implements AsyncDisposable {
  readonly #options: RunOptions;
  #run: Run | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: RunOptions = {}) {
    this.#options = options;
  }

  /** The same as `getLoop()`. */
  get loop(): EventLoop {
    return this.getLoop();
  }

  /**
   * The loop, on which handlers and factories can be set before the first run; they stay until the runner is closed.
   *
   * @throws InvalidStateError where the runner is closed
   */
  getLoop(): EventLoop {
    return loopOf(this.#opened().scheduler);
  }

  /**
   * Runs a coroutine as `run` does, in the context of the runner or in another one.
   *
   * @param main - a coroutine, or a function that returns one
   * @throws (as rejection) as `run`; InvalidStateError where the runner is closed, or runs something
   */
  run<T>(main: Main<T>, { context }: { context?: Context | undefined } = {}): Promise<T> {
    const runFor = (): Run => {
      const run = this.#opened();
      const busy = this.#busy();
      if (busy) throw busy;
      run.debug = run.scheduler.debug ?? run.debug;
      return run;
    };
    return start("Runner.run", main, runFor, context);
  }

  /**
   * Ends what the runs have left: tasks are cancelled and their clean-ups awaited, async generators closed, the default executor shut down.
   * A second call gives the same promise.
   *
   * @throws (as rejection) InvalidStateError while something runs
   */
  close(): Promise<void> {
    const run = this.#run;
    if (!this.#closed && this.#busy()) return Promise.reject(this.#busy());
    this.#closed ??= new Promise((resolve, reject) => {
      // A signal has ended it as well.
      if (!run || run.ending) resolve();
      else {
        loopOf(run.scheduler).kept--;
        run.open(resolve, reject);
        run.end();
      }
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #busy(): Error | false {
    return this.#run !== null && activeRuns.has(this.#run) && new InvalidStateError("Runner is running");
  }

  #opened(): Run {
    if (this.#closed) throw new InvalidStateError("Runner is closed");
    if (!this.#run) {
      const options = { ...this.#options };
      const scheduler = schedulerFor(options.clock);
      const loop = loopOf(scheduler);
      loop.kept++;
      if (options.debug !== undefined) loop.debug = options.debug;
      options.context ??= copyContext();
      this.#run = new Run(scheduler, options, false);
    }
    return this.#run;
  }
}
