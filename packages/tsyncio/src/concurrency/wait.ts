/** Waiting for some of several tasks. */
import { isBareGenerator } from "../kernel/bareGenerator.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { Future } from "../kernel/future.js";
import { EXCEPTION, RESULT, STATE } from "../kernel/futureBits.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { unfit } from "../kernel/unfit.js";
import { listOf } from "./sources.js";
import { watchAll } from "./watchAll.js";

/** Options of `wait`. */
export interface WaitOptions {
  /** Return after this time, whatever is done by then. */
  timeout?: Duration | undefined;
  /**
   * When to return: when all are done (the default), when the first is, or when the first has failed. A cancelled one is no failure.
   */
  returnWhen?: "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION" | undefined;
}

/** What `wait` gives. */
export interface Waited<F> {
  done: Set<F>;
  pending: Set<F>;
}

const waiting = hidden("wait", function* (futures: Set<Future<unknown>>, timeout: number, returnWhen: string) {
  let unfinished = futures.size;
  const enough = new Future<void>();
  enough.describe = () => `${unfinished} of ${futures.size} futures`;
  const end = (): void => {
    if (!enough.done()) enough.settle(RESULT, undefined);
  };
  const ended = (future: Future<unknown>): void => {
    const failed = (future.flags & STATE) === EXCEPTION;
    if (--unfinished === 0 || returnWhen === "FIRST_COMPLETED" || (returnWhen === "FIRST_EXCEPTION" && failed)) end();
  };
  const stop = watchAll(futures, timeout, ended, end, enough);
  try {
    yield enough;
  } finally {
    stop();
  }
  // What has ended since it was enough is done too.
  const done = new Set();
  const pending = new Set();
  for (const future of futures) (future.done() ? done : pending).add(future);
  return { done, pending };
});

/**
 * Waits until tasks or futures are done, all or some of them, or until the time is up (source: `asyncio.wait`). It takes no results and
 * throws no errors: look at what is done. Nothing is ever cancelled by it, neither where the time is up nor where the waiter is cancelled.
 *
 * @param awaitables - tasks and futures; make tasks of coroutines, in order to recognise them in the sets
 * @returns two sets, `done` and `pending`, in the order of the arguments
 * @throws TypeError where there is none, or something else among them
 * @example
 * ```ts
 * const { done, pending } = await wait(tasks, { timeout: "2s", returnWhen: "FIRST_COMPLETED" });
 * for (const task of pending) task.cancel();
 * ```
 */
export function wait<F extends Future<unknown>>(
  awaitables: Iterable<F>,
  { timeout, returnWhen = "ALL_COMPLETED" }: WaitOptions = {},
): Coroutine<Waited<F>> {
  // A generator that gives tasks is taken here: it cannot be meant as a coroutine.
  const futures = new Set(isBareGenerator(awaitables) ? awaitables : (listOf(awaitables, "wait") as F[]));
  for (const future of futures)
    if (!(future instanceof Future)) throw unfit("wait takes tasks and futures; make a task with createTask()", future);
  if (futures.size === 0) throw new TypeError("wait takes at least one task or future");
  const choices = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"];
  if (!choices.includes(returnWhen)) throw unfit(`returnWhen is one of ${choices.join(", ")}`, returnWhen);
  return noteCreated(waiting(futures, milliseconds(timeout ?? NEVER), returnWhen) as Coroutine<Waited<F>>, wait);
}
