/** Tasks, as the program sees them. */
import type { Context } from "./context.js";
import { CoreTask } from "./coreTask.js";
import { InvalidStateError } from "./errors.js";
import { type DoneCallback, Future } from "./future.js";
import { hooks } from "./hooks.js";
import { keepShape } from "./keepShape.js";
import { Root } from "./root.js";
import { stackOf } from "./stackOf.js";

/**
 * A coroutine that runs beside others; awaiting it gives the result (source: `asyncio.Task`).
 *
 * @example
 * ```ts
 * const task = createTask(download(url), { name: "download" });
 * // … other work …
 * console.log(await task);
 * ```
 */
export class Task<T = unknown> extends CoreTask<T> implements Future<T> {
  /** Given to `createTask`, or `Task-N`. */
  override get name(): string {
    return super.name;
  }

  override set name(value: string) {
    this.title = String(value);
  }

  /** How many calls of `cancel()` were not taken back by `uncancel()`. */
  cancelling(): number {
    return this.asScope?.cancels ?? 0;
  }

  /** Takes one `cancel()` back, and the last one also revokes a cancellation that has not begun to unwind. Returns what is left. */
  uncancel(): number {
    const { asScope } = this;
    if (!asScope) return 0;
    if (asScope.cancels > 0 && --asScope.cancels === 0) asScope.revoke();
    return asScope.cancels;
  }

  /** The names of the coroutines that are on, innermost first; of the task that runs, as they were when it last waited. */
  stack(): string[] {
    return stackOf(this);
  }

  /** @throws InvalidStateError always: a task sets its result itself (source: `asyncio.Task.set_result`) */
  setResult(_value: T): never {
    throw new InvalidStateError("a task sets its own outcome: return or throw it");
  }

  /** @throws InvalidStateError always: a task sets its exception itself */
  setException(_error: unknown): never {
    throw new InvalidStateError("a task sets its own outcome: return or throw it");
  }

  /** As of every `Future`. */
  result(): T {
    return Future.prototype.result.call(this) as T;
  }

  /** As of every `Future`. */
  exception(): unknown {
    return Future.prototype.exception.call(this);
  }

  /** As of every `Future`. */
  addDoneCallback(callback: DoneCallback<T>, options?: { context?: Context }): void {
    Future.prototype.addDoneCallback.call(this, callback as DoneCallback<unknown>, options);
  }

  /** As of every `Future`. */
  removeDoneCallback(callback: DoneCallback<T>): number {
    return Future.prototype.removeDoneCallback.call(this, callback as DoneCallback<unknown>);
  }
}

hooks.Task = Task;

const root = new Root({ enqueue() {} } as never, false);
const shape = new Task(null as never, { name: "" }, root);
root.remove(shape as CoreTask);
keepShape(shape);
