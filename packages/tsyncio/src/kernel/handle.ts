/** A callback in the ready queue, or waiting for its time. */
import type { Context } from "./context.js";
import { current } from "./current.js";
import { type ContextHolder, contextOf, currentContext, type OwnContext, type Variables } from "./currentContext.js";
import { NEVER } from "./duration.js";
import { keepShape } from "./keepShape.js";
import type { Runnable } from "./readyQueue.js";
import type { Scheduler } from "./scheduler.js";
import type { Timer } from "./timerQueue.js";

/** What `callSoon` returns (source: `asyncio.Handle`). */
export class Handle implements Runnable, ContextHolder {
  /** @internal */ readonly scheduler: Scheduler;
  #callback: ((...args: unknown[]) => void) | null;
  /** Null in place of none. */
  #args: readonly unknown[] | null;
  /** @internal */ context: OwnContext;

  /** @internal */
  constructor(
    scheduler: Scheduler,
    callback: (...args: unknown[]) => void,
    args: readonly unknown[],
    context?: Context,
  ) {
    this.scheduler = scheduler;
    this.#callback = callback;
    this.#args = args.length > 0 ? args : null;
    this.context = context ?? currentContext().vars;
    current.made?.(this);
  }

  /** @internal Its own variables, where it was given no context. */
  get vars(): Variables {
    return this.context as Variables;
  }

  /** @internal */
  set vars(variables: Variables) {
    this.context = variables;
  }

  /** The callback will not run. Its arguments are let go at once. */
  cancel(): void {
    this.#callback = null;
    this.#args = null;
  }

  cancelled(): boolean {
    return this.#callback === null;
  }

  /** The name of the callback. */
  toString(): string {
    const callback = this.#callback;
    return `<Handle ${callback ? callback.name || "(anonymous)" : "cancelled"}>`;
  }

  /** @internal */
  run(): void {
    const callback = this.#callback;
    if (!callback) return;
    const before = current.context;
    current.context = contextOf(this);
    const args = this.#args;
    try {
      if (args === null) callback();
      else callback(...args);
    } catch (exception) {
      this.scheduler.report({
        message: `Exception in callback ${callback.name || "(anonymous)"}`,
        exception,
        handle: this,
      });
    } finally {
      current.context = before;
    }
  }
}

/** What `callLater` and `callAt` return (source: `asyncio.TimerHandle`). */
export class TimerHandle extends Handle implements Timer {
  /** @internal */ prev: Timer | null = null;
  /** @internal */ next: Timer | null = null;
  /** @internal */ below: Timer | null = null;
  /** @internal */ order = 0;
  /** The time of the loop's clock at which it is due, in milliseconds. */
  readonly when: number;

  /** @internal */
  constructor(
    scheduler: Scheduler,
    when: number,
    callback: (...args: unknown[]) => void,
    args: readonly unknown[],
    context?: Context,
  ) {
    super(scheduler, callback, args, context);
    this.when = when;
  }

  override toString(): string {
    return super.toString().replace("Handle", `TimerHandle when=${this.when}`);
  }

  override cancel(): void {
    super.cancel();
    this.scheduler.timers.remove(this);
  }
}

keepShape(new Handle(null as never, () => {}, []));
keepShape(new TimerHandle(null as never, NEVER, () => {}, []));
