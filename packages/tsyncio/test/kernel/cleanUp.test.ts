// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  type Coroutine,
  coroutine,
  createTask,
  sleep,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
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

describe("clean-ups that are interrupted, or wait", () => {
  inBothForms(
    "a second cancel interrupts a clean-up that waits; the frames outside are unwound as usual",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const inner = fn("inner", function* () {
        try {
          try {
            yield* wait(sleep("1h"));
          } finally {
            events.push("inner begins");
            yield* wait(sleep("1h"));
            events.push("never");
          }
        } finally {
          events.push("inner outer finally");
        }
      });
      const outer = fn("outer", function* () {
        try {
          yield* wait(inner());
        } finally {
          yield* wait(sleep(1));
          events.push("outer cleaned");
        }
      });
      assert.equal(await runWithVirtualTime(cancelledAt(outer(), 1, 2)), "cancelled");
      assert.deepEqual(events, ["inner begins", "inner outer finally", "outer cleaned"]);
    },
  );

  inBothForms(
    "a second cancel unwinds what the clean-up had called, with its own clean-ups; errors of both are kept",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const close = fn("close", function* () {
        try {
          yield* wait(sleep("1h"));
          events.push("never");
        } finally {
          yield* wait(sleep(1));
          events.push("close interrupted");
          throw new Error("close");
        }
      });
      const work = fn("work", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          try {
            yield* wait(close());
            events.push("never");
          } finally {
            throw new Error("work");
          }
        }
      });
      assert.equal(await runWithVirtualTime(cancelledAt(work(), 1, 2)), "group(Error: close, Error: work)");
      assert.deepEqual(events, ["close interrupted"]);
    },
  );

  inBothForms("a deadline inside a clean-up ends that part of it, and the clean-up goes on", async ({ fn, wait }) => {
    const events: string[] = [];
    const work = fn("work", function* () {
      try {
        yield* wait(sleep("1h"));
      } finally {
        try {
          yield* wait(withTimeout(10, () => sleep("1h")));
        } catch (error) {
          events.push((error as Error).name);
        }
        yield* wait(sleep(1));
        events.push("cleaned");
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(work(), 1)), "cancelled");
    assert.deepEqual(events, ["TimeoutError", "cleaned"]);
  });

  inBothForms(
    "the deadline of an outer scope interrupts a clean-up that waits in an inner one that was cancelled",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const work = fn("work", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          events.push("begins");
          yield* wait(sleep("1h"));
          events.push("never");
        }
      });
      const main = fn("main", function* () {
        try {
          yield* wait(withTimeout(20, () => withCancelScope(() => work(), { timeout: 10 })));
        } catch (error) {
          return shown(error).split(":")[0];
        }
        return "no timeout";
      });
      assert.equal(await runWithVirtualTime(main()), "TimeoutError");
      assert.deepEqual(events, ["begins"]);
    },
  );

  inBothForms("an inner scope that was cancelled while the task is unwound ends at the task", async ({ fn, wait }) => {
    const events: string[] = [];
    const work = fn("work", function* () {
      yield* wait(
        withCancelScope(
          fn("body", function* (scope) {
            try {
              yield* wait(sleep("1h"));
            } finally {
              scope.cancel();
              yield* wait(sleep(1));
              events.push("interrupted by the scope's own cancel");
            }
          }),
        ),
      );
      events.push("never");
    });
    assert.equal(await runWithVirtualTime(cancelledAt(work(), 1)), "cancelled");
    assert.deepEqual(events, []);
  });

  inBothForms("a task that is made in a clean-up is awaited there as anywhere", async ({ fn, wait }) => {
    const events: string[] = [];
    const work = fn("work", function* () {
      try {
        yield* wait(sleep("1h"));
      } finally {
        const task = createTask(sleep(5, "made in a clean-up"));
        events.push(yield* wait(task));
        yield* wait(
          withTaskGroup((group) => {
            group.createTask(sleep(1));
          }),
        );
        events.push("group ended");
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(work(), 1)), "cancelled");
    assert.deepEqual(events, ["made in a clean-up", "group ended"]);
  });

  test("a bare generator that is delegated to natively is unwound by the language, and awaits of its clean-up are driven", async () => {
    const events: string[] = [];
    function* helper(): Generator<unknown, void, unknown> {
      try {
        yield* sleep("1h");
      } finally {
        events.push("helper");
      }
    }
    const work = coroutine(function* () {
      try {
        yield* helper();
      } finally {
        events.push("work");
      }
    });
    assert.equal(await runWithVirtualTime(cancelledAt(work(), 1)), "cancelled");
    assert.deepEqual(events, ["helper", "work"]);
  });
});
