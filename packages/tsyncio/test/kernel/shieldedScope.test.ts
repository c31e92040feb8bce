import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type CancelScope,
  coroutine,
  createTask,
  getRunningLoop,
  moveOnAfter,
  sleep,
  withCancelScope,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { its, outcome } from "../support/outcome.js";

describe("cancel scope: shields", () => {
  for (const who of ["task", "scope", "deadline"] as const) {
    inBothForms(
      `a shield defers a cancellation by ${who}, which is delivered at the next wait after it`,
      async ({ fn, wait }) => {
        const events: string[] = [];
        const work = fn("work", function* () {
          yield* wait(
            withCancelScope(
              fn("outer", function* (outer: CancelScope) {
                if (who === "scope") getRunningLoop().callLater(5, () => outer.cancel());
                if (who === "deadline") outer.deadline = 5;
                try {
                  const value = yield* wait(
                    withCancelScope(
                      fn("shielded", function* () {
                        yield* wait(sleep(10));
                        events.push("shielded part ended");
                        return "in hand";
                      }),
                      { shield: true },
                    ),
                  );
                  events.push(value as string);
                  yield* wait(sleep(1));
                  events.push("never");
                } finally {
                  events.push("finally");
                }
              }),
            ),
          );
          events.push("after");
        });
        await runWithVirtualTime(
          coroutine(function* () {
            const task = createTask(work());
            yield* sleep(5);
            if (who === "task") task.cancel();
            assert.equal(yield* outcome(task), who === "task" ? "cancelled" : undefined);
          }),
        );
        assert.deepEqual(events, ["shielded part ended", "in hand", "finally", ...(who === "task" ? [] : ["after"])]);
      },
    );
  }

  inBothForms("a shielded scope can be cancelled itself, and by scopes inside it", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      yield* wait(withCancelScope(() => sleep("1h"), { shield: true, timeout: 5 }));
      const value: unknown = yield* wait(
        withCancelScope(
          fn("shielded", function* () {
            yield* wait(moveOnAfter(5, () => sleep("1h")));
            return getRunningLoop().time();
          }),
          { shield: true },
        ),
      );
      return value;
    });
    assert.equal(await runWithVirtualTime(main()), 10);
  });

  test("taking the shield away delivers what it kept away", () =>
    runWithVirtualTime(
      coroutine(function* () {
        let scope: CancelScope | undefined;
        const task = createTask(
          withCancelScope(
            (given) => {
              scope = given;
              return sleep("1h");
            },
            { shield: true },
          ),
        );
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        assert.equal(task.done(), false);
        if (scope !== undefined) scope.shield = false;
        assert.equal(yield* outcome(task), "cancelled");
      }),
    ));

  test("a shielded section in a clean-up is not interrupted by a second cancel", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* withCancelScope(
                coroutine(function* () {
                  yield* sleep(10);
                  events.push("shielded");
                }),
                { shield: true },
              );
              yield* sleep(10);
              events.push("never");
            }
          })(),
        );
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
      }),
    );
    assert.deepEqual(events, ["shielded"]);
  });

  test("a deferred cancellation of a task whose body then returns without waiting counts as cancelled", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(
          coroutine(function* () {
            yield* withCancelScope(() => sleep(10), { shield: true });
            return 1;
          })(),
        );
        yield* sleep(1);
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
      }),
    ));

  test("a shield around a task group keeps its children going", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const events: string[] = [];
        const task = createTask(
          withCancelScope(
            () =>
              withTaskGroup((group) => {
                group.createTask(
                  coroutine(function* () {
                    yield* sleep(10);
                    events.push("child");
                  })(),
                );
              }),
            { shield: true },
          ),
        );
        yield* sleep(1);
        task.cancel();
        yield* outcome(its(task));
        assert.deepEqual(events, ["child"]);
      }),
    ));
});
