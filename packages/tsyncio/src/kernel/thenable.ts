/** What coroutines and futures have in common: native code can await them, and generators by `yield*`. */
import { type KernelAwaitable, own } from "./awaitable.js";
import type { CoreTask } from "./coreTask.js";
import { hooks } from "./hooks.js";
import type { Verdict } from "./verdict.js";

type Fulfilled<T, A> = ((value: T) => A | PromiseLike<A>) | null | undefined;
type Rejected<B> = ((reason: unknown) => B | PromiseLike<B>) | null | undefined;

export abstract class Thenable<T> implements KernelAwaitable, Promise<T> {
  static {
    own(Thenable);
  }

  /** Awaited by native code: gives a native promise. */
  // biome-ignore lint/suspicious/noThenProperty: native code awaits it
  then<A = T, B = never>(onFulfilled?: Fulfilled<T, A>, onRejected?: Rejected<B>): Promise<A | B> {
    return this.toPromise().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: Rejected<B>): Promise<T | B> {
    return this.toPromise().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.toPromise().finally(onFinally);
  }

  [Symbol.iterator](): Generator<unknown, T, unknown> {
    return hooks.openAwait(this) as Generator<unknown, T, unknown>;
  }

  abstract get [Symbol.toStringTag](): string;

  /** @internal For people: what a task waits for. */
  describe(): string {
    return `a ${(this as { name?: string }).name ?? this[Symbol.toStringTag].toLowerCase()}`;
  }

  /** @internal */
  abstract awaitedBy(task: CoreTask): Verdict;

  /** @internal Native code takes the outcome. */
  abstract toPromise(): Promise<T>;
}
