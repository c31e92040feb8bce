// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  type Coroutine,
  coroutine,
  createTask,
  gather,
  sleep,
  TimeoutError,
  withCancelScope,
  withTimeout,
} from "tsyncio";
import { aw, co, site } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { outcome, shown } from "../support/outcome.js";

/** Runs a coroutine as a task, cancels it at a time, and gives what it ended with. */
const cancelledAt = coroutine(function* (work: Coroutine<unknown>, ...times: number[]) {
  const task = createTask(work);
  let now = 0;
  for (const time of times) {
    yield* sleep(time - now);
    now = time;
    task.cancel();
  }
  const result = yield* outcome(task);
  assert.equal(task.done(), true);
  assert.equal(allTasks().size, 1);
  return result;
});

describe("unwinding", () => {
  inBothForms("no catch sees its own cancellation, not even one that catches everything", async ({ fn, wait }) => {
    const events: string[] = [];
    const inner = fn("inner", function* () {
      try {
        yield* wait(sleep("1h"));
      } catch {
        events.push("inner catch");
      }
      events.push("inner after");
    });
    const outer = fn("outer", function* () {
      for (;;) {
        try {
          yield* wait(inner());
        } catch {
          events.push("outer catch");
        }
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1)), "cancelled");
    assert.deepEqual(events, []);
  });

  inBothForms("every finally runs, innermost first, in one iteration where none waits", async ({ fn, wait }) => {
    const events: string[] = [];
    const nest: (depth: number) => Coroutine<void> = fn("nest", function* (depth: number): Generator<
      unknown,
      void,
      unknown
    > {
      try {
        yield* wait(depth === 0 ? sleep("1h") : nest(depth - 1));
        events.push(`after ${depth}`);
      } finally {
        events.push(`finally ${depth}`);
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(nest(3), 1)), "cancelled");
    assert.deepEqual(events, ["finally 0", "finally 1", "finally 2", "finally 3"]);
  });

  inBothForms(
    "a finally that waits is driven to its end before the next frame is unwound, and nobody carries on past the cancelled line",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const nest: (depth: number) => Coroutine<void> = fn("nest", function* (depth: number): Generator<
        unknown,
        void,
        unknown
      > {
        try {
          yield* wait(depth === 0 ? sleep("1h") : nest(depth - 1));
          events.push(`after ${depth}`);
        } finally {
          events.push(`begin ${depth}`);
          yield* wait(sleep(1));
          events.push(`middle ${depth}`);
          yield* wait(sleep(0));
          events.push(`end ${depth}`);
        }
        events.push(`past ${depth}`);
      });
      assert.equal(await runWithVirtualTime(cancelledAt(nest(2), 1)), "cancelled");
      assert.deepEqual(
        events,
        [0, 1, 2].flatMap((depth) => [`begin ${depth}`, `middle ${depth}`, `end ${depth}`]),
      );
    },
  );

  test("the same for code as the pass emits it: aw(yield x)", async () => {
    const events: string[] = [];
    const [innerSite, outerSite] = [site("inner", import.meta.url, 1, 1), site("outer", import.meta.url, 2, 1)];
    const inner = (): Coroutine<void> =>
      co(
        innerSite,
        (function* () {
          try {
            aw(yield sleep("1h"));
            events.push("after the inner line");
          } finally {
            aw(yield sleep(1));
            events.push("inner cleaned");
          }
        })(),
      );
    const outer = (): Coroutine<void> =>
      co(
        outerSite,
        (function* () {
          try {
            aw(yield inner());
            events.push("after the outer line");
          } catch {
            events.push("caught");
          } finally {
            aw(yield sleep(1));
            events.push("outer cleaned");
          }
        })(),
      );
    assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1)), "cancelled");
    assert.deepEqual(events, ["inner cleaned", "outer cleaned"]);
  });

  inBothForms("a clean-up may call functions, catch its own errors, and await several things", async ({ fn, wait }) => {
    const events: string[] = [];
    const flaky = fn("flaky", function* () {
      yield* wait(sleep(1));
      throw new Error("flaky");
    });
    const close = fn("close", function* (name: string) {
      try {
        yield* wait(flaky());
      } catch (error) {
        events.push(`${name}: ${(error as Error).message}`);
      } finally {
        yield* wait(sleep(1));
        events.push(`${name} closed`);
      }
    });
    const work = fn("work", function* () {
      try {
        yield* wait(sleep("1h"));
      } finally {
        yield* wait(close("a"));
        yield* wait(gather(close("b"), close("c")));
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(work(), 1)), "cancelled");
    assert.deepEqual(events, ["a: flaky", "a closed", "b: flaky", "c: flaky", "b closed", "c closed"]);
  });

  inBothForms("finally { return } does not stop the unwinding of the callers", async ({ fn, wait }) => {
    const events: string[] = [];
    const inner = fn("inner", function* () {
      try {
        yield* wait(sleep("1h"));
      } finally {
        yield* wait(sleep(1));
        return "returned";
      }
    });
    const outer = fn("outer", function* () {
      try {
        const value = yield* wait(inner());
        events.push(`went on with ${value}`);
      } finally {
        events.push("outer");
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1)), "cancelled");
    assert.deepEqual(events, ["outer"]);
  });

  inBothForms(
    "finally { continue } goes on inside its function until that ends, and the callers are unwound then",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const inner = fn("inner", function* () {
        for (let turn = 0; turn < 3; turn++) {
          try {
            yield* wait(sleep(10));
            events.push(`slept ${turn}`);
          } finally {
            if (turn < 3) continue;
          }
          events.push("skipped");
        }
        return "ended";
      });
      const outer = fn("outer", function* () {
        yield* wait(inner());
        events.push("went on");
      });
      assert.equal(await runWithVirtualTime(cancelledAt(outer(), 5)), "cancelled");
      assert.deepEqual(events, ["slept 1", "slept 2"]);
    },
  );

  inBothForms(
    "a finally that throws under a catch of the same function is caught there; the callers are unwound all the same",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const inner = fn("inner", function* () {
        try {
          try {
            yield* wait(sleep("1h"));
          } finally {
            throw new Error("clean-up");
          }
        } catch {
          events.push("caught inside");
          yield* wait(sleep(1));
          events.push("inner goes on");
        }
      });
      const outer = fn("outer", function* () {
        try {
          yield* wait(inner());
          events.push("outer goes on");
        } finally {
          events.push("outer");
        }
      });
      assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1)), "cancelled");
      assert.deepEqual(events, ["caught inside", "inner goes on", "outer"]);
    },
  );

  inBothForms(
    "one failed clean-up: its error, as it is, is the outcome of the task, and no catch of a caller sees it",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const inner = fn("inner", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          yield* wait(sleep(1));
          throw new Error("clean-up");
        }
      });
      const outer = fn("outer", function* () {
        try {
          yield* wait(inner());
        } catch {
          events.push("caught");
        } finally {
          events.push("finally");
        }
      });
      assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1)), "Error: clean-up");
      assert.deepEqual(events, ["finally"]);
    },
  );

  inBothForms("several failed clean-ups: all errors, innermost first, in an ExceptionGroup", async ({ fn, wait }) => {
    const nest: (depth: number) => Coroutine<void> = fn("nest", function* (depth: number): Generator<
      unknown,
      void,
      unknown
    > {
      try {
        yield* wait(depth === 0 ? sleep("1h") : nest(depth - 1));
      } finally {
        if (depth % 2 === 0) yield* wait(sleep(1));
        throw new Error(String(depth));
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(nest(2), 1)), "group(Error: 0, Error: 1, Error: 2)");
  });

  inBothForms(
    "errors of clean-ups are raised at the scope that was cancelled, where they can be caught",
    async ({ fn, wait }) => {
      const inner = fn("inner", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          throw new Error("clean-up");
        }
      });
      const main = fn("main", function* () {
        try {
          yield* wait(withCancelScope(() => inner(), { timeout: 5 }));
        } catch (error) {
          return shown(error);
        }
        return "";
      });
      assert.equal(await runWithVirtualTime(main()), "Error: clean-up");
    },
  );

  inBothForms("errors of clean-ups go before a TimeoutError, which becomes their cause", async ({ fn, wait }) => {
    const nest: (depth: number) => Coroutine<void> = fn("nest", function* (depth: number): Generator<
      unknown,
      void,
      unknown
    > {
      try {
        yield* wait(depth === 0 ? sleep("1h") : nest(depth - 1));
      } finally {
        throw new Error(String(depth));
      }
    });
    for (const depth of [0, 1]) {
      await assert.rejects(
        runWithVirtualTime(() => withTimeout(5, () => nest(depth))),
        (error) => {
          assert.equal(shown(error), depth === 0 ? "Error: 0" : "group(Error: 0, Error: 1)");
          assert.ok((error as Error).cause instanceof TimeoutError);
          return true;
        },
      );
    }
  });
});
