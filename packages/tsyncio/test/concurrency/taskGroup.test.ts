import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  type TaskGroup,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

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

describe("task group", () => {
  inBothForms(
    "ends when its body and all children have ended, and gives the value of the body",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const child = fn("child", function* (name: string, time: number) {
        yield* wait(sleep(time));
        events.push(name);
      });
      const main = fn("main", function* () {
        const value = yield* wait(
          withTaskGroup(
            fn("body", function* (group: TaskGroup) {
              group.createTask(child("slow", 20));
              group.createTask(child("fast", 10));
              assert.equal(group.size, 2);
              yield* wait(sleep(1));
              events.push("body");
              return "value";
            }),
          ),
        );
        events.push("group");
        return value;
      });
      assert.equal(await runWithVirtualTime(main()), "value");
      assert.deepEqual(events, ["body", "fast", "slow", "group"]);
    },
  );

  test(
    "a body that is a plain function, and a group without children",
    inLoop(function* () {
      assert.equal(yield* withTaskGroup(() => "value"), "value");
      assert.equal(yield* withTaskGroup(() => sleep(1, "later")), "later");
      assert.throws(() => withTaskGroup(5 as never), TypeError);
    }),
  );

  test(
    "children may make children, also while the group waits for its end",
    inLoop(function* () {
      const events: string[] = [];
      yield* withTaskGroup((group) => {
        group.createTask(
          coroutine(function* () {
            yield* sleep(5);
            group.createTask(
              coroutine(function* () {
                yield* sleep(5);
                events.push("grandchild");
              })(),
            );
            events.push("child");
          })(),
        );
      });
      assert.deepEqual(events, ["child", "grandchild"]);
    }),
  );

  test(
    "a task of the group has name and result",
    inLoop(function* () {
      yield* withTaskGroup(
        coroutine(function* (group) {
          const task = group.createTask(sleep(1, "value"), { name: "mine" });
          assert.equal(task.name, "mine");
          assert.equal(yield* task, "value");
        }),
      );
    }),
  );

  test(
    "the first failure of a child cancels its siblings and the body, waits for their clean-ups, and throws one group",
    inLoop(function* () {
      const events: string[] = [];
      const result = yield* outcome(
        withTaskGroup(
          coroutine(function* (group) {
            group.createTask(cleansUp(events, "sibling", 5));
            group.createTask(fails(10, "x"));
            try {
              yield* sleep("1h");
              events.push("never");
            } catch {
              events.push("caught");
            } finally {
              yield* sleep(10);
              events.push("body cleaned");
            }
          }),
        ),
      );
      assert.equal(result, "group(Error: x)");
      assert.deepEqual(events, ["sibling cleaned", "body cleaned"]);
      assert.equal(currentTask()?.cancelling(), 0);
    }),
  );

  test(
    "a failure of the body alone comes as a group too, and cancels the children",
    inLoop(function* () {
      const events: string[] = [];
      const result = yield* outcome(
        withTaskGroup(
          coroutine(function* (group) {
            group.createTask(cleansUp(events, "child"));
            yield* sleep(5);
            throw new Error("body");
          }),
        ),
      );
      assert.equal(result, "group(Error: body)");
      assert.deepEqual(events, ["child cleaned"]);
      assert.equal(
        yield* outcome(
          withTaskGroup(() => {
            throw new Error("at once");
          }),
        ),
        "group(Error: at once)",
      );
    }),
  );

  test(
    "all errors are kept: of body, children, and clean-ups, in the order in which they came",
    inLoop(function* () {
      const failsInCleanUp = coroutine(function* (message: string) {
        try {
          yield* sleep("1h");
        } finally {
          yield* sleep(1);
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          throw new Error(message);
        }
      });
      const result = yield* outcome(
        withTaskGroup(
          coroutine(function* (group) {
            group.createTask(failsInCleanUp("clean-up 1"));
            group.createTask(failsInCleanUp("clean-up 2"));
            group.createTask(fails(5, "first"));
            yield* failsInCleanUp("body's clean-up");
          }),
        ),
      );
      assert.match(String(result), /^group\(Error: first, /);
      assert.deepEqual(String(result).slice(6, -1).split(", ").sort(), [
        "Error: body's clean-up",
        "Error: clean-up 1",
        "Error: clean-up 2",
        "Error: first",
      ]);
    }),
  );

  test(
    "a body that awaits a child that fails: the error stands in the group once",
    inLoop(function* () {
      const result = yield* outcome(
        withTaskGroup(
          coroutine(function* (group) {
            yield* group.createTask(fails(5, "x"));
          }),
        ),
      );
      assert.equal(result, "group(Error: x)");
    }),
  );

  test(
    "two children that fail in one iteration are both kept",
    inLoop(function* () {
      assert.equal(
        yield* outcome(
          withTaskGroup((group) => {
            group.createTask(fails(5, "a"));
            group.createTask(fails(5, "b"));
          }),
        ),
        "group(Error: a, Error: b)",
      );
    }),
  );

  test(
    "a child that is cancelled, or that lets through somebody else's cancellation, is no failure",
    inLoop(function* () {
      const events: string[] = [];
      const other = createTask(sleep("1h"));
      const value = yield* withTaskGroup(
        coroutine(function* (group) {
          const child = group.createTask(sleep("1h"));
          group.createTask(
            coroutine(function* () {
              yield* other;
            })(),
          );
          group.createTask(
            coroutine(function* () {
              yield* sleep(20);
              events.push("sibling goes on");
            })(),
          );
          yield* sleep(1);
          child.cancel();
          other.cancel();
          yield* sleep(1);
          return "value";
        }),
      );
      assert.equal(value, "value");
      assert.deepEqual(events, ["sibling goes on"]);
    }),
  );

  test(
    "a body that lets through somebody else's cancellation ends the group, and throws it",
    inLoop(function* () {
      const events: string[] = [];
      const other = createTask(sleep("1h"));
      getRunningLoop().callLater(5, () => other.cancel("theirs"));
      try {
        yield* withTaskGroup(
          coroutine(function* (group) {
            group.createTask(cleansUp(events, "child"));
            yield* other;
          }),
        );
        assert.fail("no error");
      } catch (error) {
        assert.ok(error instanceof CancelledError);
      }
      assert.deepEqual(events, ["child cleaned"]);
    }),
  );

  test(
    "cancelled from outside, with a child that fails in its clean-up: the group is thrown, as the outcome of the task",
    inLoop(function* () {
      const task = createTask(
        withTaskGroup((group) => {
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
        }),
      );
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "group(Error: clean-up)");
    }),
  );
});
