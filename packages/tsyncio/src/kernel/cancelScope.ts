/**
 * A cancel scope: a mark in the frames of a task. Cancelling it unwinds the frames above the mark and no further.
 *
 * The scopes of a task are linked from the innermost (`task.scope`) outwards by `parent`. A scope is entered once, by the frame that
 * `withCancelScope` and its relatives push. The outermost is the task itself (`task.whole()`); it is linked when it is first needed.
 *
 * States: made, entered (between `enter` and `exit`), exited. `cancel()` is sticky in all of them. A cancellation that has not begun
 * to unwind is `undelivered`: the task runs at that moment, or a shield inside defers it. It is delivered at the next wait, so code
 * that has a value in hand keeps it: what a shielded section acquired reaches the one who will release it.
 */

import type { CoreTask } from "./coreTask.js";
import { checkedTime, NEVER } from "./duration.js";
import { hooks } from "./hooks.js";
import type { Scheduler } from "./scheduler.js";
import type { Timer } from "./timerQueue.js";

/** What is read-only for others. */
type Own<T> = { -readonly [K in keyof T]: T[K] };

/** What a cancellation aims at: the task itself, or a scope in it. */
export class CancelTarget {
  /** @internal */ task: CoreTask | null = null;
  /** @internal */ parent: CancelTarget | null = null;
  /** @internal Number of scopes outside this one, the task itself among them. */ depth = 0;
  /** @internal */ undelivered = false;
  /** @internal */ controller: AbortController | null = null;
  /** What `cancel(reason)` was called with. */
  reason: unknown = undefined;
  /** Whether the scope was cancelled, by `cancel()` or by its deadline. */
  readonly cancelCalled: boolean = false;

  /** Whether a cancellation of an outer scope or of the task is kept away from the body until the scope has ended. */
  get shield(): boolean {
    return false;
  }

  /**
   * Cancels what runs in the scope: its frames are unwound, with all their `finally` blocks, at their next wait. Calling it again
   * interrupts a clean-up that waits.
   */
  cancel(reason?: unknown): void {
    if (!this.cancelCalled) this.reason = reason;
    (this as Own<this>).cancelCalled = true;
    this.undelivered = true;
    const { task } = this;
    if (!task) return;
    hooks.abortSignals?.(task);
    task.deliver();
  }

  /** @internal A cancellation that has not begun to unwind was taken back. */
  revoke(): void {
    (this as Own<this>).cancelCalled = false;
    this.undelivered = false;
  }
}

/** The scope that is a task itself, and what the task keeps of its cancellations. */
export class WholeTask extends CancelTarget {
  /** @internal Calls of `cancel()` that were not taken back. */ cancels = 0;
  /** @internal The scope to which the next step unwinds. */ unwindsTo: CancelTarget | null = null;
}

export class CancelScope extends CancelTarget implements Timer {
  /** @internal The deadline as a timer. */ when: number = NEVER;
  /** @internal */ prev: Timer | null = null;
  /** @internal */ next: Timer | null = null;
  /** @internal */ below: Timer | null = null;
  /** @internal */ order = 0;
  /** @internal The deadline passed, as against a call of `cancel()`. */ expired = false;
  /** Whether the scope ended by its own cancellation, rather than by its body. */
  readonly cancelledCaught: boolean = false;
  #shield = false;

  /** @internal Use `withCancelScope`. */
  // biome-ignore lint/complexity/noUselessConstructor: one that the compiler makes for fields hands `arguments` on, which V8 does slowly
  constructor() {
    super();
  }

  /** The time of the loop's clock, in milliseconds, at which the scope is cancelled; Infinity: never. Settable at any time. */
  get deadline(): number {
    return this.when;
  }

  set deadline(value: number) {
    const when = checkedTime(value);
    const { task } = this;
    task?.scheduler.timers.remove(this);
    this.when = when;
    if (task && when !== NEVER && !this.cancelCalled) {
      const { scheduler } = task;
      this.arm(scheduler, when <= scheduler.time());
    }
  }

  private arm(scheduler: Scheduler, due: boolean): void {
    // As asyncio has it: a time that has come is a callback of this iteration, before what the task enqueues next.
    if (due) scheduler.enqueue(this);
    else scheduler.addTimer(this);
  }

  override get shield(): boolean {
    return this.#shield;
  }

  override set shield(value: boolean) {
    this.#shield = value;
    if (!value) this.task?.deliver();
  }

  /** @internal The deadline has come. */
  run(): void {
    // It may have been left, or given more time, since it was enqueued.
    if (!this.task || this.when > this.task.scheduler.time()) return;
    this.expired = true;
    this.cancel();
  }

  /** @internal The time counts from here. */
  enter(task: CoreTask, timeout: number): void {
    this.task = task;
    this.parent = task.scope;
    this.depth = (this.parent?.depth ?? 0) + 1;
    task.scope = this;
    if (timeout !== NEVER) {
      const { scheduler } = task;
      this.when = scheduler.time() + timeout;
      this.arm(scheduler, timeout <= 0);
    }
  }

  /** @internal */
  exit(): void {
    const task = this.task as CoreTask;
    task.scheduler.timers.remove(this);
    task.scope = this.parent;
    this.task = null;
    this.undelivered = false;
    // What the shield kept away is looked at again before the next wait.
    if (this.#shield) task.deliver();
  }

  /** @internal The unwinding has arrived at its target. */
  caught(): void {
    (this as Own<this>).cancelledCaught = true;
  }
}
