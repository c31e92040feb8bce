/** Where functions run that would block the loop: the interface to threads and processes. */

/** The result of something that runs elsewhere. */
export interface Submission<T> extends PromiseLike<T> {
  /** Nobody wants the result any more: it need not begin. */
  cancel?(): unknown;
}

/**
 * Runs functions elsewhere (source: `concurrent.futures.Executor`). `tsyncio/executors` has some; any object of this shape will do.
 *
 * @example
 * ```ts
 * const inline: Executor = {
 *   submit: async (fn, ...args) => fn(...args),
 *   shutdown() {},
 * };
 * ```
 */
export interface Executor {
  submit<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): Submission<Awaited<T>>;
  /** Takes nothing more. With `wait`, which is the default, what it returns is awaited until all that was submitted has ended. */
  shutdown(options?: { wait?: boolean }): unknown;
}
