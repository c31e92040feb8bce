/**
 * The bridge by which `yield*` reaches the driver.
 *
 * `await x` in lowered code is `yield x`: the driver receives x. `yield* x` asks x for an iterator. If that delegated natively,
 * every resume would walk the whole chain of generators (O(depth)), and a `return()` through it would be forgotten as soon as a
 * clean-up awaits. So the iterator of an awaitable has one step: it hands the awaitable itself to the driver, and gives back
 * what the driver sends.
 *
 * One iterator serves all: between `[Symbol.iterator]()` and the first `next()` nothing else can run, so the awaitable waits in
 * `current.opened` for that moment. The driver clears it before each resume, so that an iterator that somebody opened by hand
 * and dropped cannot be taken for the answer of another wait.
 */
import { current } from "./current.js";
import { hooks } from "./hooks.js";

// Reused: the driver reads it before anything else can run. Made by a generator, so that it has the hidden class of all the
// other results that the driver reads.
const handed = (function* (): Generator<unknown> {
  yield;
})().next() as IteratorYieldResult<unknown>;

const bridge: Iterator<unknown, unknown, unknown> & Iterable<unknown> = {
  [Symbol.iterator]() {
    return this;
  },
  next(sent: unknown): IteratorResult<unknown, unknown> {
    if (current.opened === null) return { value: sent, done: true };
    handed.value = current.opened;
    current.opened = null;
    return handed;
  },
  throw(error: unknown): never {
    // Runs beneath the frame that awaits, so its line can be noted here.
    hooks.chain?.noteLine(error, bridge.throw as () => never);
    throw error;
  },
};

/** The iterator of an awaitable, in place of a generator for each await. */
export function openAwait(awaitable: unknown): Iterator<unknown, unknown, unknown> {
  current.opened = awaitable;
  return bridge;
}
