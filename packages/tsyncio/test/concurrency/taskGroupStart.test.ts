import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  Future,
  getRunningLoop,
  moveOnAfter,
  sleep,
  type TaskGroup,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

type Started = (value?: unknown) => void;

const now = (): number => getRunningLoop().time();

/** A group whose body is a coroutine. */
const group = (body: (group: TaskGroup) => Generator<unknown, unknown, any>) => withTaskGroup(coroutine(body));

describe("task group: start()", () => {
  inBothForms(
    "waits until the child says that it has started, gives the value, and the child goes on in the group (behaviour 155)",
    async ({ fn, wait }) => {
      const events: unknown[] = [];
      const server = fn("server", function* (started: Started) {
        yield* wait(sleep(10));
        started("port");
        events.push("serves");
        yield* wait(sleep(20));
        events.push("ends");
      });
      const main = fn("main", function* () {
        yield* wait(
          withTaskGroup(
            fn("body", function* (tg: TaskGroup) {
              events.push([yield* wait(tg.start(server)), now(), tg.size]);
            }),
          ),
        );
        events.push(now());
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events, ["serves", ["port", 10, 1], "ends", 30]);
    },
  );

  test(
    "is lazy: nothing runs before it is awaited; started() without a value gives undefined",
    inLoop(function* () {
      let calls = 0;
      yield* group(function* (tg) {
        const start = tg.start(
          coroutine(function* (started) {
            calls++;
            started();
          }),
        );
        yield* sleep(1);
        assert.deepEqual([calls, tg.size], [0, 0]);
        assert.equal(yield* start, undefined);
        assert.equal(calls, 1);
      });
    }),
  );

  inBothForms(
    "a crash before goes to the starter as it is, and the group is not failed by it (behaviour 155)",
    async ({ fn, wait }) => {
      const events: unknown[] = [];
      const main = fn("main", function* () {
        return yield* wait(
          withTaskGroup(
            fn("body", function* (tg: TaskGroup) {
              const error = new Error("no port");
              tg.createTask(
                fn("sibling", function* () {
                  yield* wait(sleep(50));
                  events.push("the sibling goes on");
                })(),
              );
              try {
                yield* wait(
                  tg.start(
                    fn("server", function* () {
                      yield* wait(sleep(10));
                      throw error;
                    }),
                  ),
                );
              } catch (caught) {
                events.push(caught === error);
              }
              return "value";
            }),
          ),
        );
      });
      assert.equal(await runWithVirtualTime(main()), "value");
      assert.deepEqual(events, [true, "the sibling goes on"]);
    },
  );

  test(
    "so does an error of the function that makes the child, and something that cannot be awaited",
    inLoop(function* () {
      yield* group(function* (tg) {
        const broken = tg.start(() => {
          throw new Error("at once");
        });
        assert.equal(yield* outcome(broken), "Error: at once");
        assert.match(
          String(yield* outcome(tg.start((() => 5) as never))),
          /^TypeError: TaskGroup.start takes .* not 5/,
        );
        assert.match(String(yield* outcome(tg.start(function* () {} as never))), /TypeError: .*bare generator.*wrap/);
        assert.throws(() => tg.start(5 as never), { name: "TypeError", message: /TaskGroup.start takes a function/ });
      });
    }),
  );

  test(
    "a crash before that the body does not catch is an error of the body: one group, one error",
    inLoop(function* () {
      const result = outcome(
        group(function* (tg) {
          yield* tg.start(
            coroutine(function* () {
              yield* sleep(1);
              throw new Error("x");
            }),
          );
        }),
      );
      assert.equal(yield* result, "group(Error: x)");
    }),
  );

  test(
    "a crash after fails the group (behaviour 155)",
    inLoop(function* () {
      const events: unknown[] = [];
      const result = outcome(
        group(function* (tg) {
          events.push(
            yield* tg.start(
              coroutine(function* (started: Started) {
                started("value");
                yield* sleep(10);
                throw new Error("later");
              }),
            ),
          );
          yield* sleep("1h");
          events.push("never");
        }),
      );
      assert.equal(yield* result, "group(Error: later)");
      assert.deepEqual([events, now()], [["value"], 10]);
    }),
  );

  test(
    "a crash in the very step that started: the starter gets the value, the group the error",
    inLoop(function* () {
      const events: unknown[] = [];
      const result = outcome(
        group(function* (tg) {
          try {
            yield* tg.start(
              coroutine(function* (started: Started) {
                started("value");
                throw new Error("x");
              }),
            );
            events.push("started");
          } catch {
            events.push("caught");
          }
        }),
      );
      assert.equal(yield* result, "group(Error: x)");
      assert.deepEqual(events, ["started"]);
    }),
  );

  inBothForms(
    "the starter is cancelled: the child is cancelled, and its clean-up waited for (behaviour 155)",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const server = fn("server", function* (started: Started) {
        try {
          yield* wait(sleep("1h"));
          events.push("never");
        } finally {
          yield* wait(sleep(5));
          // Too late to mean anything.
          started("late");
          yield* wait(sleep(5));
          events.push(`child cleaned at ${now()}`);
        }
      });
      const main = fn("main", function* () {
        yield* wait(
          withTaskGroup(
            fn("body", function* (tg: TaskGroup) {
              yield* wait(moveOnAfter(10, () => tg.start(server)));
              events.push(`starter goes on at ${now()}`);
              yield* wait(sleep(1));
            }),
          ),
        );
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events, ["child cleaned at 20", "starter goes on at 20"]);
    },
  );

  test(
    "the starter is cancelled, and the clean-up of the child fails: the error is the starter's, and not the group's",
    inLoop(function* () {
      for (const late of [false, true]) {
        const value = yield* group(function* (tg) {
          const start = moveOnAfter(10, () =>
            tg.start(
              coroutine(function* (started: Started) {
                try {
                  yield* sleep("1h");
                } finally {
                  if (late) started("late");
                  // biome-ignore lint/correctness/noUnsafeFinally: what is tested
                  throw new Error("clean-up");
                }
              }),
            ),
          );
          assert.equal(yield* outcome(start), "Error: clean-up");
          return "the group goes on";
        });
        assert.equal(value, "the group goes on");
      }
    }),
  );

  test(
    "a second cancel of the starter interrupts the clean-up of the child",
    inLoop(function* () {
      const events: string[] = [];
      yield* group(function* (tg) {
        const starter = createTask(
          tg.start(
            coroutine(function* () {
              try {
                yield* sleep("1h");
              } finally {
                try {
                  yield* sleep("1h");
                } finally {
                  events.push(`interrupted at ${now()}`);
                }
              }
            }),
          ),
        );
        for (const moment of [1, 2]) {
          yield* sleep(1);
          starter.cancel(moment);
        }
        assert.equal(yield* outcome(starter), "cancelled");
      });
      assert.deepEqual(events, ["interrupted at 2"]);
    }),
  );

  test(
    "cancelled before its first step nothing runs; in the iteration in which the child starts, the child stays in the group",
    inLoop(function* () {
      const events: string[] = [];
      yield* group(function* (tg) {
        const gate = new Future<void>();
        const child = coroutine(function* (started: Started) {
          events.push("begins");
          yield* gate;
          started("value");
          yield* sleep(5);
          events.push("ends");
        });
        const first = createTask(tg.start(child));
        first.cancel();
        assert.equal(yield* outcome(first), "cancelled");
        assert.deepEqual([events, tg.size], [[], 0]);
        const second = createTask(tg.start(child));
        yield* sleep(1);
        gate.addDoneCallback(() => second.cancel());
        gate.setResult();
        assert.equal(yield* outcome(second), "cancelled");
        assert.equal(tg.size, 1);
      });
      assert.deepEqual(events, ["begins", "ends"]);
    }),
  );

  test(
    "the group is cancelled while a child starts: the child is cancelled; a starter outside the group gets CancelledError",
    inLoop(function* () {
      const events: string[] = [];
      const child = coroutine(function* () {
        try {
          yield* sleep("1h");
        } finally {
          yield* sleep(1);
          events.push("cleaned");
        }
      });
      let starter: ReturnType<typeof createTask> | undefined;
      yield* group(function* (tg) {
        starter = createTask(outcome(tg.start(child)));
        getRunningLoop().callLater(5, () => tg.cancel());
        yield* tg.start(child);
        events.push("never");
      });
      assert.deepEqual(events, ["cleaned", "cleaned"]);
      assert.equal(yield* starter as NonNullable<typeof starter>, "cancelled");
    }),
  );

  test(
    "a sibling fails while a child starts: the child is cancelled with the group",
    inLoop(function* () {
      const result = outcome(
        group(function* (tg) {
          tg.createTask(
            coroutine(function* () {
              yield* sleep(5);
              throw new Error("sibling");
            })(),
          );
          yield* tg.start(() => sleep("1h"));
        }),
      );
      assert.equal(yield* result, "group(Error: sibling)");
      assert.equal(now(), 5);
    }),
  );

  test(
    "started twice: InvalidStateError where it is called, also after the end of the child (behaviour 155)",
    inLoop(function* () {
      let kept: Started = () => {};
      const twice = { name: "InvalidStateError", message: "started() was called before, or its task has ended" };
      yield* group(function* (tg) {
        const value = yield* tg.start(
          coroutine(function* (started: Started) {
            started("first");
            assert.throws(() => started("second"), twice);
            yield* sleep(1);
          }),
        );
        assert.equal(value, "first");
        const failed = tg.start(
          coroutine(function* (started: Started) {
            kept = started;
            throw new Error("x");
          }),
        );
        assert.equal(yield* outcome(failed), "Error: x");
        assert.throws(() => kept("late"), twice);
      });
    }),
  );

  test(
    "ended without having called started(): InvalidStateError in the starter (behaviour 155)",
    inLoop(function* () {
      const value = yield* group(function* (tg) {
        assert.equal(
          yield* outcome(tg.start(() => sleep(5))),
          "InvalidStateError: the child has ended and never called started()",
        );
        return "the group goes on";
      });
      assert.equal(value, "the group goes on");
    }),
  );

  test(
    "the child is cancelled by itself before it has started: CancelledError in the starter",
    inLoop(function* () {
      yield* group(function* (tg) {
        const other = createTask(sleep("1h"));
        getRunningLoop().callLater(5, () => other.cancel());
        assert.equal(yield* outcome(tg.start(() => other)), "cancelled");
      });
    }),
  );

  test(
    "options of the task: name, context, eager; an eager child that starts at once takes no iteration",
    inLoop(function* () {
      yield* group(function* (tg) {
        let turned = false;
        getRunningLoop().callSoon(() => {
          turned = true;
        });
        const value = yield* tg.start(
          coroutine(function* (started: Started) {
            started("at once");
            yield* sleep(1);
          }),
          { eager: true },
        );
        assert.deepEqual([value, turned], ["at once", false]);
        const eagerly = tg.start(
          coroutine(function* () {
            throw new Error("eager");
          }),
          { eager: true },
        );
        assert.equal(yield* outcome(eagerly), "Error: eager");
      });
    }),
  );

  test("a group that has ended or is being cancelled starts nothing", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    let calls = 0;
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const work = coroutine(function* () {});
        const child = (): ReturnType<typeof work> => {
          calls++;
          return work();
        };
        let kept: TaskGroup | undefined;
        const late = createTask(
          coroutine(function* () {
            yield* sleep(5);
            return yield* outcome((kept as TaskGroup).start(child));
          })(),
        );
        yield* group(function* (tg) {
          kept = tg;
          tg.createTask(
            coroutine(function* () {
              try {
                yield* sleep("1h");
              } finally {
                yield* sleep(10);
              }
            })(),
          );
          yield* sleep(1);
          tg.cancel();
        });
        assert.equal(yield* late, "InvalidStateError: the task group is shutting down; it takes no more tasks");
        assert.equal(
          yield* outcome((kept as TaskGroup).start(child)),
          "InvalidStateError: the task group has ended; it takes no more tasks",
        );
      }),
    );
    assert.deepEqual([calls, messages(reports)], [0, []]);
  });

  test("says what the starter waits for, where the program can never go on", async () => {
    await assert.rejects(
      runWithVirtualTime(withTaskGroup((tg) => tg.start(() => new Future<void>()))),
      /waits for a child that starts/,
    );
  });
});
