/**
 * Task groups: children that cannot outlive the block that made them (source: `asyncio.TaskGroup`, trio's nursery).
 *
 * - The group ends when its body and all children have ended, also those that children made meanwhile.
 * - The first failure, of the body or of a child, cancels everything else in the group.
 * - All errors are thrown, in one `ExceptionGroup`, also a single one.
 * - A child that was cancelled, or that let through somebody else's cancellation, is no failure.
 * - Where the group is cancelled from outside, its children are cancelled first, and their clean-ups waited for.
 * - `cancel()` ends the group without an error, unless clean-ups fail.
 */
import type { CancelScope } from "../kernel/cancelScope.js";
import { type Coroutine, FrameCoroutine } from "../kernel/coroutine.js";
import { CancelledError, ExceptionGroup, InvalidStateError } from "../kernel/errors.js";
import type { Resumable } from "../kernel/frame.js";
import { EXCEPTION, Future, Observer, RESULT, STATE } from "../kernel/future.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { librarySite } from "../kernel/scopeFrame.js";
import { spawn, type TaskOptions } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { type Awaitable, toCoroutine } from "../kernel/toFuture.js";
import { unfit } from "../kernel/unfit.js";
import { withCancelScope } from "./withCancelScope.js";

const site = librarySite("withTaskGroup");

/** Done when the last child has ended. Cancelling who waits for it cancels the children and waits on. */
class Joined extends Future<void> {
  readonly #group: TaskGroup;

  constructor(group: TaskGroup) {
    super();
    this.#group = group;
  }

  override cancelFor(): boolean {
    this.#group.abort();
    return true;
  }

  override describe(): string {
    return `${this.#group.size} tasks of a group`;
  }
}

/** The group that the body of `withTaskGroup` receives. */
export class TaskGroup {
  readonly #tasks: Set<Task<unknown>> = new Set();
  readonly #errors: unknown[] = [];
  #scope: CancelScope | null = null;
  #aborting = false;
  #finished = false;
  #joined: Joined | null = null;

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
    const coroutine = toCoroutine<T>(awaitable, "TaskGroup.createTask");
    if (this.#finished || this.#aborting) {
      if (!coroutine.taken()) coroutine.close();
      throw new InvalidStateError(`the task group ${this.#finished ? "has ended" : "is shutting down"}; it takes no more tasks`);
    }
    const task = spawn(coroutine, currentRoot(), options);
    task.retrieve();
    this.#tasks.add(task as Task<unknown>);
    new Observer(task as Future<unknown>, false, task.scheduler, this.#ended);
    // An eager child can have cancelled the group by its first steps.
    if (this.#aborting) task.cancel();
    return task;
  }

  /** Ends the group: body and children are cancelled, and `withTaskGroup` returns without an error. */
  cancel(): void {
    if (!this.#finished) this.abort();
  }

  /** @internal */
  abort(): void {
    this.#aborting = true;
    this.#scope?.cancel();
    for (const task of this.#tasks) task.cancel();
  }

  /** @internal The scope of the body, while that runs. */
  set scope(scope: CancelScope | null) {
    this.#scope = scope;
    if (scope !== null && this.#aborting) scope.cancel();
  }

  /** @internal */
  failed(error: unknown): void {
    this.#errors.push(error);
    if (!this.#aborting) this.abort();
  }

  readonly #ended = (task: Future<unknown>): void => {
    this.#tasks.delete(task as Task<unknown>);
    if ((task.flags & STATE) === EXCEPTION) this.failed(task.value);
    if (this.#tasks.size === 0) this.#joined?.settle(RESULT, undefined);
  };

  /** @internal What to wait for, or `null` where no child is left: the group has ended then. */
  join(): Future<void> | null {
    if (this.#tasks.size === 0) {
      this.#finished = true;
      return null;
    }
    this.#joined = new Joined(this);
    return this.#joined;
  }

  /** @internal */
  takeErrors(): ExceptionGroup | null {
    return this.#errors.length === 0 ? null : new ExceptionGroup("unhandled errors in a TaskGroup", this.#errors.splice(0));
  }
}

/**
 * The frame of a group, written as what a generator would be, since it may be told to return more than once: each further
 * cancellation, while it waits for children that clean up, has to wait for them again.
 */
class GroupFrame<T> implements Resumable {
  readonly #group = new TaskGroup();
  readonly #body: (group: TaskGroup) => T | PromiseLike<T>;
  #step: "begin" | "body" | "join" = "begin";
  #value: T | undefined = undefined;
  #cancelled: CancelledError | undefined = undefined;

  constructor(body: (group: TaskGroup) => T | PromiseLike<T>) {
    this.#body = body;
  }

  next(value: unknown): IteratorResult<unknown, unknown> {
    if (this.#step === "begin") {
      this.#step = "body";
      const scoped = withCancelScope((scope) => {
        this.#group.scope = scope;
        return this.#body(this.#group);
      });
      return { value: scoped, done: false };
    }
    if (this.#step === "body") this.#value = value as T;
    return this.#join();
  }

  throw(error: unknown): IteratorResult<unknown, unknown> {
    if (error instanceof CancelledError) {
      this.#cancelled ??= error;
      this.#group.abort();
    } else this.#group.failed(error);
    return this.#join();
  }

  return(): IteratorResult<unknown, unknown> {
    this.#cancelled = undefined;
    this.#group.abort();
    return this.#join();
  }

  #join(): IteratorResult<unknown, unknown> {
    this.#step = "join";
    this.#group.scope = null;
    const joined = this.#group.join();
    if (joined !== null) return { value: joined, done: false };
    const errors = this.#group.takeErrors();
    if (errors !== null) throw errors;
    if (this.#cancelled !== undefined) throw this.#cancelled;
    return { value: this.#value, done: true };
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
  if (typeof body !== "function") throw unfit("withTaskGroup takes a function that returns what to await", body);
  return noteCreated(new FrameCoroutine<T>(site, new GroupFrame<T>(body)), withTaskGroup);
}
