/**
 * Task groups: children that cannot outlive the block that made them (source: `asyncio.TaskGroup`, trio's nursery).
 *
 * - The group ends when its body and all children have ended, also those that children made meanwhile.
 * - The first failure, of the body or of a child, cancels everything else in the group.
 * - All errors are thrown, in one `ExceptionGroup`, also a single one.
 * - A child that was cancelled, or that let through somebody else's cancellation, is no failure.
 * - Where the group is cancelled from outside, its children are cancelled first, and their clean-ups waited for.
 * - `cancel()` ends the group without an error, unless clean-ups fail.
 * - A child that was started by `start()` belongs to the starter until it says that it has started: what it throws before goes there.
 */
import type { CancelScope } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Owner } from "../kernel/coreFuture.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { CancelledError, ExceptionGroup, InvalidStateError } from "../kernel/errors.js";
import { cancelFrom } from "../kernel/forwardCancel.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { Future } from "../kernel/future.js";
import { CANCELLED, EXCEPTION, RESULT, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";
import { spawn, type TaskOptions } from "../kernel/spawn.js";
import { withoutStack } from "../kernel/stackLine.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { checkFunction } from "../kernel/unfit.js";

const site = librarySite("withTaskGroup");

type Counts = (child: CoreTask) => boolean;

/** The group that the body of `withTaskGroup` receives. */
export class TaskGroup implements Owner {
  /** Whether the outcome of a child is a matter of the group, where that is not sure. */
  readonly #tasks: Map<CoreTask, Counts | undefined> = new Map();
  readonly #errors: unknown[] = [];
  #aborting = false;
  /** The body has ended: no child may join any more when the last one has ended. */
  #joining = false;
  /** Of the body. */
  #scope: CancelScope | null = null;
  /** The task of the group, and what it waits for while it waits for the children. */
  /** @internal */ task: CoreTask | null = null;
  /** @internal */ waiter: Future<void> | null = null;
  /** @internal */ readonly next: null = null;
  /** @internal */ readonly awaits: boolean = false;

  /** How many children have not ended. */
  get size(): number {
    return this.#tasks.size;
  }

  /**
   * Runs a coroutine as a child of the group.
   *
   * @throws InvalidStateError where the group has ended or is being cancelled; the coroutine is closed then
   */
  createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions): Task<T> {
    return this.spawn(toCoroutine<T>(awaitable, "TaskGroup.createTask"), options);
  }

  /**
   * Runs a child, and waits until it says that it has started, by calling the function that it was given (source: trio's `nursery.start`).
   * From then on it is a child like any other. Where the starter is cancelled, the child is cancelled, and waited for.
   *
   * @param fn - receives `started(value?)`, which may be called once, and returns what to await
   * @returns the value that `started` was called with
   * @throws what the child throws before it has started, which is no failure of the group; InvalidStateError where it ends without having
   * started, and where the group has ended or is being cancelled
   * @example
   * ```ts
   * const port = await group.start(async (started: (port: number) => void) => {
   *   const server = await listen();
   *   started(server.port);
   *   await server.serve();
   * });
   * ```
   */
  start<T = unknown>(fn: (started: (value?: T) => void) => Awaitable<unknown>, options?: TaskOptions): Coroutine<T> {
    checkFunction(fn, "TaskGroup.start takes a function that returns what to await");
    return noteCreated(starting(this, fn as never, options) as Coroutine<T>, this.start);
  }

  /** Ends the group: body and children are cancelled, and `withTaskGroup` returns without an error. */
  cancel(): void {
    if (!this.#finished) this.#abort();
  }

  /** All have ended; the task of the group may not have noticed yet. */
  get #finished(): boolean {
    return this.#joining && this.size === 0;
  }

  /**
   * @internal
   * @param given - is closed where no child may join any more
   * @throws InvalidStateError in that case
   */
  checkOpen(given?: Coroutine<unknown>): void {
    if (!this.#finished && !this.#aborting) return;
    given?.discard();
    const state = this.#finished ? "has ended" : "is shutting down";
    throw new InvalidStateError(`the task group ${state}; it takes no more tasks`);
  }

  /** @internal */
  get asker(): unknown {
    return this;
  }

  /** @internal */
  readonly ended = (child: CoreTask): void => {
    const counts = this.#tasks.get(child);
    this.#tasks.delete(child);
    if ((!counts || counts(child)) && (child.flags & STATE) === EXCEPTION) this.#failed(child.value);
    if (this.size === 0) this.#wake();
  };

  /** @internal */
  spawn<C>(coroutine: Coroutine<C>, options?: TaskOptions, counts?: Counts): Task<C> {
    this.checkOpen(coroutine);
    const task = spawn(coroutine, currentRoot(), options);
    const child = task as CoreTask;
    child.retrieve();
    this.#tasks.set(child, counts);
    // One that ended at once counts in the next iteration, too: what it cancels goes on to its next wait (CPython's gh-128588).
    child.ownedBy(this);
    // An eager child can have cancelled the group by its first steps.
    if (this.#aborting) child.cancel();
    return task;
  }

  #wake(): void {
    this.waiter?.settle(RESULT, undefined);
    this.waiter = null;
  }

  #failed(error: unknown): void {
    this.#errors.push(error);
    if (this.#aborting) return;
    this.#abort();
    // As in asyncio, where it may find that all children have ended, in the place of the queue that it has from here.
    this.#wake();
  }

  /** Cancels the children, in the order of their creation, and then the body; once. */
  #abort(): void {
    if (this.#aborting) return;
    this.#aborting = true;
    this.#cancelChildren();
    this.#scope?.cancel();
  }

  #cancelChildren(): void {
    cancelFrom(this.task as CoreTask, () => {
      for (const child of this.#tasks.keys()) child.cancel();
    });
  }

  /** What to await in order that children end. */
  #ending(): Future<void> {
    const waiter = new Future<void>();
    waiter.describe = () => "a task group";
    // The first time the task is woken, as in asyncio, and cancels the children by itself; after that they are cancelled and waited for.
    waiter.cancelFor = () => {
      if (this.#aborting) this.#cancelChildren();
      return this.#aborting;
    };
    this.waiter = waiter;
    return waiter;
  }

  /**
   * @internal What runs in the frame of the group.
   *
   * @param raised - what is thrown where there are errors
   */
  *running(
    body: (group: TaskGroup) => unknown,
    raised: (message: string, errors: unknown[]) => unknown,
  ): Generator<unknown, unknown, unknown> {
    let value: unknown;
    let cancelled: CancelledError | null = null;
    this.task = current.task;
    const enter = (scope: CancelScope): unknown => {
      this.#scope = scope;
      return body(this);
    };
    while (!this.#finished) {
      let returns = true;
      try {
        if (this.#joining) yield this.#ending();
        else value = yield new ScopeFrame(site, enter);
        returns = false;
      } catch (error) {
        returns = false;
        if (error instanceof CancelledError) {
          cancelled ??= error;
          this.#abort();
        } else this.#failed(error);
      } finally {
        this.#joining = true;
        if (returns) {
          // Cancelled: each time the children have to be waited for again.
          cancelled = null;
          this.#abort();
          // biome-ignore lint/correctness/noUnsafeFinally: the driver knows that the frame is being unwound
          // biome-ignore lint/complexity/noUselessContinue: it stands in place of the return
          continue;
        }
      }
    }
    if (this.#errors.length > 0)
      throw withoutStack(() => raised("unhandled errors in a TaskGroup", this.#errors) as Error);
    if (cancelled) throw cancelled;
    return value;
  }
}

const starting = hidden(
  "TaskGroup.start",
  function* (
    group: TaskGroup,
    fn: (started: (value?: unknown) => void) => unknown,
    options: TaskOptions | undefined,
  ): Generator<unknown, unknown, unknown> {
    group.checkOpen();
    // What the starter waits for: that the child says that it has started, or ends before.
    const start = new Future<unknown>();
    let called = false;
    let cancelled = false;
    const started = (value?: unknown): void => {
      if (called) throw new InvalidStateError("started() was called before, or its task has ended");
      called = true;
      // Whoever is cancelled waits for the end of the child.
      if (!cancelled) start.settle(RESULT, value);
    };
    const child = group.spawn(toCoroutine(fn(started), "TaskGroup.start"), options, ({ flags, value }) => {
      if (start.done()) return true;
      called = true;
      const state = flags & STATE;
      if (state === RESULT && !cancelled)
        start.settle(EXCEPTION, new InvalidStateError("the child has ended and never called started()"));
      else start.settle(state === EXCEPTION ? EXCEPTION : CANCELLED, value);
      return false;
    });
    start.describe = () => "a child that starts";
    start.cancelFor = (_task, reason) => {
      cancelled = true;
      child.cancel(reason);
      return true;
    };
    return yield start;
  },
);

/** Also a single error. */
const grouped = (message: string, errors: unknown[]): unknown => new ExceptionGroup(message, errors);

/**
 * Runs a body with a group of tasks, and ends when all of them have ended (source: `asyncio.TaskGroup`).
 *
 * @param body - receives the group
 * @returns the value of the body
 * @throws ExceptionGroup of all errors of body and children
 * @example
 * ```ts
 * await withTaskGroup(async (group) => {
 *   for (const url of urls) group.createTask(crawl(url));
 * });
 * ```
 */
export function withTaskGroup<T>(body: (group: TaskGroup) => T | PromiseLike<T>): Coroutine<T> {
  checkFunction(body, "withTaskGroup takes a function that returns what to await");
  return noteCreated(new FrameCoroutine<T>(site, new TaskGroup().running(body, grouped) as Resumable), withTaskGroup);
}
