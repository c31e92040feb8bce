/** Behaviours of asyncio's gather, wait_for, timeout and TaskGroup that no test of a room proves. */
// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  type CancelScope,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  sleep,
  type TaskGroup,
  waitFor,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

describe("conformance: gather", () => {
  inBothForms(
    "a cancel of it is CancelledError, although children end their clean-ups with a value, and with returnExceptions",
    async ({ fn, wait }) => {
      const child = fn("child", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          return "swallowed";
        }
      });
      const main = fn("main", function* () {
        const results: unknown[] = [];
        for (const returnExceptions of [false, true]) {
          const gathered = gather([child(), child()], { returnExceptions });
          yield* wait(sleep(1));
          assert.equal(gathered.cancel("why"), true);
          try {
            yield* wait(gathered);
          } catch (error) {
            results.push(error instanceof CancelledError && error.reason, gathered.cancelled());
          }
        }
        return results;
      });
      assert.deepEqual(await runWithVirtualTime(main()), ["why", false, "why", false]);
    },
  );
});

describe("conformance: timeouts", () => {
  inBothForms(
    "waitFor: what is cancelled cannot swallow it, and ends in TimeoutError also where its clean-up returns",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const inner = fn("inner", function* () {
        try {
          try {
            yield* wait(sleep("1h"));
          } catch {
            events.push("caught");
          }
        } finally {
          events.push("cleaned");
          return "swallowed";
        }
      });
      for (const make of [inner, () => createTask(inner())]) {
        const result = await runWithVirtualTime(() => outcome(waitFor(make(), 10)));
        assert.match(String(result), /^TimeoutError/);
      }
      assert.deepEqual(events, ["cleaned", "cleaned"]);
    },
  );

  test(
    "waitFor: a result and a cancel in the same tick: neither is lost",
    inLoop(function* () {
      for (const first of ["result", "cancel"]) {
        const events: string[] = [];
        const inner = new Future<string>();
        const task = createTask(
          coroutine(function* () {
            yield* waitFor(inner, 100);
            yield* sleep(1);
            events.push("never");
          })(),
        );
        yield* sleep(1);
        if (first === "result") inner.setResult("done");
        task.cancel();
        if (first === "cancel") inner.setResult("done");
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(yield* inner, "done");
        assert.deepEqual(events, []);
      }
    }),
  );

  test(
    "waitFor: a task that ended in the tick of the cancel keeps its result, and the cancel is not lost",
    inLoop(function* () {
      const inner = createTask(sleep(0, "done"));
      const task = createTask(
        coroutine(function* () {
          yield* waitFor(inner, 100);
          yield* sleep(1);
          assert.fail("the cancel was lost");
        })(),
      );
      yield* sleep(0);
      yield* sleep(0);
      assert.deepEqual([inner.done(), task.done()], [true, false]);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(yield* inner, "done");
    }),
  );

  test(
    "a cancel of the task before a timeout of 0 is not eaten by it",
    inLoop(function* () {
      const events: string[] = [];
      for (const wait of [() => sleep(0), () => sleep(5), () => new Future<void>()]) {
        const task = createTask(
          coroutine(function* () {
            currentTask()?.cancel();
            try {
              yield* withTimeout<void>(0, wait);
            } catch (error) {
              events.push(String(error));
            }
            yield* sleep(5);
            events.push("went on");
          })(),
        );
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(task.cancelling(), 1);
      }
      assert.deepEqual(events, []);
    }),
  );

  test(
    "the deadline of a scope that has ended can be set, and does nothing",
    inLoop(function* () {
      const scopes: CancelScope[] = [];
      yield* withTimeout(10, (scope) => void scopes.push(scope));
      yield* outcome(
        withTimeout(1, (scope) => {
          scopes.push(scope);
          return sleep("1h");
        }),
      );
      for (const scope of scopes) scope.deadline = getRunningLoop().time() + 1;
      yield* sleep(10);
      assert.deepEqual(
        scopes.map((scope) => scope.cancelCalled),
        [false, true],
      );
      assert.equal(currentTask()?.scheduler.timers.size, 0);
    }),
  );
});

describe("conformance: task groups", () => {
  test(
    "cancelled from outside while a child fails in its clean-up: the error is kept, and the callers are unwound all the same",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(
        coroutine(function* () {
          try {
            yield* withTaskGroup((group) => {
              group.createTask(
                coroutine(function* () {
                  try {
                    yield* sleep("1h");
                  } finally {
                    throw new Error("clean-up");
                  }
                })(),
              );
            });
            events.push("never");
          } catch {
            events.push("caught");
          } finally {
            events.push(`finally ${currentTask()?.cancelling()}`);
          }
          events.push("never");
        })(),
      );
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "group(Error: clean-up)");
      assert.deepEqual([events, task.cancelling()], [["finally 1"], 1]);
    }),
  );

  test("after the first failure a group takes no more tasks, and closes what it was given", async () => {
    const events: string[] = [];
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const result = yield* outcome(
          withTaskGroup(
            coroutine(function* (group: TaskGroup) {
              group.createTask(fails(1, "x"));
              try {
                yield* sleep("1h");
              } finally {
                try {
                  group.createTask(sleep(1));
                } catch (error) {
                  events.push((error as Error).message);
                }
              }
            }),
          ),
        );
        events.push(String(result));
      }),
    );
    assert.deepEqual(events, ["the task group is shutting down; it takes no more tasks", "group(Error: x)"]);
    assert.deepEqual(reports, []);
  });

  test(
    "whatever a child throws stands in the group: also a value that is no error",
    inLoop(function* () {
      const throwing = coroutine(function* (value: unknown) {
        throw value;
      });
      for (const value of ["text", undefined, { code: 1 }]) {
        let errors: unknown[] = [];
        try {
          yield* withTaskGroup((group) => {
            group.createTask(throwing(value));
            group.createTask(sleep("1h"));
          });
        } catch (group) {
          errors = (group as AggregateError).errors;
        }
        assert.deepEqual(errors, [value]);
      }
    }),
  );

  test(
    "nested groups that fail in the same iteration: the outer has both errors, and the count is 0 after it",
    inLoop(function* () {
      const events: string[] = [];
      const result = yield* outcome(
        withTaskGroup(
          coroutine(function* (outer: TaskGroup) {
            try {
              yield* withTaskGroup((inner) => {
                inner.createTask(fails(1, "inner"));
                outer.createTask(fails(1, "outer"));
              });
            } catch {
              events.push("caught");
            }
            events.push("went on");
          }),
        ),
      );
      assert.equal(result, "group(Error: outer, group(Error: inner))");
      assert.deepEqual([events, currentTask()?.cancelling()], [[], 0]);
    }),
  );
});
