/**
 * A task: a coroutine that the loop runs beside others, with its frames, its scopes and its context.
 *
 * States and legal transitions, by the bits of `flags` (the outcome bits are those of `Future`):
 *
 *     queued      QUEUED, not BEGUN        in the ready queue for its first step
 *     running     BEGUN, waitingOn null    its step is on; only one task runs, except while it starts an eager one
 *     waiting     BEGUN, waitingOn set     suspended; `waitingOn` knows how to leave
 *     woken       as waiting, and QUEUED   the outcome is in `sent` (with RAISING: to be thrown); the step has not begun
 *     unwinding   a frame is marked        cancelled: running or waiting in a clean-up
 *     done        an outcome bit is set
 *
 *     queued -> running -> waiting -> woken -> running … -> done
 *     waiting -> woken + INTERRUPTED -> running (unwinding)              by `deliver`
 *     queued | running | woken + RECHECK -> looked at by the step, or before the next wait: the same, or nothing where `uncancel()` came
 *     queued + INTERRUPTED -> done (cancelled; the body never runs)
 *
 * `waitingOn` stays set while the task is woken: where the step finds that it was cancelled meanwhile, the primitive hands what it gave
 * to the next waiter (`abandon`). Access rules: `sent`, `top` and `scope` are written by the driver and by the awaitable to which the
 * driver has given the task; everything else goes through the methods.
 */
import { completeChain } from "./awaitChain.js";
import type { Waitable } from "./awaitable.js";
import type { CancelScope } from "./cancelScope.js";
import { type Context, inheritContext } from "./context.js";
import type { Coroutine } from "./coroutine.js";
import { type AsyncScope, current } from "./current.js";
import { tsyncioStep } from "./driver.js";
import { CancelledError, InvalidStateError } from "./errors.js";
import { forwardCancel } from "./forwardCancel.js";
import type { Frame } from "./frame.js";
import { CANCELLED, EXCEPTION, Future, PENDING, RESULT, STATE, type Waiter } from "./future.js";
import type { Runnable } from "./readyQueue.js";
import type { Root } from "./root.js";
import type { Scheduler } from "./scheduler.js";
import { BEGUN, FORWARDED, INTERRUPTED, QUEUED, RAISING, RECHECK, UNDELIVERED } from "./taskBits.js";

let lastId = 0;

interface Cancellation {
  count: number;
  reason: unknown;
  controller: AbortController | null;
}

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
export class Task<T = unknown> extends Future<T> implements Runnable, Waiter {
  /** @internal */ top: Frame | null = null;
  /** @internal */ sent: unknown = undefined;
  /** @internal */ waitingOn: Waitable | null = null;
  /** @internal */ scope: CancelScope | null = null;
  /** @internal */ interruptTarget: CancelScope | null = null;
  /** @internal */ prevWaiter: Waiter | null = null;
  /** @internal */ nextWaiter: Waiter | null = null;
  /** @internal */ prevTask: Task<unknown> | null = null;
  /** @internal */ nextTask: Task<unknown> | null = null;
  /** @internal */ readonly root: Root;
  /** @internal */ context: Context;
  /** The coroutine that the task runs. */
  readonly coroutine: Coroutine<T>;
  readonly #asyncScope: AsyncScope | null = current.captureScope?.() ?? null;
  #cancellation: Cancellation | null = null;
  #name: string | number;

  /** @internal Use `createTask`. The coroutine must have been taken. */
  constructor(coroutine: Coroutine<T>, root: Root, name: string | undefined, context: Context | undefined) {
    super();
    this.coroutine = coroutine;
    this.root = root;
    this.context = context ?? inheritContext();
    this.#name = name === undefined ? ++lastId : String(name);
    root.add(this as Task<unknown>);
  }

  /** Given to `createTask`, or `Task-N`. */
  get name(): string {
    return typeof this.#name === "string" ? this.#name : `Task-${this.#name}`;
  }

  set name(value: string) {
    this.#name = String(value);
  }

  /** @internal */
  get scheduler(): Scheduler {
    return this.root.scheduler;
  }

  /**
   * Cancels the task: it is unwound at the place where it waits, with all its `finally` blocks; no `catch` sees it. A second call
   * interrupts a clean-up that waits. What it awaits, if that is a task, gather or group that nobody else awaits, is cancelled too.
   *
   * @returns false where the task is done already
   */
  override cancel(reason?: unknown): boolean {
    if ((this.flags & STATE) !== PENDING) return false;
    const cancellation = this.cancellation();
    cancellation.count++;
    cancellation.reason = reason;
    this.flags |= UNDELIVERED;
    this.abortSignals(null, reason);
    this.deliver();
    return true;
  }

  /** How many calls of `cancel()` were not taken back by `uncancel()`. */
  cancelling(): number {
    return this.#cancellation?.count ?? 0;
  }

  /** Takes one `cancel()` back, and the last one also revokes a cancellation that has not begun to unwind. Returns what is left. */
  uncancel(): number {
    const cancellation = this.#cancellation;
    if (cancellation === null || cancellation.count === 0) return 0;
    if (--cancellation.count === 0) this.flags &= ~UNDELIVERED;
    return cancellation.count;
  }

  /** The names of the coroutines that are on, innermost first; of the task that runs, as they were when it last waited. */
  stack(): string[] {
    const names: string[] = [];
    for (let frame = this.top; frame !== null; frame = frame.caller) if (!frame.hidden) names.push(frame.name);
    if (names.length === 0 && !this.done()) names.push(this.coroutine.name);
    return names;
  }

  /** @throws InvalidStateError always: a task sets its result itself (source: `asyncio.Task.set_result`) */
  override setResult(_value: T): never {
    throw new InvalidStateError("a task sets its own result: return it");
  }

  /** @throws InvalidStateError always: a task sets its exception itself */
  override setException(_error: unknown): never {
    throw new InvalidStateError("a task sets its own exception: throw it");
  }

  override get [Symbol.toStringTag](): string {
    return "Task";
  }

  /** @internal */
  run(): void {
    // A task that ended in the meantime (cancelled eagerly, say) may still stand in the queue.
    if ((this.flags & STATE) !== PENDING) return;
    const asyncScope = this.#asyncScope ?? current.outerScope;
    if (asyncScope === null) tsyncioStep(this as Task<unknown>);
    else asyncScope.runInAsyncScope(tsyncioStep, undefined, this as Task<unknown>);
  }

  /** @internal */
  get awaits(): boolean {
    return true;
  }

  /** @internal A future that the task awaits is done. */
  wake(future: Future<unknown>): void {
    if ((future.flags & STATE) === RESULT) this.sent = future.value;
    else {
      this.sent = future.error();
      this.flags |= RAISING;
    }
    this.flags |= QUEUED;
    this.root.scheduler.enqueue(this);
  }

  /** @internal What it waits for is over; `sent` and RAISING are set. */
  wakeUp(): void {
    this.flags |= QUEUED;
    this.root.scheduler.enqueue(this);
  }

  /** @internal As `wakeUp`, from a callback of the host. */
  wakeFromHost(): void {
    this.flags |= QUEUED;
    this.root.scheduler.enqueueFromHost(this);
  }

  /** @internal Somebody who awaits this task is being cancelled. */
  override cancelFor(task: Task<unknown>, reason: unknown): boolean {
    return !this.awaitedByOthers(task) && forwardCancel(task, this as Future<unknown>, reason);
  }

  /** @internal */
  override home(): Root {
    return this.root;
  }

  /** @internal */
  override describe(): string {
    return `task '${this.name}' (${this.coroutine.name})`;
  }

  /** @internal A cancellation has come. It takes effect at once where the task waits, and else at its next step or wait. */
  deliver(): void {
    if (this.waitingOn === null || (this.flags & QUEUED) !== 0) {
      this.flags |= RECHECK;
      return;
    }
    this.flags &= ~RECHECK;
    const reason = this.interrupt();
    if (reason === null) return;
    if (this.waitingOn.cancelFor(this as Task<unknown>, reason.value)) this.flags |= FORWARDED;
    else {
      this.waitingOn.abandon(this as Task<unknown>);
      this.wakeUp();
    }
  }

  /** @internal Where a cancellation is due, the next step unwinds: gives the reason, or null where none is due. */
  interrupt(): { value: unknown } | null {
    const due = this.takeDue();
    if (due === null) return null;
    const { target } = due;
    const former = this.interruptTarget;
    if ((this.flags & INTERRUPTED) === 0 || (former !== null && (target === null || target.depth < former.depth))) this.interruptTarget = target;
    this.flags |= INTERRUPTED;
    return { value: due.reason };
  }

  /** The outermost scope with an undelivered cancellation that no shield keeps away; it counts as delivered from here on. */
  private takeDue(): { target: CancelScope | null; reason: unknown } | null {
    let due: { target: CancelScope | null; reason: unknown } | null = null;
    for (let scope = this.scope; scope !== null; scope = scope.parent) {
      if (scope.undelivered) {
        scope.undelivered = false;
        due = { target: scope, reason: scope.reason };
      }
      if (scope.shield) return due;
    }
    if ((this.flags & UNDELIVERED) === 0) return due;
    this.flags &= ~UNDELIVERED;
    return { target: null, reason: this.#cancellation?.reason };
  }

  /** @internal The last frame has ended. */
  complete(failed: boolean, value: unknown): void {
    if (failed) {
      if (value instanceof CancelledError) this.end(CANCELLED, value);
      else this.end(EXCEPTION, value);
    } else if ((this.flags & UNDELIVERED) !== 0) this.end(CANCELLED, this.#cancellation?.reason);
    else this.end(RESULT, value);
  }

  /** @internal The cancellation has unwound the last frame. */
  unwound(failure: { error: unknown } | undefined): void {
    if (failure !== undefined) this.end(EXCEPTION, failure.error);
    else this.end(CANCELLED, this.#cancellation?.reason);
  }

  private end(state: number, value: unknown): void {
    if (state === EXCEPTION) completeChain(value);
    this.scope = null;
    this.waitingOn = null;
    this.top = null;
    this.settle(state, value);
    this.root.remove(this as Task<unknown>);
  }

  /** @internal Why the task, or the innermost cancelled scope, was cancelled. */
  cancelReason(): unknown {
    for (let scope = this.scope; scope !== null; scope = scope.parent) if (scope.cancelCalled) return scope.reason;
    return this.#cancellation?.reason;
  }

  /** @internal A scope of the task, or with `null` the task, was cancelled: aborts the signals of all scopes that this reaches. */
  abortSignals(from: CancelScope | null, reason: unknown): void {
    let reached: AbortController[] | undefined;
    for (let scope = this.scope; scope !== null; scope = scope.parent) {
      if (scope.controller !== null) (reached ??= []).push(scope.controller);
      if (scope === from) break;
      if (scope.shield) reached = undefined;
    }
    if (from === null && this.#cancellation !== null && this.#cancellation.controller !== null) (reached ??= []).push(this.#cancellation.controller);
    if (reached !== undefined) for (const controller of reached) controller.abort(new CancelledError(reason));
  }

  /** @internal */
  cancellation(): Cancellation {
    this.#cancellation ??= { count: 0, reason: undefined, controller: null };
    return this.#cancellation;
  }
}
