import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  ExceptionGroup,
  getRunningLoop,
  sleep,
  type Task,
  type TaskGroup,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

/** Sleeps long, and notes how its clean-up went. */
const cleansUp = coroutine(function* (events: string[], name: string, time: number = 1) {
  try {
    yield* sleep("1h");
    events.push(`${name} never`);
  } finally {
    yield* sleep(time);
    events.push(`${name} cleaned`);
  }
});

describe("task group: cancel() and its end", () => {
  test(
    "cancel() ends it quietly: body and children are cancelled, and it throws nothing, called twice as well",
    inLoop(function* () {
      const events: string[] = [];
      let kept: TaskGroup | undefined;
      const value = yield* withTaskGroup(
        coroutine(function* (group) {
          kept = group;
          group.createTask(cleansUp(events, "child"));
          yield* sleep(1);
          group.cancel();
          yield* sleep("1h");
          events.push("never");
        }),
      );
      assert.equal(value, undefined);
      kept?.cancel();
      assert.deepEqual(events, ["child cleaned"]);
    }),
  );

  test(
    "cancel() by a child, and by the body before it returns",
    inLoop(function* () {
      const events: string[] = [];
      yield* withTaskGroup(
        coroutine(function* (group) {
          group.createTask(cleansUp(events, "a"));
          group.createTask(
            coroutine(function* () {
              yield* sleep(5);
              group.cancel();
            })(),
          );
        }),
      );
      const value = yield* withTaskGroup((group) => {
        group.createTask(sleep("1h"));
        group.cancel();
        return "value";
      });
      assert.deepEqual([events, value], [["a cleaned"], "value"]);
      assert.equal(getRunningLoop().time(), 6);
    }),
  );

  test(
    "cancel() keeps the errors of clean-ups, and an outer cancellation still goes through",
    inLoop(function* () {
      assert.equal(
        yield* outcome(
          withTaskGroup(
            coroutine(function* (group) {
              group.createTask(
                coroutine(function* () {
                  try {
                    yield* sleep("1h");
                  } finally {
                    // biome-ignore lint/correctness/noUnsafeFinally: what is tested
                    throw new Error("clean-up");
                  }
                })(),
              );
              yield* sleep(1);
              group.cancel();
            }),
          ),
        ),
        "group(Error: clean-up)",
      );
      const events: string[] = [];
      const task = createTask(
        coroutine(function* () {
          yield* withTaskGroup(
            coroutine(function* (group) {
              group.createTask(cleansUp(events, "child", 50));
              yield* sleep(1);
              group.cancel();
            }),
          );
          events.push("never");
        })(),
      );
      yield* sleep(10);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(events.includes("never"), false);
    }),
  );

  test("a group that has ended or is being cancelled takes no more tasks, and closes what it was given", async () => {
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        let ended: TaskGroup | undefined;
        yield* withTaskGroup((group) => {
          ended = group;
        });
        assert.throws(() => ended?.createTask(sleep(1)), { name: "InvalidStateError" });
        yield* withTaskGroup((group) => {
          group.createTask(sleep(1));
          group.cancel();
          assert.throws(() => group.createTask(sleep(1)), { name: "InvalidStateError" });
        });
      }),
    );
    assert.deepEqual(reports, []);
  });

  test(
    "an eager child that cancels the group by its first steps is cancelled and waited for",
    inLoop(function* () {
      const events: string[] = [];
      yield* withTaskGroup((group) => {
        group.createTask(
          coroutine(function* () {
            group.cancel();
            try {
              yield* sleep("1h");
            } finally {
              yield* sleep(1);
              events.push("cleaned");
            }
          })(),
          { eager: true },
        );
      });
      assert.deepEqual(events, ["cleaned"]);
    }),
  );

  test(
    "an eager child that fails at once fails the group",
    inLoop(function* () {
      assert.equal(
        yield* outcome(
          withTaskGroup((group) => {
            group.createTask(
              coroutine(function* () {
                throw new Error("eager");
              })(),
              { eager: true },
            );
          }),
        ),
        "group(Error: eager)",
      );
    }),
  );

  test(
    "nested groups: an inner failure comes nested in the group of the outer",
    inLoop(function* () {
      const result = yield* outcome(
        withTaskGroup((outer) => {
          outer.createTask(
            withTaskGroup((inner) => {
              inner.createTask(fails(5, "inner"));
            }),
          );
          outer.createTask(sleep("1h"));
        }),
      );
      assert.equal(result, "group(group(Error: inner))");
    }),
  );

  test(
    "a second cancel from outside interrupts the clean-ups of the children, and waits for them again",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(
        withTaskGroup((group) => {
          group.createTask(
            coroutine(function* () {
              try {
                yield* sleep("1h");
              } finally {
                try {
                  yield* sleep("1h");
                  events.push("never");
                } finally {
                  yield* sleep(5);
                  events.push("interrupted");
                }
              }
            })(),
          );
        }),
      );
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(events, ["interrupted"]);
    }),
  );

  test(
    "a timeout inside the group is a failure of the group",
    inLoop(function* () {
      const error: unknown = yield* coroutine(function* () {
        try {
          return yield* withTaskGroup((group) => {
            group.createTask(withTimeout(5, () => sleep("1h")));
          });
        } catch (caught) {
          return caught;
        }
      })();
      assert.ok(error instanceof ExceptionGroup);
      assert.equal(error.errors[0].code, "TSYNCIO_TIMEOUT");
    }),
  );

  test(
    "it takes no more children from when the last one has ended, as in asyncio",
    inLoop(function* () {
      let group: TaskGroup | undefined;
      let refused: unknown;
      createTask(
        coroutine(function* () {
          yield* sleep(5);
          // The child ends after this in the same iteration, the group learns of it in the next, and its task resumes in the one after that.
          yield* sleep(0);
          yield* sleep(0);
          try {
            group?.createTask(sleep(0));
          } catch (error) {
            refused = error;
          }
        })(),
      );
      yield* withTaskGroup((made) => {
        group = made;
        made.createTask(sleep(5));
      });
      assert.match(String(refused), /the task group has ended/);
    }),
  );

  test(
    "children that await the task of the group make a ring, which a cancellation breaks",
    inLoop(function* () {
      const events: string[] = [];
      const task: Task<unknown> = createTask(
        withTaskGroup((group) => {
          group.createTask(
            coroutine(function* () {
              try {
                yield* task;
              } finally {
                events.push("unwound");
              }
            })(),
          );
        }),
      );
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(events, ["unwound"]);
    }),
  );

  test(
    "a failure cancels the children in the order of their creation, and then the body, as in asyncio",
    inLoop(function* () {
      const events: string[] = [];
      const sleeper = coroutine(function* (name: string) {
        try {
          yield* sleep("1h");
        } finally {
          events.push(name);
        }
      });
      const group = withTaskGroup((made) => {
        made.createTask(sleeper("first"));
        made.createTask(fails(1, "x"));
        made.createTask(sleeper("second"));
        return sleeper("body");
      });
      assert.equal(yield* outcome(group), "group(Error: x)");
      assert.deepEqual(events, ["first", "second", "body"]);
    }),
  );

  test(
    "a failure, cancel() and a cancellation from outside in one iteration are one cancellation for the children",
    inLoop(function* () {
      const events: string[] = [];
      let group: TaskGroup | undefined;
      const task = createTask(
        withTaskGroup((made) => {
          group = made;
          made.createTask(cleansUp(events, "child", 5));
          return sleep("1h");
        }),
      );
      yield* sleep(1);
      group?.cancel();
      group?.cancel();
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(events, ["child cleaned"]);
    }),
  );

  test(
    "a child that awaits the task of the group stops waiting where the group fails: a ring",
    inLoop(function* () {
      const task: Task<unknown> = createTask(
        withTaskGroup((group) => {
          group.createTask(
            coroutine(function* () {
              yield* task;
            })(),
          );
          group.createTask(fails(1, "x"));
          return sleep("1h");
        }),
      );
      assert.equal(yield* outcome(task), "group(Error: x)");
    }),
  );
});
