/**
 * Coroutine objects: the blueprint of something to do, which runs when it is awaited.
 *
 * The object is also the frame: when a task awaits it, it is linked above the frame that awaits, so a call costs no further
 * allocation, no task, no promise and no turn of the loop, and a resume costs the same at any depth.
 *
 * State machine, in `flags`: made -> taken (a task, a gather or a scope will run it, or runs it) -> ended; or made -> ended by
 * `close()`. Only one awaiter can set `TAKEN`.
 */

import { begin } from "./begin.js";
import { brand } from "./brand.js";
import type { CodeSite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { ENDED, TAKEN, WATCHED } from "./coroutineBits.js";
import { current } from "./current.js";
import { InvalidStateError } from "./errors.js";
import { currentRoot } from "./scheduler.js";
import type { Captured } from "./stackLine.js";
import { Thenable } from "./thenable.js";
import { PUSHED, RAISE, type Verdict } from "./verdict.js";
import { unwatch } from "./watchlist.js";

/**
 * A lazy, single-use computation (source: Python's coroutine objects). Calling a coroutine function returns one and runs nothing;
 * it runs when it is awaited: by `await` in lowered code, by `yield*` in a generator, or by native code, where it becomes a task.
 *
 * @example
 * ```ts
 * const greet = coroutine(function* (name: string) {
 *   yield* sleep("1s");
 *   return `hello ${name}`;
 * });
 * const blueprint = greet("Ada");   // nothing has happened yet
 * console.log(await run(blueprint));
 * ```
 */
export abstract class Coroutine<T = unknown> extends Thenable<T> {
  /** @internal */ flags = 0;
  /** @internal */ readonly site: CodeSite;
  /** @internal Holds the captured line of the call; undefined where that was not captured. */ origin:
    | Captured
    | undefined = undefined;

  /** @internal */
  constructor(site: CodeSite) {
    super();
    this.site = site;
  }

  static {
    brand(Coroutine, "tsyncio.coroutine");
  }

  /** The name of the coroutine function. */
  get name(): string {
    return this.site.name;
  }

  /**
   * Ends a coroutine that was not begun, without a report that nobody awaited it. Nothing happens where it has ended.
   *
   * @throws InvalidStateError where a task runs it: cancel the task instead
   */
  close(): void {
    if ((this.flags & ENDED) !== 0) return;
    if (this.taken()) throw new InvalidStateError(`a task runs coroutine '${this.name}'; cancel() the task`);
    this.discard();
  }

  /** @internal Closes it, unless it belongs to somebody. */
  discard(): void {
    if (this.taken()) return;
    this.take();
    this.dispose();
  }

  /** @internal */
  override toPromise(): Promise<T> {
    if (this.taken()) return Promise.reject(this.reused());
    this.take();
    return begin(this, currentRoot()).toPromise();
  }

  override get [Symbol.toStringTag](): string {
    return "Coroutine";
  }

  /** @internal */
  override awaitedBy(task: CoreTask): Verdict {
    try {
      this.take();
    } catch (error) {
      task.value = error;
      return RAISE;
    }
    const verdict = this.begin(task);
    // What is no frame has no end of its own to note.
    if (verdict !== PUSHED) this.flags |= ENDED;
    return verdict;
  }

  /** @internal A task that has taken the coroutine runs it now. */
  abstract begin(task: CoreTask): Verdict;

  /** @internal Lets go of what the coroutine holds; called where it will never begin. */
  dispose(): void {
    this.flags |= ENDED;
  }

  /** @internal It began, was closed, or belongs to somebody who will run it. */
  taken(): boolean {
    return (this.flags & TAKEN) !== 0;
  }

  /** @internal Somebody will run it, or it is closed: from now on nobody else may. */
  take(): void {
    if (this.taken()) throw this.reused();
    this.flags |= TAKEN;
    // In debug mode it tells where the coroutine is awaited.
    if (!current.task?.root.debug) this.origin = undefined;
    if ((this.flags & WATCHED) !== 0) unwatch(this);
  }

  /** @internal */
  reused(): InvalidStateError {
    const { name } = this;
    const what =
      (this.flags & ENDED) !== 0
        ? `cannot reuse already awaited coroutine '${name}'`
        : `coroutine '${name}' is being awaited already`;
    return new InvalidStateError(`${what}; share a task: createTask(${name}(…))`);
  }
}

/** Whether the value is a coroutine object, of this copy of the package or of another. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  return value instanceof Coroutine;
}
