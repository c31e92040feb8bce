/** What holds of task groups holds where their children are eager, too: each program runs both ways. */
// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Awaitable,
  allTasks,
  coroutine,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  type Task,
  type TaskGroup,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

/** Makes a child in the way that is tested. */
type Spawn = <T>(group: TaskGroup, awaitable: Awaitable<T>) => Task<T>;
type Program = (spawn: Spawn, events: unknown[]) => Generator<unknown, unknown, any>;

/** One sentence for both ways; what `program` returns, or throws, and its events are compared. */
function withBoth(sentence: string, program: Program, expected: unknown, expectedEvents: unknown[] = []): void {
  for (const eager of [false, true]) {
    test(`${sentence}${eager ? " (eager children)" : ""}`, async () => {
      const events: unknown[] = [];
      let reports: unknown[] = [];
      const spawn: Spawn = (group, awaitable) => group.createTask(awaitable, { eager });
      await runWithVirtualTime(
        coroutine(function* () {
          reports = collectReports();
          assert.deepEqual(yield* outcome(coroutine(program)(spawn, events)), expected);
          assert.deepEqual([allTasks().size, currentTask()?.cancelling()], [1, 0]);
        }),
      );
      assert.deepEqual(events, expectedEvents);
      assert.deepEqual(reports, []);
    });
  }
}

const fails = coroutine(function* (after: number, message: string) {
  if (after > 0) yield* sleep(after);
  throw new Error(message);
});

const cleansUp = coroutine(function* (events: unknown[], name: string) {
  try {
    yield* sleep("1h");
    events.push(`${name} never`);
  } finally {
    yield* sleep(1);
    events.push(`${name} cleaned`);
  }
});

const failsInCleanUp = coroutine(function* (message: string) {
  try {
    yield* sleep("1h");
  } finally {
    throw new Error(message);
  }
});

describe("conformance: task groups with eager children", () => {
  withBoth(
    "it ends when all children have ended, and their results are there",
    function* (spawn) {
      const tasks: Task<number>[] = [];
      yield* withTaskGroup((group) => {
        tasks.push(spawn(group, sleep(20, 1)), spawn(group, sleep(0, 2)));
        tasks.push(
          spawn(
            group,
            coroutine(function* () {
              return 3;
            })(),
          ),
        );
      });
      return [...tasks.map((task) => task.result()), getRunningLoop().time()];
    },
    [1, 2, 3, 20],
  );

  withBoth(
    "the first failure cancels siblings and body, and all errors come in a group",
    function* (spawn, events) {
      yield* withTaskGroup(
        coroutine(function* (group) {
          spawn(group, cleansUp(events, "sibling"));
          spawn(group, failsInCleanUp("clean-up"));
          spawn(group, fails(5, "first"));
          try {
            yield* sleep("1h");
          } finally {
            events.push("body cleaned");
          }
        }),
      );
    },
    "group(Error: first, Error: clean-up)",
    ["body cleaned", "sibling cleaned"],
  );

  withBoth(
    "a child that fails before it waits fails the group",
    function* (spawn, events) {
      yield* withTaskGroup(
        coroutine(function* (group) {
          spawn(group, cleansUp(events, "sibling"));
          yield* sleep(1);
          spawn(group, fails(0, "at once"));
          yield* sleep("1h");
          events.push("never");
        }),
      );
    },
    "group(Error: at once)",
    ["sibling cleaned"],
  );

  withBoth(
    "two children that fail in the same iteration are both kept",
    function* (spawn) {
      yield* withTaskGroup((group) => {
        spawn(group, fails(5, "a"));
        spawn(group, fails(5, "b"));
      });
    },
    "group(Error: a, Error: b)",
  );

  withBoth(
    "an error of the body alone comes as a group, and the children are cancelled",
    function* (spawn, events) {
      yield* withTaskGroup(
        coroutine(function* (group) {
          spawn(group, cleansUp(events, "child"));
          yield* sleep(1);
          throw new Error("body");
        }),
      );
    },
    "group(Error: body)",
    ["child cleaned"],
  );

  withBoth(
    "a child that is cancelled on its own, also by itself in its first steps, is no failure",
    function* (spawn, events) {
      return yield* withTaskGroup(
        coroutine(function* (group) {
          const child = spawn(group, cleansUp(events, "child"));
          const self = spawn(
            group,
            coroutine(function* () {
              currentTask()?.cancel();
              yield* sleep(1);
              events.push("never");
            })(),
          );
          spawn(group, sleep(20));
          yield* sleep(1);
          child.cancel();
          yield* outcome(child);
          return [child.cancelled(), self.cancelled()];
        }),
      );
    },
    [true, true],
    ["child cleaned"],
  );

  withBoth(
    "the parent is cancelled: the children first, then it",
    function* (spawn, events) {
      const parent = createTask(
        coroutine(function* () {
          try {
            yield* withTaskGroup((group) => {
              spawn(group, cleansUp(events, "child"));
            });
          } finally {
            events.push("parent");
          }
        })(),
      );
      yield* sleep(1);
      parent.cancel();
      return yield* outcome(parent);
    },
    "cancelled",
    ["child cleaned", "parent"],
  );

  withBoth(
    "the parent is cancelled and a child fails: the error is kept",
    function* (spawn) {
      const parent = createTask(
        coroutine(function* () {
          yield* withTaskGroup((group) => {
            spawn(group, failsInCleanUp("clean-up"));
          });
        })(),
      );
      yield* sleep(1);
      parent.cancel();
      return [yield* outcome(parent), parent.cancelling()];
    },
    ["group(Error: clean-up)", 1],
  );

  withBoth(
    "children may make children while the group ends",
    function* (spawn, events) {
      yield* withTaskGroup((group) => {
        spawn(
          group,
          coroutine(function* () {
            yield* sleep(5);
            spawn(
              group,
              coroutine(function* () {
                yield* sleep(5);
                events.push("grandchild");
              })(),
            );
            events.push("child");
          })(),
        );
      });
    },
    undefined,
    ["child", "grandchild"],
  );

  withBoth(
    "one that has ended, is shutting down or is cancelled takes no task, and closes the coroutine",
    function* (spawn, events) {
      let ended: TaskGroup | undefined;
      yield* withTaskGroup((group) => {
        ended = group;
      });
      const refused = (group: TaskGroup): void =>
        assert.throws(() => spawn(group, cleansUp(events, "never")), { name: "InvalidStateError" });
      refused(ended as TaskGroup);
      yield* withTaskGroup((group) => {
        group.cancel();
        refused(group);
      });
      yield* withTaskGroup(
        coroutine(function* (group) {
          spawn(group, fails(1, "x"));
          try {
            yield* sleep("1h");
          } finally {
            refused(group);
          }
        }),
      );
    },
    "group(Error: x)",
  );

  withBoth(
    "nested groups: the inner failure stands nested, and the counts are kept",
    function* (spawn) {
      yield* withTaskGroup((outer) => {
        spawn(
          outer,
          withTaskGroup((inner) => {
            spawn(inner, fails(5, "inner"));
            spawn(inner, sleep("1h"));
          }),
        );
        spawn(outer, failsInCleanUp("outer"));
      });
    },
    "group(group(Error: inner), Error: outer)",
  );

  withBoth(
    "cancel() ends it quietly, by the body or by a child in its first steps",
    function* (spawn, events) {
      yield* withTaskGroup(
        coroutine(function* (group) {
          spawn(group, cleansUp(events, "a"));
          yield* sleep(1);
          group.cancel();
        }),
      );
      yield* withTaskGroup((group) => {
        spawn(
          group,
          coroutine(function* () {
            group.cancel();
            yield* cleansUp(events, "b");
          })(),
        );
      });
      return "quiet";
    },
    "quiet",
    ["a cleaned", "b cleaned"],
  );

  withBoth(
    "a timeout around it: the children are cancelled, and TimeoutError comes out",
    function* (spawn, events) {
      yield* withTimeout(5, () =>
        withTaskGroup((group) => {
          spawn(group, cleansUp(events, "child"));
        }),
      );
    },
    "TimeoutError: not done within 5 ms",
    ["child cleaned"],
  );

  test("an eager child that failed in its first steps fails the group in the next iteration, as in CPython 3.14", async () => {
    const events: unknown[] = [];
    const result = await runWithVirtualTime(
      outcome(
        withTaskGroup(
          coroutine(function* (group) {
            group.createTask(fails(0, "x"), { eager: true });
            group.createTask(cleansUp(events, "child"), { eager: true });
            events.push("runs on");
            yield* sleep(0);
            events.push("never");
          }),
        ),
      ),
    );
    assert.equal(result, "group(Error: x)");
    assert.deepEqual(events, ["runs on", "child cleaned"]);
  });
});
