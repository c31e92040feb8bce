/**
 * `AsyncLocalStorage` follows the task and not its waker.
 *
 * A task's steps are run by the loop, in whatever store the code had that woke the loop; a store that shall follow the task has to be
 * captured when the task is made and entered at each step. An `AsyncResource` does both, for 30 to 50 ns a task and 15 to 25 ns a step
 * (`AsyncLocalStorage.snapshot()` costs 0.8 to 8 microseconds): still as much as a switch of tasks costs by itself. So it is done from the
 * first use of any store on, and programs that use none pay nothing. The first use is noticed by a wrapper around `run` and
 * `enterWith` of the class, set when the first run of the process begins; a store that is there by then already is seen in a probe.
 *
 * The wrapper of `run` has a second duty: `als.run(store, () => handler())` gives a lazy coroutine, which would begin outside the store.
 * It is bound to it: awaited, it runs as a child task in that store.
 */

import { begin } from "../kernel/begin.js";
import { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { Handle } from "../kernel/handle.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Runnable } from "../kernel/readyQueue.js";
import { Task } from "../kernel/task.js";
import type { Verdict } from "../kernel/verdict.js";

/** The store that was current somewhere, as Node's `AsyncResource` keeps it. */
interface AsyncScope {
  runInAsyncScope<A extends unknown[], T>(fn: (...args: A) => T, self: unknown, ...args: A): T;
}

interface Storage {
  run(store: unknown, fn: (...args: unknown[]) => unknown, ...args: unknown[]): unknown;
  enterWith(store: unknown): void;
}

interface AsyncHooks {
  AsyncLocalStorage: { prototype: Storage };
  AsyncResource: new (type: string) => AsyncScope;
}

interface ProcessLike {
  getBuiltinModule?(id: string): unknown;
}

/** A coroutine that was made inside `als.run`. */
class Bound<T> extends Coroutine<T> {
  readonly #inner: Coroutine<T>;
  readonly #scope: AsyncScope;

  constructor(inner: Coroutine<T>, scope: AsyncScope) {
    super(inner.site);
    inner.take();
    this.#inner = inner;
    this.#scope = scope;
  }

  begin(task: Task<unknown>): Verdict {
    return this.#scope.runInAsyncScope(() => begin(this.#inner, task.root), undefined).awaitedBy(task);
  }
}

let watching = false;

/** From now on the first use of a store is noticed. Does nothing on platforms without stores. */
export function followAsyncLocalStorage(): void {
  if (watching) return;
  watching = true;
  const { process } = globalThis as unknown as { process?: ProcessLike };
  const hooks = process?.getBuiltinModule?.("node:async_hooks") as AsyncHooks | undefined;
  if (!hooks) return;
  const { AsyncResource } = hooks;
  const { prototype } = hooks.AsyncLocalStorage;
  const { run, enterWith } = prototype;

  const capture = (): AsyncScope => new AsyncResource("tsyncio");
  const used = (): void => {
    if (current.made) return;
    // What was made without a store must not see that of its waker either.
    const outer = capture();
    // Looked up at each step: somebody may have put something around it since (see `debug/instrumentHooks.ts`).
    const runTask = function (this: unknown): void {
      CoreTask.prototype.run.call(this as CoreTask);
    };
    const runHandle = Handle.prototype.run;
    runIn(outer, Task.prototype, runTask);
    runIn(outer, Handle.prototype, runHandle);
    current.made = (entry) => runIn(capture(), entry, entry instanceof Task ? runTask : runHandle);
  };
  prototype.run = function (this: Storage, store, fn, ...args) {
    used();
    const call = (...passed: unknown[]): unknown => {
      const result = fn(...passed);
      return result instanceof Coroutine && !result.taken()
        ? noteCreated(new Bound(result, capture()), prototype.run)
        : result;
    };
    return run.call(this, store, call, ...args);
  };
  prototype.enterWith = function (this: Storage, store) {
    used();
    enterWith.call(this, store);
  };
  if (hasStore(capture())) used();
}

/** From now on the entry, or all that inherit from it, run in the scope. `run` is what its class says, without a scope. */
function runIn(scope: AsyncScope, entry: Runnable, run: () => void): void {
  entry.run = function (this: unknown): void {
    scope.runInAsyncScope(run, this);
  };
}

/** Whether a resource has captured more than the numbers that every resource has. */
function hasStore(resource: object): boolean {
  const values = resource as Record<symbol, unknown>;
  return Object.getOwnPropertySymbols(resource).some(
    (key) => values[key] !== undefined && typeof values[key] !== "number",
  );
}
