/** Calls that one run serves. */
import { sleep } from "../concurrency/sleep.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import type { Root } from "../kernel/root.js";
import { spawn } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import type { Invocation } from "./wrapped.js";

/**
 * A run at some time, and those who await it. It takes the arguments of the last of them that was not cancelled by then. Where all
 * are cancelled, so is the run, whether it has begun or not: that is what happens to a task that nobody awaits any more.
 */
export class Burst<T> {
  /** When it runs; may be put off. */
  due: number;
  readonly #task: Task<T>;
  readonly #calls: Invocation<T>[] = [];
  #fired = false;

  /** @param onFire - called when the time has come, before the run */
  constructor(root: Root, due: number, onFire?: () => void) {
    this.due = due;
    this.#task = spawn(Burst.#run(this as Burst<unknown>, onFire) as Coroutine<T>, root);
  }

  /** Whether it can take more calls. */
  get open(): boolean {
    const task = this.#task;
    return !(this.#fired || task.done() || task.cancelling() > 0);
  }

  /** Awaits the run. */
  join(invocation: Invocation<T>): Coroutine<T> {
    return Burst.#join(this as Burst<unknown>, invocation) as Coroutine<T>;
  }

  static readonly #run = hidden("burst", function* (burst: Burst<unknown>, onFire?: () => void) {
    const { scheduler } = burst.#task;
    for (;;) {
      const left = burst.due - scheduler.time();
      if (left <= 0) break;
      yield sleep(left);
    }
    burst.#fired = true;
    onFire?.();
    return yield burst.#calls.at(-1)?.();
  });

  static readonly #join = hidden("burst", function* (burst: Burst<unknown>, invocation: Invocation<unknown>) {
    const calls = burst.#calls;
    calls.push(invocation);
    try {
      return yield burst.#task;
    } finally {
      calls.splice(calls.indexOf(invocation), 1);
    }
  });
}
