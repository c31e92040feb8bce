/** withTimeout, moveOnAfter and waitFor. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  moveOnAfter,
  shield,
  sleep,
  TimeoutError,
  waitFor,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

describe("withTimeout", () => {
  inBothForms("gives the value of the body, or TimeoutError when its clean-ups have ended", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      assert.equal(yield* wait(withTimeout("1s", () => sleep(5, "value"))), "value");
      try {
        yield* wait(
          withTimeout(
            10,
            fn("body", function* () {
              try {
                yield* wait(sleep("1h"));
              } finally {
                yield* wait(sleep(5));
                events.push("cleaned");
              }
            }),
          ),
        );
        assert.fail("no error");
      } catch (error) {
        assert.ok(error instanceof TimeoutError);
        assert.match(error.message, /10 ms/);
      }
      return getRunningLoop().time();
    });
    assert.equal(await runWithVirtualTime(main()), 20);
    assert.deepEqual(events, ["cleaned"]);
  });

  test(
    "converts its own cancellation alone: a CancelledError, a TimeoutError or a foreign error of the body pass",
    inLoop(function* () {
      for (const error of [new CancelledError("theirs"), new TimeoutError("theirs"), new RangeError("theirs")]) {
        try {
          yield* withTimeout(
            10,
            coroutine(function* () {
              yield* sleep(1);
              throw error;
            }),
          );
          assert.fail("no error");
        } catch (thrown) {
          assert.equal(thrown, error);
        }
      }
    }),
  );

  test(
    "a cancel of the task goes before the timeout, and the task is cancelled",
    inLoop(function* () {
      const task = createTask(withTimeout(10, () => sleep("1h")));
      yield* sleep(10);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );

  test(
    "scope.cancel() ends it quietly, without a TimeoutError",
    inLoop(function* () {
      assert.equal(
        yield* withTimeout(10, (scope) => {
          getRunningLoop().callLater(1, () => scope.cancel());
          return sleep("1h");
        }),
        undefined,
      );
    }),
  );

  test(
    "the deadline can be moved and switched off",
    inLoop(function* () {
      const begin = getRunningLoop().time();
      assert.equal(
        yield* withTimeout(
          10,
          coroutine(function* (scope) {
            scope.deadline = begin + 100;
            yield* sleep(50);
            scope.deadline = Number.POSITIVE_INFINITY;
            yield* sleep(500);
            return "done";
          }),
        ),
        "done",
      );
    }),
  );

  test(
    "Infinity means never",
    inLoop(function* () {
      assert.equal(yield* withTimeout(Number.POSITIVE_INFINITY, () => sleep("24h", "done")), "done");
    }),
  );

  test(
    "around a task group: the children are cancelled, and TimeoutError comes out",
    inLoop(function* () {
      const events: string[] = [];
      assert.match(
        String(
          yield* outcome(
            withTimeout(10, () =>
              withTaskGroup((group) => {
                group.createTask(
                  coroutine(function* () {
                    try {
                      yield* sleep("1h");
                    } finally {
                      events.push("child");
                    }
                  })(),
                );
              }),
            ),
          ),
        ),
        /^TimeoutError/,
      );
      assert.deepEqual(events, ["child"]);
    }),
  );

  test(
    "a timeout of 0 does not eat a cancel of the task",
    inLoop(function* () {
      const task = createTask(
        coroutine(function* () {
          try {
            yield* withTimeout(0, () => sleep(1));
          } catch {}
          yield* sleep("1h");
        })(),
      );
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );

  test(
    "a timer is left by none of them",
    inLoop(function* () {
      yield* withTimeout("1h", () => sleep(1));
      yield* moveOnAfter("1h", () => sleep(1));
      yield* waitFor(sleep(1), "1h");
      yield* outcome(
        withTimeout("1h", () => {
          throw new Error("x");
        }),
      );
      assert.equal(getRunningLoop().time(), 3);
      assert.equal(currentTask()?.scheduler.timers.size, 0);
    }),
  );
});

describe("moveOnAfter", () => {
  inBothForms("gives the value, or undefined where the time was up; errors pass", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const results: unknown[] = [
        yield* wait(moveOnAfter(10, () => sleep(5, "value"))),
        yield* wait(moveOnAfter(10, () => sleep("1h", "never"))),
      ];
      try {
        yield* wait(
          moveOnAfter(10, () => {
            throw new Error("x");
          }),
        );
      } catch (error) {
        results.push((error as Error).message);
      }
      return results;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["value", undefined, "x"]);
  });
});

describe("waitFor", () => {
  test(
    "gives the value, the error, or TimeoutError",
    inLoop(function* () {
      assert.equal(yield* waitFor(sleep(5, "value"), 10), "value");
      assert.equal(yield* waitFor(Promise.resolve(1), 10), 1);
      assert.equal(
        yield* outcome(
          waitFor(
            coroutine(function* () {
              throw new Error("x");
            })(),
            10,
          ),
        ),
        "Error: x",
      );
      assert.match(String(yield* outcome(waitFor(sleep("1h"), 10))), /^TimeoutError/);
    }),
  );

  test(
    "waits for the clean-up of what it cancels, beyond the limit; an error of the clean-up goes first",
    inLoop(function* () {
      const work = coroutine(function* (message: string) {
        try {
          yield* sleep("1h");
        } finally {
          yield* sleep(50);
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          if (message !== "") throw new Error(message);
        }
      });
      for (const make of [(message: string) => work(message), (message: string) => createTask(work(message))]) {
        const begin = getRunningLoop().time();
        assert.match(String(yield* outcome(waitFor(make(""), 10))), /^TimeoutError/);
        assert.equal(getRunningLoop().time() - begin, 60);
        assert.equal(yield* outcome(waitFor(make("clean-up"), 10)), "Error: clean-up");
      }
    }),
  );

  test(
    "cancels a task, and leaves a bare future and a shielded task alone",
    inLoop(function* () {
      const task = createTask(sleep("1h"));
      yield* outcome(waitFor(task, 5));
      assert.equal(task.cancelled(), true);
      const future = new Future<number>();
      assert.match(String(yield* outcome(waitFor(future, 5))), /^TimeoutError/);
      assert.equal(future.done(), false);
      const shielded = createTask(sleep(50, "value"));
      assert.match(String(yield* outcome(waitFor(shield(shielded), 5))), /^TimeoutError/);
      assert.equal(yield* shielded, "value");
    }),
  );

  test("with a limit of 0: what is done is given, a coroutine never starts and is not reported", async () => {
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const done = new Future<number>();
        done.setResult(1);
        assert.equal(yield* waitFor(done, 0), 1);
        let ran = false;
        const work = coroutine(function* () {
          ran = true;
        });
        for (const limit of [0, -5]) assert.match(String(yield* outcome(waitFor(work(), limit))), /^TimeoutError/);
        assert.equal(ran, false);
        const task = createTask(sleep("1h"));
        assert.match(String(yield* outcome(waitFor(task, 0))), /^TimeoutError/);
        assert.equal(task.cancelled(), true);
        const gathered = gather(sleep("1h"));
        assert.match(String(yield* outcome(waitFor(gathered, 0))), /^TimeoutError/);
      }),
    );
    assert.deepEqual(reports, []);
  });

  test(
    "a value that comes in the iteration in which the time is up is not lost",
    inLoop(function* () {
      const future = new Future<string>();
      getRunningLoop().callLater(10, () => future.setResult("just in time"));
      yield* sleep(0);
      const result = yield* outcome(waitFor(future, 10));
      assert.ok(result === "just in time", String(result));
    }),
  );

  test(
    "a cancel of the task that waits is not turned into a timeout",
    inLoop(function* () {
      const inner = createTask(sleep("1h"));
      const task = createTask(waitFor(inner, 100));
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(inner.cancelled(), true);
    }),
  );
});
