/** Cancellations of task groups that meet, with usual and with eager children (behaviours 99 to 102). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  type TaskGroup,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  if (after > 0) yield* sleep(after);
  throw new Error(message);
});

/** Sleeps for an hour, and notes how its clean-up went. */
const cleansUp = coroutine(function* (events: string[], name: string, error?: Error) {
  try {
    yield* sleep("1h");
    events.push(`${name} never`);
  } finally {
    yield* sleep(1);
    events.push(`${name} cleaned`);
    // biome-ignore lint/correctness/noUnsafeFinally: what is tested
    if (error) throw error;
  }
});

/** A group whose body is a coroutine. */
const group = (body: (group: TaskGroup) => Generator<unknown, unknown, any>): Coroutine<unknown> =>
  withTaskGroup(coroutine(body));

for (const eager of [false, true]) {
  const options = { eager };
  const inLoop = (body: () => Generator<unknown, void, any>) => () => runWithVirtualTime(coroutine(body));

  describe(`task group with ${eager ? "eager" : "usual"} children`, () => {
    for (const after of [0, 5]) {
      test(
        `the first failure, ${after === 0 ? "without a wait" : "after a wait"}, cancels siblings and body; one group; the count is as it was (90)`,
        inLoop(function* () {
          const reports = collectReports();
          const events: string[] = [];
          const result = outcome(
            group(function* (tg) {
              tg.createTask(cleansUp(events, "sibling"), options);
              tg.createTask(fails(after, "x"), options);
              events.push("the body goes on to its next wait");
              try {
                yield* sleep("1h");
                events.push("never");
              } finally {
                events.push("body cleaned");
              }
            }),
          );
          assert.equal(yield* result, "group(Error: x)");
          assert.deepEqual(events, ["the body goes on to its next wait", "body cleaned", "sibling cleaned"]);
          assert.equal(currentTask()?.cancelling(), 0);
          assert.deepEqual(reports, []);
        }),
      );
    }

    test(
      "clean-ups that fail while they are cancelled are collected with the others (99)",
      inLoop(function* () {
        const result = outcome(
          group(function* (tg) {
            tg.createTask(cleansUp([], "a", new Error("a")), options);
            tg.createTask(fails(5, "x"), options);
            try {
              yield* cleansUp([], "body", new Error("body"));
            } finally {
              yield* sleep(10);
            }
          }),
        );
        assert.equal(yield* result, "group(Error: x, Error: a, Error: body)");
      }),
    );

    test(
      "cancel() from a child and before the first wait of the body ends it quietly, children and all (102)",
      inLoop(function* () {
        const events: string[] = [];
        const value = yield* group(function* (tg) {
          tg.createTask(cleansUp(events, "sibling"), options);
          tg.createTask(
            coroutine(function* () {
              tg.cancel();
              tg.cancel();
              yield* cleansUp(events, "canceller");
            })(),
            options,
          );
          yield* cleansUp(events, "body");
        });
        assert.equal(value, undefined);
        // The eager one cancels before the body has begun to wait: the cancel takes effect where it waits.
        assert.deepEqual(events.sort(), ["body cleaned", "canceller cleaned", "sibling cleaned"]);
        assert.equal(allTasks().size, 1);
      }),
    );

    test(
      "cancel() and a cancel from outside in one iteration, in both orders: the one from outside goes through (102)",
      inLoop(function* () {
        for (const first of ["group", "task"]) {
          const events: string[] = [];
          let kept: TaskGroup | undefined;
          const task = createTask(
            coroutine(function* () {
              yield* group(function* (tg) {
                kept = tg;
                tg.createTask(cleansUp(events, "child"), options);
                yield* cleansUp(events, "body");
              });
              events.push("never");
            })(),
          );
          yield* sleep(1);
          if (first === "group") kept?.cancel();
          task.cancel();
          if (first === "task") kept?.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          assert.deepEqual(events.sort(), ["body cleaned", "child cleaned"], first);
        }
      }),
    );

    test(
      "cancel() while the group waits for its children, and errors of their clean-ups in a group (102)",
      inLoop(function* () {
        for (const error of [undefined, new Error("clean-up")]) {
          const events: string[] = [];
          const result = outcome(
            withTaskGroup((tg) => {
              tg.createTask(cleansUp(events, "child", error), options);
              getRunningLoop().callLater(5, () => tg.cancel());
              return "value";
            }),
          );
          assert.equal(yield* result, error ? "group(Error: clean-up)" : "value");
          assert.deepEqual(events, ["child cleaned"]);
        }
      }),
    );
  });
}

describe("task group: a child whose making cancels the group", () => {
  test("is cancelled and waited for (100)", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const events: string[] = [];
        const result = outcome(
          group(function* (tg) {
            const child = tg.createTask(
              coroutine(function* () {
                tg.cancel();
                yield* cleansUp(events, "child", new Error("clean-up"));
              })(),
              { eager: true },
            );
            assert.equal(child.cancelling(), 1);
          }),
        );
        assert.equal(yield* result, "group(Error: clean-up)");
        assert.deepEqual(events, ["child cleaned"]);
      }),
    ));
});
