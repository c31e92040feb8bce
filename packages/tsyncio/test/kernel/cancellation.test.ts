import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancelledError, coroutine, createTask, currentTask, Future, gather, Lock, sleep, type Task } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { its, outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

describe("cancellation of a task", () => {
  inBothForms("before its first step: the body never runs, and the task is cancelled", async ({ fn }) => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(
          fn("work", function* () {
            events.push("ran");
          })(),
        );
        assert.equal(task.cancel("no need"), true);
        assert.equal(task.done(), false);
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(task.cancelled(), true);
        assert.throws(
          () => task.result(),
          (error) => error instanceof CancelledError && error.reason === "no need",
        );
      }),
    );
    assert.deepEqual(events, []);
  });

  test("cancel() of a done task returns false and changes nothing", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(sleep(0, 1));
        yield* task;
        assert.equal(task.cancel(), false);
        assert.equal(task.result(), 1);
        assert.equal(task.cancelled(), false);
      }),
    ));

  inBothForms("the reason travels to everybody who awaits the task", async ({ fn, wait }) => {
    const reason = { why: "tests" };
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(
          fn("work", function* () {
            yield* wait(sleep("1h"));
          })(),
        );
        yield* sleep(1);
        task.cancel(reason);
        for (let index = 0; index < 2; index++) {
          try {
            yield* task;
            assert.fail("no error");
          } catch (error) {
            assert.ok(error instanceof CancelledError);
            assert.equal(error.reason, reason);
          }
        }
      }),
    );
  });

  test("two awaiters of a cancelled task get a CancelledError each; their own cancelling() is 0", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(sleep("1h"));
        const watch = coroutine(function* () {
          try {
            yield* task;
          } catch (error) {
            assert.ok(error instanceof CancelledError);
            return currentTask()?.cancelling();
          }
          return -1;
        });
        const watchers = [createTask(watch()), createTask(watch())];
        yield* sleep(1);
        task.cancel();
        assert.deepEqual(yield* gather(watchers), [0, 0]);
      }),
    ));

  inBothForms("somebody else's cancellation can be caught, and the task goes on", async ({ fn, wait }) => {
    await runWithVirtualTime(
      coroutine(function* () {
        const other = createTask(sleep("1h"));
        const task = createTask(
          fn("work", function* () {
            try {
              yield* wait(other);
            } catch (error) {
              assert.ok(error instanceof CancelledError);
              yield* wait(sleep(1));
              return "went on";
            }
            return "";
          })(),
        );
        yield* sleep(1);
        other.cancel();
        assert.equal(yield* task, "went on");
      }),
    );
  });

  inBothForms("somebody else's cancellation that is let through makes the task cancelled()", async ({ fn, wait }) => {
    await runWithVirtualTime(
      coroutine(function* () {
        const other = createTask(sleep("1h"));
        const task = createTask(
          fn("work", function* () {
            yield* wait(other);
          })(),
        );
        yield* sleep(1);
        other.cancel("theirs");
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(task.cancelled(), true);
        assert.equal(task.cancelling(), 0);
      }),
    );
  });

  test("cancelling a waiter of a bare future leaves the future and its other waiters alone", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const future = new Future<string>();
        const wait = coroutine(function* () {
          return yield* future;
        });
        const waiters = [createTask(wait()), createTask(wait()), createTask(wait())] as const;
        yield* sleep(0);
        waiters[1].cancel();
        yield* sleep(0);
        assert.equal(waiters[1].cancelled(), true);
        assert.equal(future.done(), false);
        future.setResult("value");
        assert.deepEqual([yield* waiters[0], yield* waiters[2]], ["value", "value"]);
      }),
    ));

  test("a value handed to a waiter of a future that is cancelled in the same tick stays in the future", () =>
    runWithVirtualTime(
      coroutine(function* () {
        for (const first of ["set", "cancel"]) {
          const future = new Future<string>();
          const waiter = createTask(
            coroutine(function* () {
              return yield* future;
            })(),
          );
          yield* sleep(0);
          if (first === "set") future.setResult("value");
          waiter.cancel();
          if (first === "cancel") future.setResult("value");
          assert.equal(yield* outcome(waiter), "cancelled");
          assert.equal(yield* future, "value");
        }
      }),
    ));

  test("an error handed to a waiter that is cancelled in the same tick is reported if nobody else takes it", async () => {
    let reports: { message: string }[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const task = createTask(
          coroutine(function* () {
            throw new Error("lost");
          })(),
        );
        const waiter = createTask(its(task));
        task.addDoneCallback(() => waiter.cancel());
        yield* sleep(1);
      }),
    );
    assert.equal(reports.length, 1);
    assert.match(reports[0]?.message ?? "", /never retrieved/);
  });

  test("a cancelled sleep frees its timer: the run ends at once", async () => {
    const { VirtualClock } = await import("tsyncio/testing");
    const clock = new VirtualClock();
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(sleep("1h"));
        yield* sleep(5);
        task.cancel();
        yield* outcome(task);
      }),
      { clock },
    );
    assert.equal(clock.now(), 5);
  });

  test("self-cancel takes effect at the next wait", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(
          coroutine(function* () {
            currentTask()?.cancel();
            events.push("runs on");
            try {
              yield* sleep(0);
              events.push("never");
            } finally {
              events.push("finally");
            }
          })(),
        );
        assert.equal(yield* outcome(task), "cancelled");
      }),
    );
    assert.deepEqual(events, ["runs on", "finally"]);
  });

  inBothForms(
    "after a self-cancel a body that raises first fails, and one that returns first counts as cancelled",
    async ({ fn }) => {
      await runWithVirtualTime(
        coroutine(function* () {
          const raises = createTask(
            fn("raises", function* () {
              currentTask()?.cancel();
              throw new Error("first");
            })(),
          );
          const returns = createTask(
            fn("returns", function* () {
              currentTask()?.cancel();
              return 1;
            })(),
          );
          assert.equal(yield* outcome(raises), "Error: first");
          assert.equal(raises.cancelled(), false);
          assert.equal(yield* outcome(returns), "cancelled");
          assert.equal(returns.cancelled(), true);
        }),
      );
    },
  );

  test("self-cancel, and then a wait for a coroutine that does not wait itself, is not a wait", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const events: string[] = [];
        const task = createTask(
          coroutine(function* () {
            currentTask()?.cancel();
            yield* coroutine(function* () {
              events.push("inner");
            })();
            events.push("after");
            yield* sleep(0);
            events.push("never");
          })(),
        );
        yield* outcome(task);
        assert.deepEqual(events, ["inner", "after"]);
      }),
    ));

  test("self-cancel, and then a wait for a task: that task is cancelled at once", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleep("1h"));
        const outer = createTask(
          coroutine(function* () {
            currentTask()?.cancel();
            yield* inner;
          })(),
        );
        assert.equal(yield* outcome(outer), "cancelled");
        assert.equal(inner.cancelled(), true);
      }),
    ));

  test("cancelling() counts; two cancels before the delivery unwind once", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const events: string[] = [];
        const task = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              events.push(`finally ${currentTask()?.cancelling()}`);
              yield* sleep(1);
              events.push("cleaned");
            }
          })(),
        );
        yield* sleep(1);
        task.cancel();
        task.cancel();
        assert.equal(task.cancelling(), 2);
        yield* outcome(task);
        assert.deepEqual(events, ["finally 2", "cleaned"]);
      }),
    ));

  test("uncancel() counts down, not below 0, and the last one revokes a cancellation that has not begun to unwind", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const running = createTask(
          coroutine(function* () {
            const self = currentTask() as Task<unknown>;
            self.cancel();
            self.cancel();
            assert.equal(self.uncancel(), 1);
            assert.equal(self.uncancel(), 0);
            assert.equal(self.uncancel(), 0);
            yield* sleep(1);
            return "running";
          })(),
        );
        assert.equal(yield* outcome(running), "running");
      }),
    ));

  test("uncancel() revokes the cancellation of a task that was woken in the same tick, which gets its value", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const future = new Future<number>();
        const woken = createTask(its(future));
        yield* sleep(0);
        future.setResult(42);
        woken.cancel();
        woken.uncancel();
        assert.equal(yield* outcome(woken), 42);
      }),
    ));

  test("uncancel() revokes the cancellation of a task that has not begun", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const unbegun = createTask(sleep(0, 42));
        unbegun.cancel();
        unbegun.uncancel();
        assert.equal(yield* outcome(unbegun), 42);
      }),
    ));

  test("a second cancel() of a task that has left what it waited for hands nothing back: a lock stays with its holder", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const lock = new Lock();
        yield* lock.acquire();
        const waiter = createTask(lock.acquire());
        yield* sleep(0);
        waiter.cancel();
        waiter.cancel();
        assert.equal(yield* outcome(waiter), "cancelled");
        assert.equal(lock.locked(), true);
      }),
    ));
});
