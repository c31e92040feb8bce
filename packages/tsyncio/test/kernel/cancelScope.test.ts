import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type CancelScope,
  coroutine,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  moveOnAfter,
  sleep,
  TimeoutError,
  withCancelScope,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

describe("cancel scope", () => {
  inBothForms("cancelling it unwinds what runs in it, and no further", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      let scope: CancelScope | undefined;
      const value = yield* wait(
        withCancelScope(
          fn("body", function* (given: CancelScope) {
            scope = given;
            getRunningLoop().callLater(5, () => given.cancel("enough"));
            try {
              yield* wait(sleep("1h"));
            } finally {
              yield* wait(sleep(1));
              events.push("cleaned");
            }
            return "body";
          }),
        ),
      );
      events.push("went on");
      assert.equal(value, undefined);
      assert.equal(scope?.cancelCalled, true);
      assert.equal(scope?.cancelledCaught, true);
      assert.equal(scope?.reason, "enough");
      assert.equal(currentTask()?.cancelling(), 0);
      yield* wait(sleep(1));
      return "main";
    });
    assert.equal(await runWithVirtualTime(main()), "main");
    assert.deepEqual(events, ["cleaned", "went on"]);
  });

  inBothForms(
    "it gives the value of the body, and throws its error, where it was not cancelled",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        const value: unknown = yield* wait(
          withCancelScope((scope) => [scope.cancelCalled, scope.cancelledCaught, scope.shield, scope.deadline]),
        );
        assert.deepEqual(value, [false, false, false, Number.POSITIVE_INFINITY]);
        for (const fails of [
          fn("fails", function* () {
            yield* wait(sleep(1));
            throw new Error("body");
          }),
          () => {
            throw new Error("body");
          },
        ]) {
          try {
            yield* wait(withCancelScope(fails as () => never));
            assert.fail("no error");
          } catch (error) {
            assert.equal((error as Error).message, "body");
          }
        }
      });
      await runWithVirtualTime(main());
    },
  );

  inBothForms(
    "a scope that was cancelled but whose body ends without waiting again gives the body's value",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        let scope: CancelScope | undefined;
        const value = yield* wait(
          withCancelScope((given) => {
            scope = given;
            given.cancel();
            return "kept";
          }),
        );
        assert.deepEqual([value, scope?.cancelCalled, scope?.cancelledCaught], ["kept", true, false]);
        yield* wait(sleep(1));
        return "main";
      });
      assert.equal(await runWithVirtualTime(main()), "main");
    },
  );

  inBothForms("a scope that is cancelled by its own body takes effect at the next wait", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      yield* wait(
        withCancelScope(
          fn("body", function* (scope: CancelScope) {
            scope.cancel();
            events.push("still runs");
            yield* wait(sleep(0));
            events.push("never");
          }),
        ),
      );
      events.push("after");
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["still runs", "after"]);
  });

  inBothForms("of nested scopes only the right one catches", async ({ fn, wait }) => {
    for (const which of [0, 1, 2]) {
      const events: string[] = [];
      const nest: (level: number, scopes: CancelScope[]) => PromiseLike<void> = fn(
        "nest",
        function* (level: number, scopes: CancelScope[]): Generator<unknown, void, unknown> {
          try {
            if (level === 3) {
              getRunningLoop().callLater(5, () => scopes[which]?.cancel());
              yield* wait(sleep("1h"));
            } else {
              yield* wait(withCancelScope((scope) => nest(level + 1, [...scopes, scope])));
              events.push(`went on in ${level}`);
            }
          } finally {
            events.push(`finally ${level}`);
          }
        },
      );
      await runWithVirtualTime(() => nest(0, []));
      const expected = ["finally 3"];
      for (let level = 2; level >= 0; level--) {
        if (level <= which) expected.push(`went on in ${level}`);
        expected.push(`finally ${level}`);
      }
      assert.deepEqual(events, expected);
    }
  });

  inBothForms(
    "where two nested scopes are cancelled in one tick, the outer catches, and the inner does not count as caught",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        let inner: CancelScope | undefined;
        let outer: CancelScope | undefined;
        yield* wait(
          withCancelScope(
            fn("outer", function* (scope: CancelScope) {
              outer = scope;
              yield* wait(
                withCancelScope((given) => {
                  inner = given;
                  getRunningLoop().callLater(5, () => {
                    given.cancel();
                    scope.cancel();
                  });
                  return sleep("1h");
                }),
              );
              assert.fail("went on between the scopes");
            }),
          ),
        );
        assert.deepEqual([inner?.cancelledCaught, outer?.cancelledCaught], [false, true]);
      });
      await runWithVirtualTime(main());
    },
  );

  inBothForms("where both deadlines are due at once the outer expires", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      try {
        yield* wait(
          withTimeout(
            10,
            fn("body", function* () {
              yield* wait(moveOnAfter(10, () => sleep("1h")));
              return "went on";
            }),
          ),
        );
      } catch (error) {
        return error instanceof TimeoutError;
      }
      return "no timeout";
    });
    assert.equal(await runWithVirtualTime(main()), true);
  });

  test("a cancel of the task goes before the cancel of a scope in the same tick", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const events: string[] = [];
        let scope: CancelScope | undefined;
        const task = createTask(
          coroutine(function* () {
            yield* withCancelScope((given) => {
              scope = given;
              return sleep("1h");
            });
            events.push("went on");
          })(),
        );
        yield* sleep(1);
        scope?.cancel();
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
        assert.deepEqual(events, []);
      }),
    ));

  test("a cancelled scope and a value in the same tick: the value stays in the future", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const future = new Future<string>();
        const value = yield* withCancelScope((scope) => {
          getRunningLoop().callSoon(() => {
            future.setResult("value");
            scope.cancel();
          });
          return future;
        });
        assert.equal(value, undefined);
        assert.equal(yield* future, "value");
      }),
    ));

  test("a scope can be cancelled before anything waits in it, also twice, and after its end, without harm", () =>
    runWithVirtualTime(
      coroutine(function* () {
        let kept: CancelScope | undefined;
        yield* withCancelScope((scope) => {
          kept = scope;
          scope.cancel("first");
          scope.cancel("second");
          return sleep(1);
        });
        assert.equal(kept?.reason, "first");
        kept?.cancel();
        yield* sleep(1);
      }),
    ));

  inBothForms("cancelling the scope again interrupts a clean-up that waits", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      yield* wait(
        withCancelScope(
          fn("body", function* (scope: CancelScope) {
            getRunningLoop().callLater(5, () => scope.cancel());
            getRunningLoop().callLater(10, () => scope.cancel());
            try {
              yield* wait(sleep("1h"));
            } finally {
              events.push("begins");
              yield* wait(sleep("1h"));
              events.push("never");
            }
          }),
        ),
      );
      return getRunningLoop().time();
    });
    assert.equal(await runWithVirtualTime(main()), 10);
    assert.deepEqual(events, ["begins"]);
  });
});

describe("cancel scope: deadlines", () => {
  inBothForms("timeout and deadline cancel the scope; the earlier counts", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const times: number[] = [];
      for (const options of [
        { timeout: 10 },
        { deadline: 30 },
        { timeout: 100, deadline: 40 },
        { timeout: 5, deadline: 1000 },
      ]) {
        yield* wait(withCancelScope(() => sleep("1h"), options));
        times.push(getRunningLoop().time());
      }
      return times;
    });
    assert.deepEqual(await runWithVirtualTime(main()), [10, 30, 40, 45]);
  });

  test("a timeout counts from when the coroutine begins, not from the call", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const later = withCancelScope(() => sleep("1h"), { timeout: 10 });
        yield* sleep(50);
        yield* later;
        assert.equal(getRunningLoop().time(), 60);
      }),
    ));

  test("the deadline can be moved both ways and taken away", () =>
    runWithVirtualTime(
      coroutine(function* () {
        for (const [first, second, expected] of [
          [10, 30, 30],
          [30, 10, 10],
          [10, Number.POSITIVE_INFINITY, 100],
        ] as const) {
          const begin = getRunningLoop().time();
          yield* withCancelScope(
            coroutine(function* (scope) {
              scope.deadline = begin + first;
              yield* sleep(5);
              scope.deadline = begin + second;
              assert.equal(scope.deadline, begin + second);
              yield* sleep(95);
            }),
          );
          assert.equal(getRunningLoop().time() - begin, expected);
        }
      }),
    ));

  test("a deadline that is past cancels at the next wait", () =>
    runWithVirtualTime(
      coroutine(function* () {
        yield* sleep(10);
        const value = yield* withCancelScope(
          coroutine(function* (scope) {
            scope.deadline = 5;
            yield* sleep(1);
            return "slept";
          }),
        );
        assert.equal(value, undefined);
      }),
    ));

  test("a deadline that is due goes before a sleep(0) that begins after it, as in asyncio", () =>
    runWithVirtualTime(
      coroutine(function* () {
        assert.match(String(yield* outcome(withTimeout(0, () => sleep(0, "slept")))), /^TimeoutError/);
      }),
    ));

  test("a timeout of 0 does nothing to a body that does not wait", () =>
    runWithVirtualTime(
      coroutine(function* () {
        assert.equal(yield* outcome(withTimeout(0, () => "value")), "value");
        yield* sleep(1);
      }),
    ));

  test("NaN is refused as a deadline", () =>
    runWithVirtualTime(
      coroutine(function* () {
        assert.throws(() => withCancelScope(() => 1, { deadline: Number.NaN }), TypeError);
        assert.throws(() => withCancelScope(() => 1, { timeout: Number.NaN }), TypeError);
        yield* withCancelScope((scope) => {
          assert.throws(() => {
            scope.deadline = Number.NaN;
          }, TypeError);
        });
      }),
    ));
});
