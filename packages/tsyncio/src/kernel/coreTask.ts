/**
 * The kernel's part of a task: a coroutine that the loop runs beside others, with its frames, its scopes and its context.
 *
 * States and legal transitions, by the bits of `flags` (the outcome bits are those of `Future`):
 *
 *     not begun   QUEUED, not BEGUN        in the ready queue for its first step
 *     running     BEGUN, waitingOn null    its step is on; only one task runs, except while it starts an eager one
 *     waiting     BEGUN, waitingOn set     suspended; `waitingOn` knows how to leave
 *     ready       as waiting, and QUEUED   the outcome is in `value` (with RAISING: to be thrown; with CLAIMING: to be taken); the step has not begun
 *     unwinding   a frame is marked        cancelled: running or waiting in a clean-up
 *     done        an outcome bit is set
 *
 *     not begun -> running -> waiting -> ready -> running … -> done
 *     waiting -> ready, a scope in `asScope.unwindsTo` -> running (unwinding)       by `deliver`
 *     not begun | running | ready + RECHECK -> looked at by the step, or before the next wait: the same, or nothing where `uncancel()` came
 *     not begun, a scope in `asScope.unwindsTo` -> done (cancelled; the body never runs)
 *
 * `waitingOn` stays set while the task is ready: where the step finds that it was cancelled meanwhile, the primitive hands what it gave
 * to the next waiter (`abandon`). Access rules: `value`, `top` and `scope` are written by the driver and by the awaitable to which the
 * driver has given the task; everything else goes through the methods.
 */

import type { Waitable } from "./awaitable.js";
import { type CancelTarget, WholeTask } from "./cancelScope.js";
import { CoreFuture, type Owner, type Waiter } from "./coreFuture.js";
import type { Coroutine } from "./coroutine.js";
import { current } from "./current.js";
import { type ContextHolder, currentContext, type OwnContext, type Variables } from "./currentContext.js";
import { CancelledError } from "./errors.js";
import type { Frame } from "./frame.js";
import { CANCELLED, EXCEPTION, PENDING, RESULT, STATE } from "./futureBits.js";
import { type FrameDriver, hooks } from "./hooks.js";
import type { Runnable } from "./readyQueue.js";
import type { Root } from "./root.js";
import { currentRoot, type Scheduler } from "./scheduler.js";
import type { TaskOptions } from "./spawn.js";
import type { Origin } from "./stackLine.js";
import { step } from "./step.js";
import { FORWARDED, QUEUED, RAISING, RECHECK } from "./taskBits.js";

let lastId = 0;

/** What the loop needs of a task. The public class adds what programs ask. */
export class CoreTask<T = unknown> extends CoreFuture<T> implements Runnable, Waiter, ContextHolder {
  /** @internal */ top: Frame | null = null;
  /** @internal */ waitingOn: Waitable | null = null;
  /** @internal */ scope: CancelTarget | null = null;
  /** @internal */ prev: Waiter | null = null;
  /** @internal */ next: Waiter | null = null;
  /** @internal */ prevTask: CoreTask | null = null;
  /** @internal */ nextTask: CoreTask | null = null;
  /** @internal */ declare readonly root: Root;
  /** @internal */ context: OwnContext;
  /** The coroutine that the task runs. */
  readonly coroutine: Coroutine<T>;
  /** @internal Made when it is first needed. */ asScope: WholeTask | null = null;
  /** @internal The name, or its number. */ title: string | number;
  /** @internal In debug mode: when its wait began, by the loop's clock. */ declare since?: number;
  /** @internal In debug mode: the stack of what made it. */ declare origin?: Origin;

  /**
   * For task factories and for classes that extend `Task`; programs use `createTask`.
   *
   * @throws InvalidStateError where the coroutine is awaited already
   */
  constructor(coroutine: Coroutine<T>, options?: TaskOptions);
  /** @internal The coroutine has been taken. */
  constructor(coroutine: Coroutine<T>, options: TaskOptions | undefined, root: Root);
  // `Task` has none of its own: each on the way up costs a call that V8 does not inline.
  constructor(coroutine: Coroutine<T>, options?: TaskOptions, takenFor?: Root) {
    super();
    if (!takenFor) coroutine.take();
    const root = takenFor ?? options?.root ?? currentRoot();
    this.coroutine = coroutine;
    this.root = root;
    this.context = options?.context ?? currentContext().vars;
    const name = options?.name;
    this.title = name === undefined ? ++lastId : String(name);
    root.add(this as CoreTask);
    current.made?.(this);
    if (options?.eager && current.scheduler === root.scheduler) this.run();
    else this.wakeUp();
  }

  /** @internal Its own variables, where it was given no context. */
  get vars(): Variables {
    return this.context as Variables;
  }

  /** @internal */
  set vars(variables: Variables) {
    this.context = variables;
  }

  /** Given to `createTask`, or `Task-N`. */
  get name(): string {
    return typeof this.title === "string" ? this.title : `Task-${this.title}`;
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
    if (this.done()) return false;
    this.root.cancelled?.(this as CoreTask);
    const whole = this.whole();
    whole.cancels++;
    // Of a scope the first reason counts, of a task the last.
    whole.reason = reason;
    whole.cancel(reason);
    return true;
  }

  override get [Symbol.toStringTag](): string {
    return "Task";
  }

  /** @internal */
  run(): void {
    if ((this.flags & STATE) !== PENDING) {
      // It may still stand in the queue (cancelled eagerly, say), or stand there in order that its owner be told.
      const owner = this.waiters as unknown as Owner | null;
      this.waiters = null;
      owner?.ended(this as never);
      return;
    }
    if (this.top === null) step(this as CoreTask);
    else (hooks.frames as FrameDriver).tsyncioStep(this as CoreTask, null);
  }

  /** @internal */
  get awaits(): boolean {
    return true;
  }

  /** @internal It was made for `owner`. */
  ownedBy(owner: Owner): void {
    if (this.waiters) this.observeFor(owner);
    else {
      this.waiters = owner as unknown as Waiter;
      if (this.done()) this.root.scheduler.enqueue(this);
    }
  }

  /** @internal A future that the task awaits is done. */
  wake(future: CoreFuture): void {
    if ((future.flags & STATE) === RESULT) this.value = future.value;
    else {
      this.value = future.error();
      this.flags |= RAISING;
    }
    this.wakeUp();
  }

  /** @internal What it waits for is over; `value` and RAISING are set, or `bits` is CLAIMING. */
  wakeUp(bits = 0): void {
    this.flags |= QUEUED | bits;
    this.root.scheduler.enqueue(this);
  }

  /** @internal */
  override describe(): string {
    return `task '${this.name}' (${this.coroutine.name})`;
  }

  /** @internal A cancellation has come. It takes effect at once where the task waits, and else at its next step or wait. */
  deliver(): void {
    this.flags |= RECHECK;
    const { waitingOn } = this;
    if (!waitingOn || (this.flags & QUEUED) !== 0) return;
    const due = this.interrupt();
    if (!due) return;
    if (waitingOn.cancelFor?.(this as CoreTask, due.reason)) this.flags |= FORWARDED;
    else {
      // It leaves, and was given nothing that a second cancellation could hand back.
      this.waitingOn = null;
      waitingOn.abandon(this as CoreTask);
      this.wakeUp();
    }
  }

  /**
   * @internal The outermost scope with an undelivered cancellation that no shield keeps away; it counts as delivered from here on, and
   * the next step unwinds. Null where no cancellation is due.
   */
  interrupt(): CancelTarget | null {
    let due: CancelTarget | null = null;
    for (let scope = this.scope; scope; scope = scope.parent) {
      if (scope.undelivered) {
        scope.undelivered = false;
        due = scope;
      }
      if (scope.shield) break;
    }
    if (due) {
      const whole = this.whole();
      if (!whole.unwindsTo || due.depth < whole.unwindsTo.depth) whole.unwindsTo = due;
      // Those that were made since the call of cancel().
      hooks.abortSignals?.(this as CoreTask);
    }
    return due;
  }

  /** @internal The last frame has ended. */
  complete(failed: boolean, value: unknown): void {
    if (failed) this.end(value instanceof CancelledError ? CANCELLED : EXCEPTION, value);
    else if (this.asScope?.undelivered) this.end(CANCELLED, this.asScope.reason);
    else this.end(RESULT, value);
  }

  /** @internal */
  end(state: number, value: unknown): void {
    if (state === EXCEPTION) hooks.chain?.complete(value, this as CoreTask);
    this.scope = null;
    this.waitingOn = null;
    this.top = null;
    this.settle(state, value);
    this.root.remove(this as CoreTask);
  }

  /** @internal The scope that is the task itself. */
  whole(): WholeTask {
    if (!this.asScope) {
      const whole = new WholeTask();
      whole.task = this as CoreTask;
      this.asScope = whole;
      let outermost = this.scope;
      while (outermost?.parent) outermost = outermost.parent;
      if (!outermost) this.scope = whole;
      else outermost.parent = whole;
    }
    return this.asScope;
  }
}
