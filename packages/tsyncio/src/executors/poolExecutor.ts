/** Pools of threads and of processes, on Tinypool. */
import { availableParallelism } from "node:os";
import type { Tinypool } from "tinypool";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError, QueueFull } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { captureLine } from "../kernel/stackLine.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import type { Executor, Submission } from "../runner/executor.js";
import { noteOpen } from "../streams/openResources.js";
import { carriedVariables } from "./carriedContext.js";
import { referenceOf, type Work } from "./functionReference.js";
import { CANCELLED, type Job, type JobOutcome, STARTED } from "./job.js";
import { unpackError } from "./packedError.js";
import { unwrap } from "./transfer.js";

/** Options of `ThreadPoolExecutor` and `ProcessPoolExecutor`. */
export interface PoolOptions {
  /** At most so many run at once. Default: as many as the machine can. */
  readonly maxWorkers?: number | undefined;
  /** At most so many wait for a worker; `submit` throws `QueueFull` beyond it. Default: no limit. */
  readonly maxQueue?: number | undefined;
  /**
   * What becomes of a function that runs when the task which awaits it is cancelled: `"terminate"` ends its worker (default); `"abandon"` lets it run
   * on unheard, and the task goes on at once; `"wait"` makes the task wait for its end. In the last two, `checkCancelled()` tells the function.
   */
  readonly onCancel?: "terminate" | "abandon" | "wait" | undefined;
}

type Runtime = "worker_threads" | "child_process";

/** What a pool knows of something that was submitted. */
interface Running {
  readonly outcome: Promise<unknown>;
  /** The caller does not want it any more. */
  cancel(): void;
}

/** What both pools have in common. */
export abstract class PoolExecutor implements Executor {
  readonly #runtime: Runtime;
  readonly #maxWorkers: number;
  readonly #maxQueue: number;
  readonly #onCancel: NonNullable<PoolOptions["onCancel"]>;
  readonly #running = new Set<Promise<unknown>>();
  #pool: Promise<Tinypool> | null = null;
  #closed = false;
  #released: () => void = () => {};

  /** @internal */
  constructor(
    runtime: Runtime,
    { maxWorkers = availableParallelism(), maxQueue = Number.POSITIVE_INFINITY, onCancel = "terminate" }: PoolOptions,
  ) {
    checkCount(maxWorkers, 1, "maxWorkers");
    checkCount(maxQueue, 0, "maxQueue");
    if (!["terminate", "abandon", "wait"].includes(onCancel))
      throw unfit('onCancel is "terminate", "abandon" or "wait"', onCancel);
    this.#runtime = runtime;
    this.#maxWorkers = maxWorkers;
    this.#maxQueue = maxQueue;
    this.#onCancel = onCancel;
  }

  /** Runs a function in a worker; see `toThread` for what can be given. */
  run<A extends unknown[], T>(work: Work<A, T>, ...args: A): Coroutine<Awaited<T>> {
    const reference = referenceOf(work, "run");
    return noteCreated(PoolExecutor.awaiting(this, reference, args), this.run) as Coroutine<Awaited<T>>;
  }

  /** @internal */
  static readonly awaiting: (pool: PoolExecutor, work: Job["work"], args: unknown[]) => Coroutine<unknown> = hidden(
    "run",
    function* (pool: PoolExecutor, work: Job["work"], args: unknown[]): Generator<unknown, unknown, unknown> {
      const running = pool.#start(work, args);
      let ended = false;
      try {
        const value = yield running.outcome;
        ended = true;
        return value;
      } catch (error) {
        ended = true;
        throw error;
      } finally {
        if (!ended) {
          running.cancel();
          if (pool.#onCancel === "wait") yield running.outcome.catch(() => {});
        }
      }
    },
  );

  /** What `loop.runInExecutor` calls. */
  submit<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): Submission<Awaited<T>> {
    const { outcome, cancel } = this.#start(referenceOf(fn, "submit"), args);
    // Whoever looks later than the platform must not find an unhandled rejection.
    outcome.catch(() => {});
    return Object.assign(outcome as Promise<Awaited<T>>, { cancel });
  }

  /** Takes nothing more; ends the workers when all that runs has ended. What it returns is to be awaited, unless `wait` is false. */
  shutdown({ wait = true }: { wait?: boolean } = {}): Promise<void> | undefined {
    this.#closed = true;
    const ended = Promise.allSettled(this.#running).then(async () => {
      await (await this.#pool)?.destroy();
      this.#released();
    });
    return wait ? ended : undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown() as Promise<void>;
  }

  /** @internal Names it at the end of the run, where it is open by then. */
  noteOpened(above: unknown): void {
    const describe = (): string => `a pool of ${this.#runtime === "worker_threads" ? "threads" : "processes"}`;
    const destroy = (): void => {
      this.#closed = true;
      void this.#pool?.then((pool) => pool.destroy());
    };
    this.#released = noteOpen({ describe, destroy }, captureLine(above as () => unknown), currentRoot());
  }

  #start(work: Job["work"], args: readonly unknown[]): Running {
    if (this.#closed) throw new InvalidStateError("the executor was shut down");
    const { args: plain, list } = unwrap(args);
    const shared = this.#runtime === "worker_threads";
    const state = shared ? new Int32Array(new SharedArrayBuffer(8)) : null;
    const job: Job = { work, args: plain, variables: carriedVariables(), state };
    const stop = new AbortController();
    const outcome = this.#send(job, list, stop.signal);
    this.#running.add(outcome);
    const over = (): void => void this.#running.delete(outcome);
    outcome.then(over, over);
    const cancel = (): void => {
      if (state) Atomics.store(state, CANCELLED, 1);
      const begun = state ? Atomics.load(state, STARTED) === 1 : this.#onCancel !== "terminate";
      if (this.#onCancel === "terminate" || !begun) stop.abort();
      // The end of the pool does not wait for it.
      else if (this.#onCancel === "abandon") over();
      outcome.catch(() => {});
    };
    return { outcome, cancel };
  }

  async #send(job: Job, transferList: unknown[], signal: AbortSignal): Promise<unknown> {
    this.#pool ??= makePool(this.#runtime, this.#maxWorkers, this.#maxQueue);
    const pool = await this.#pool;
    const outcome: JobOutcome = await pool.run(job, { signal, transferList: transferList as never }).catch(queueFull);
    if ("error" in outcome) throw unpackError(outcome.error);
    return outcome.value;
  }
}

/** The pool's own error has no name. */
function queueFull(error: unknown): never {
  if (error instanceof Error && /task queue/i.test(error.message))
    throw new QueueFull("all workers are busy, and as many functions wait as may");
  throw error;
}

async function makePool(runtime: Runtime, maxThreads: number, maxQueue: number): Promise<Tinypool> {
  const { Tinypool } = await import("tinypool").catch((cause: unknown) => {
    throw new Error("tsyncio/executors needs the package tinypool: npm install tinypool", { cause });
  });
  return new Tinypool({
    filename: new URL("./worker.js", import.meta.url).href,
    runtime,
    serialization: "advanced",
    // With none, nothing would take what waits when the last one was terminated.
    minThreads: 1,
    maxThreads,
    maxQueue,
    idleTimeout: 10_000,
    trackUnmanagedFds: false,
  } as ConstructorParameters<typeof Tinypool>[0]);
}
