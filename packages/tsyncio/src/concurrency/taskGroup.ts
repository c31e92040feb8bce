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
import { type KernelAwaitable, own, type Waitable } from "../kernel/awaitable.js";
import type { CancelScope } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { NEVER } from "../kernel/duration.js";
import { CancelledError, ExceptionGroup, InvalidStateError } from "../kernel/errors.js";
import { cancelFrom } from "../kernel/forwardCancel.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { Future } from "../kernel/future.js";
import { CANCELLED, EXCEPTION, RESULT, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Observer } from "../kernel/observer.js";
import { currentRoot } from "../kernel/scheduler.js";
import { expiring, ScopeFrame } from "../kernel/scopeFrame.js";
import { spawn, type TaskOptions } from "../kernel/spawn.js";
import { withoutStack } from "../kernel/stackLine.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { checkFunction } from "../kernel/unfit.js";
import { SUSPEND, type Verdict } from "../kernel/verdict.js";

const site = librarySite("withTaskGroup");

/** The group that the body of `withTaskGroup` receives. */
export class TaskGroup {
  readonly #frame: GroupFrame<unknown>;

  /** @internal */
  constructor(frame: GroupFrame<unknown>) {
    this.#frame = frame;
  }

  /** How many children have not ended. */
  get size(): number {
    return this.#frame.tasks.size;
  }

  /**
   * Runs a coroutine as a child of the group.
   *
   * @throws InvalidStateError where the group has ended or is being cancelled; the coroutine is closed then
   */
  createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions): Task<T> {
    return this.#frame.spawn(toCoroutine<T>(awaitable, "TaskGroup.createTask"), options);
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
    return noteCreated(starting(this.#frame, fn as never, options) as Coroutine<T>, this.start);
  }

  /** Ends the group: body and children are cancelled, and `withTaskGroup` returns without an error. */
  cancel(): void {
    if (!this.#frame.finished) this.#frame.abort();
  }
}

const starting = hidden(
  "TaskGroup.start",
  function* (
    frame: GroupFrame<unknown>,
    fn: (started: (value?: unknown) => void) => unknown,
    options: TaskOptions | undefined,
  ): Generator<unknown, unknown, unknown> {
    frame.checkOpen();
    const start = new Start();
    start.child = frame.spawn(toCoroutine(fn(start.started), "TaskGroup.start"), options, start);
    return yield start;
  },
);

/** What the starter of a child waits for: that it says so, or ends before. */
class Start extends Future<unknown> {
  child: Task<unknown> | null = null;
  #called = false;
  #cancelled = false;

  readonly started = (value?: unknown): void => {
    if (this.#called) throw new InvalidStateError("started() was called before, or its task has ended");
    this.#called = true;
    // Whoever is cancelled waits for the end of the child.
    if (!this.#cancelled) this.settle(RESULT, value);
  };

  /** The child has ended. True where it had started before: its failure is one of the group. */
  ended(child: Future<unknown>): boolean {
    if (this.done()) return true;
    this.#called = true;
    const state = child.flags & STATE;
    if (state === RESULT && !this.#cancelled)
      this.settle(EXCEPTION, new InvalidStateError("the child has ended and never called started()"));
    else this.settle(state === EXCEPTION ? EXCEPTION : CANCELLED, child.value);
    return false;
  }

  override cancelFor(_task: Task<unknown>, reason: unknown): boolean {
    this.#cancelled = true;
    this.child?.cancel(reason);
    return true;
  }

  override describe(): string {
    return "a child that starts";
  }
}

/**
 * The frame of a group, written as what a generator would be, since it may be told to return more than once: each further
 * cancellation, while it waits for children that clean up, has to wait for them again. It is itself what it awaits then.
 */
export class GroupFrame<T> implements Resumable, KernelAwaitable, Waitable {
  static {
    own(GroupFrame);
  }

  readonly tasks: Set<Task<unknown>> = new Set();
  aborting = false;
  readonly #body: (group: TaskGroup) => T | PromiseLike<T>;
  readonly #raised: (message: string, errors: unknown[]) => unknown;
  readonly #errors: unknown[] = [];
  #scope: CancelScope | null = null;
  #step: "begin" | "body" | "join" = "begin";
  #value: unknown = undefined;
  #cancelled: CancelledError | null = null;
  #task: CoreTask | null = null;
  /** The task of the group, while it waits for the children. */
  #joining: Task<unknown> | null = null;

  /** @param raised - what is thrown where there are errors; default: a group of them, also of a single one */
  constructor(
    body: (group: TaskGroup) => T | PromiseLike<T>,
    raised = (message: string, errors: unknown[]): unknown => new ExceptionGroup(message, errors),
  ) {
    this.#body = body;
    this.#raised = raised;
  }

  /** All have ended; the task of the group may not have noticed yet. */
  get finished(): boolean {
    return this.#step === "join" && this.tasks.size === 0;
  }

  /** @throws InvalidStateError where no child may join any more */
  checkOpen(): void {
    if (this.finished || this.aborting)
      throw new InvalidStateError(
        `the task group ${this.finished ? "has ended" : "is shutting down"}; it takes no more tasks`,
      );
  }

  spawn<C>(coroutine: Coroutine<C>, options: TaskOptions | undefined, start?: Start): Task<C> {
    try {
      this.checkOpen();
    } catch (error) {
      coroutine.discard();
      throw error;
    }
    const task = spawn(coroutine, currentRoot(), options);
    const child = task as Task<unknown>;
    child.retrieve();
    this.tasks.add(child);
    // One that ended at once counts in the next iteration, too: what it cancels goes on to its next wait (CPython's gh-128588).
    new Observer(child, false, child.scheduler, start ? () => this.#ended(child, start) : this.#ended);
    // An eager child can have cancelled the group by its first steps.
    if (this.aborting) child.cancel();
    return task;
  }

  readonly #ended = (task: Future<unknown>, start?: Start): void => {
    this.tasks.delete(task as Task<unknown>);
    if ((!start || start.ended(task)) && (task.flags & STATE) === EXCEPTION) this.#failed(task.value);
    if (this.tasks.size === 0) this.#wake();
  };

  #wake(): void {
    this.#joining?.wakeUp();
    this.#joining = null;
  }

  #failed(error: unknown): void {
    this.#errors.push(error);
    if (this.aborting) return;
    this.abort();
    // As in asyncio, where it may find that all children have ended, in the place of the queue that it has from here.
    this.#wake();
  }

  /** Cancels the children, in the order of their creation, and then the body; once. */
  abort(): void {
    if (this.aborting) return;
    this.aborting = true;
    this.#cancelChildren();
    this.#scope?.cancel();
  }

  #cancelChildren(): void {
    cancelFrom(this.#task as CoreTask, () => {
      for (const task of this.tasks) task.cancel();
    });
  }

  next(value: unknown): IteratorResult<unknown, unknown> {
    if (this.#step === "begin") {
      this.#step = "body";
      this.#task = current.task;
      const run = (scope: CancelScope): T | PromiseLike<T> => {
        this.#scope = scope;
        return this.#body(new TaskGroup(this as GroupFrame<unknown>));
      };
      return { value: new ScopeFrame(site, run, expiring(NEVER)), done: false };
    }
    if (this.#step === "body") this.#value = value;
    return this.#join();
  }

  throw(error: unknown): IteratorResult<unknown, unknown> {
    if (error instanceof CancelledError) {
      this.#cancelled ??= error;
      this.abort();
    } else this.#failed(error);
    return this.#join();
  }

  return(): IteratorResult<unknown, unknown> {
    this.#cancelled = null;
    this.abort();
    return this.#join();
  }

  #join(): IteratorResult<unknown, unknown> {
    this.#step = "join";
    if (this.tasks.size > 0) return { value: this, done: false };
    if (this.#errors.length > 0)
      throw withoutStack(() => this.#raised("unhandled errors in a TaskGroup", this.#errors) as Error);
    if (this.#cancelled) throw this.#cancelled;
    return { value: this.#value, done: true };
  }

  awaitedBy(task: Task<unknown>): Verdict {
    this.#joining = task;
    task.waitingOn = this;
    return SUSPEND;
  }

  abandon(): void {
    this.#joining = null;
  }

  /** The first time the task is woken, as in asyncio, and cancels the children by itself; after that they are cancelled and waited for. */
  cancelFor(): boolean {
    if (!this.aborting) return false;
    this.#cancelChildren();
    return true;
  }

  describe(): string {
    return "a task group";
  }
}

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
  return noteCreated(new FrameCoroutine<T>(site, new GroupFrame<T>(body)), withTaskGroup);
}
