/** until(fn), abortSignal and scopedToSignal. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import {
  abortSignal,
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  InvalidStateError,
  moveOnAfter,
  run,
  scopedToSignal,
  sleep,
  until,
  withCancelScope,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

/** A native operation that obeys its signal, as fetch does. */
function operation(signal: AbortSignal, time: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve("value");
    }, time);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

describe("until(fn)", () => {
  inBothForms("calls the function when it is awaited, with a signal, and gives the value", async ({ fn, wait }) => {
    let given: AbortSignal | undefined;
    const main = fn("main", function* () {
      const lazy = until((signal) => {
        given = signal;
        return operation(signal, 1);
      });
      assert.equal(given, undefined);
      return yield* wait(lazy);
    });
    assert.equal(await run(main()), "value");
    assert.equal(given?.aborted, false);
    assert.equal(listeners(given as AbortSignal), 0);
  });

  test("a waiter that is cancelled aborts the signal with a CancelledError, and goes on at once; no listener is left", async () => {
    await run(
      coroutine(function* () {
        let given: AbortSignal | undefined;
        const task = createTask(
          until((signal) => {
            given = signal;
            return operation(signal, 60_000);
          }),
        );
        yield* sleep(1);
        task.cancel("why");
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(given?.aborted, true);
        assert.ok(given?.reason instanceof CancelledError);
        assert.equal(given.reason.reason, "why");
        assert.equal(listeners(given), 0);
      }),
    );
  });

  test(
    "it aborts the signal also where the cancellation came before the call, and not in a clean-up",
    inLoop(function* () {
      const signals: AbortSignal[] = [];
      const task = createTask(
        coroutine(function* () {
          currentTask()?.cancel("why");
          try {
            yield* until((signal) => {
              signals.push(signal);
              return operation(signal, 60_000);
            });
          } finally {
            yield* until((signal) => {
              signals.push(signal);
              return operation(signal, 1);
            });
          }
        })(),
      );
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(
        signals.map((signal) => [signal.aborted, listeners(signal)]),
        [
          [true, 0],
          [false, 0],
        ],
      );
      assert.match(String(signals[0]?.reason), /why/);
    }),
  );

  test(
    "it aborts as well where the function returned a coroutine or a task of ours, after whose clean-up the waiter goes on",
    inLoop(function* () {
      for (const wrap of [
        (awaitable: ReturnType<typeof body>) => awaitable,
        (awaitable: ReturnType<typeof body>) => createTask(awaitable),
      ]) {
        const events: string[] = [];
        let given: AbortSignal | undefined;
        const work = (signal: AbortSignal) => {
          given = signal;
          return wrap(body(events));
        };
        yield* moveOnAfter(10, () => until(work));
        events.push("after");
        assert.equal(given?.aborted, true);
        assert.deepEqual(events, ["cleaned", "after"]);
      }
    }),
  );

  test(
    "what the function throws is thrown, and what it returns need not be a promise",
    inLoop(function* () {
      assert.equal(
        yield* outcome(
          until(() => {
            throw new Error("x");
          }),
        ),
        "Error: x",
      );
      assert.equal(yield* until(() => "plain"), "plain");
      assert.throws(() => until(5 as never), TypeError);
    }),
  );
});

const body = coroutine(function* (events: string[]) {
  try {
    yield* sleep("1h");
  } finally {
    yield* sleep(1);
    events.push("cleaned");
  }
});

describe("abortSignal()", () => {
  test("belongs to a task", () => {
    assert.throws(() => abortSignal(), InvalidStateError);
  });

  test(
    "is one signal for a scope, and aborts when that scope, one outside it, or the task is cancelled",
    inLoop(function* () {
      for (const who of ["inner", "outer", "task"]) {
        const signals: AbortSignal[] = [];
        const task = createTask(
          withCancelScope(
            coroutine(function* (outer) {
              signals.push(abortSignal());
              yield* withCancelScope(
                coroutine(function* (inner) {
                  signals.push(abortSignal());
                  assert.equal(abortSignal(), signals[1]);
                  if (who === "inner") inner.cancel("why");
                  if (who === "outer") outer.cancel("why");
                  yield* sleep("1h");
                }),
              );
              yield* sleep(1);
            }),
          ),
        );
        yield* sleep(0);
        if (who === "task") task.cancel("why");
        yield* outcome(task);
        const [sibling, inside] = signals;
        assert.equal(inside?.aborted, true, who);
        assert.ok(inside?.reason instanceof CancelledError);
        assert.equal(inside.reason.reason, "why");
        assert.equal(sibling?.aborted, who !== "inner", who);
      }
    }),
  );

  test(
    "is aborted already in a scope or task that was cancelled, and not by a cancelled scope inside",
    inLoop(function* () {
      const task = createTask(
        coroutine(function* () {
          const own = abortSignal();
          yield* moveOnAfter(1, () => sleep("1h"));
          assert.equal(own.aborted, false);
          try {
            yield* sleep("1h");
          } finally {
            assert.equal(own.aborted, true);
            assert.equal(abortSignal().aborted, true);
          }
        })(),
      );
      yield* sleep(5);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );

  test(
    "a shield keeps the outer cancellation from the signal inside it",
    inLoop(function* () {
      let inside: AbortSignal | undefined;
      const task = createTask(
        withCancelScope(
          coroutine(function* () {
            inside = abortSignal();
            yield* sleep(10);
            assert.equal(inside.aborted, false);
          }),
          { shield: true },
        ),
      );
      yield* sleep(1);
      task.cancel();
      yield* outcome(task);
      assert.equal(inside?.aborted, false);
    }),
  );

  test(
    "a deadline aborts it",
    inLoop(function* () {
      let inside: AbortSignal | undefined;
      yield* moveOnAfter(
        5,
        coroutine(function* () {
          inside = abortSignal();
          yield* sleep("1h");
        }),
      );
      assert.equal(inside?.aborted, true);
    }),
  );
});

describe("scopedToSignal", () => {
  inBothForms(
    "cancels the body when the signal aborts, and throws the signal's reason after the clean-ups",
    async ({ fn, wait }) => {
      const controller = new AbortController();
      const reason = new Error("stop");
      const events: string[] = [];
      const main = fn("main", function* () {
        getRunningLoop().callLater(5, () => controller.abort(reason));
        try {
          yield* wait(
            scopedToSignal(
              controller.signal,
              fn("body", function* () {
                assert.equal(listeners(controller.signal), 1);
                try {
                  yield* wait(sleep("1h"));
                } catch {
                  events.push("caught");
                } finally {
                  yield* wait(sleep(1));
                  events.push("cleaned");
                }
              }),
            ),
          );
        } catch (error) {
          assert.equal(error, reason);
          events.push("thrown");
        }
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events, ["cleaned", "thrown"]);
      assert.equal(listeners(controller.signal), 0);
    },
  );

  test(
    "leaves no listener, however the body ends",
    inLoop(function* () {
      const { signal } = new AbortController();
      assert.equal(yield* scopedToSignal(signal, () => sleep(1, "value")), "value");
      assert.equal(
        yield* outcome(
          scopedToSignal(signal, () => {
            throw new Error("x");
          }),
        ),
        "Error: x",
      );
      yield* moveOnAfter(1, () => scopedToSignal(signal, () => sleep("1h")));
      scopedToSignal(signal, () => 1).close();
      assert.equal(listeners(signal), 0);
    }),
  );

  test(
    "of a signal that is aborted already: the body is cancelled at its first wait",
    inLoop(function* () {
      const events: string[] = [];
      const reason = new Error("already");
      try {
        yield* scopedToSignal(
          AbortSignal.abort(reason),
          coroutine(function* () {
            events.push("began");
            yield* sleep(0);
            events.push("never");
          }),
        );
      } catch (error) {
        assert.equal(error, reason);
        events.push("thrown");
      }
      assert.deepEqual(events, ["began", "thrown"]);
    }),
  );

  test(
    "a body that ends without waiting again keeps its value",
    inLoop(function* () {
      const controller = new AbortController();
      assert.equal(
        yield* scopedToSignal(controller.signal, () => {
          controller.abort();
          return "value";
        }),
        "value",
      );
    }),
  );

  test("what is no signal is a TypeError", () => {
    assert.throws(() => scopedToSignal({} as never, () => 1), TypeError);
  });
});
