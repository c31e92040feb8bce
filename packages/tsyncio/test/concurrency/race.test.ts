import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  any,
  coroutine,
  createTask,
  ExceptionGroup,
  Future,
  gather,
  getRunningLoop,
  race,
  shield,
  sleep,
  type Task,
  waitFor,
  withCancelScope,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { its, outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

/** Sleeps for an hour, and notes how its clean-up went. */
const cleansUp = coroutine(function* (events: string[], name: string, time: number = 1, error?: Error) {
  events.push(`${name} begins`);
  try {
    yield* sleep("1h");
    events.push(`${name} never`);
  } finally {
    yield* sleep(time);
    events.push(`${name} cleaned`);
    // biome-ignore lint/correctness/noUnsafeFinally: what is tested
    if (error) throw error;
  }
});

const now = (): number => getRunningLoop().time();

describe("race", () => {
  inBothForms(
    "gives the value of the first that ends; the others are cancelled, and have cleaned up when it returns",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const loser = fn("loser", function* () {
        try {
          yield* wait(sleep("1h"));
          events.push("never");
        } catch {
          events.push("caught");
        } finally {
          yield* wait(sleep(5));
          events.push("cleaned");
        }
        events.push("went on");
      });
      const main = fn("main", function* () {
        const value = yield* wait(race([loser(), sleep(10, "value"), sleep(20, "late")]));
        events.push(`${value} at ${now()}`);
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events, ["cleaned", "value at 15"]);
    },
  );

  inBothForms("throws the error of the first that ends, as it is", async ({ fn, wait }) => {
    const events: string[] = [];
    const error = new Error("first");
    const main = fn("main", function* () {
      const throws = fn("throws", function* () {
        yield* wait(sleep(10));
        throw error;
      });
      try {
        yield* wait(race([cleansUp(events, "loser"), throws()]));
      } catch (caught) {
        return [caught === error, now()];
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), [true, 11]);
    assert.deepEqual(events, ["loser begins", "loser cleaned"]);
  });

  test(
    "the first that is cancelled by somebody else decides it too: CancelledError",
    inLoop(function* () {
      const task = createTask(sleep("1h"));
      getRunningLoop().callLater(5, () => task.cancel("theirs"));
      const events: string[] = [];
      assert.equal(yield* outcome(race([task, cleansUp(events, "loser")])), "cancelled");
      assert.deepEqual([events, now()], [["loser begins", "loser cleaned"], 6]);
    }),
  );

  test(
    "of those that are done before, the first of the arguments wins; coroutines that lose before their first step never run",
    inLoop(function* () {
      const reports = collectReports();
      const events: string[] = [];
      const [done, other] = [new Future<string>(), new Future<string>()];
      done.setResult("done");
      other.setResult("other");
      assert.equal(yield* race([done, other, cleansUp(events, "never")]), "done");
      assert.equal(yield* race([sleep(1, "slow"), other, done]), "other");
      yield* sleep(0);
      assert.deepEqual([events, reports], [[], []]);
    }),
  );

  test(
    "a coroutine that ends without waiting wins, whatever stands after it",
    inLoop(function* () {
      const events: string[] = [];
      const now = coroutine(function* (value: string) {
        events.push(value);
        return value;
      });
      assert.equal(yield* race([now("a"), now("b")]), "a");
      assert.deepEqual(events, ["a"]);
    }),
  );

  test(
    "errors of clean-ups are not lost: one goes before the value as it is, several as a group, and after the error that decided",
    inLoop(function* () {
      const events: string[] = [];
      const loser = (name: string): ReturnType<typeof cleansUp> => cleansUp(events, name, 1, new Error(name));
      assert.equal(yield* outcome(race([sleep(5, "value"), loser("a")])), "Error: a");
      assert.equal(yield* outcome(race([sleep(5, "value"), loser("a"), loser("b")])), "group(Error: a, Error: b)");
      assert.equal(yield* outcome(race([fails(5, "first"), loser("a")])), "group(Error: first, Error: a)");
    }),
  );

  inBothForms(
    "the waiter is cancelled: all are, and their clean-ups are waited for, again after a second cancel",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const waiter = fn("waiter", function* () {
        try {
          yield* wait(race([cleansUp(events, "a", 5), cleansUp(events, "b", 9)]));
          events.push("never");
        } finally {
          events.push(`unwound at ${now()}`);
        }
      });
      const main = fn("main", function* () {
        for (const times of [1, 2]) {
          const task = createTask(waiter());
          yield* wait(sleep(1));
          for (let time = 0; time < times; time++) {
            task.cancel();
            yield* wait(sleep(1));
          }
          events.push(String(yield* wait(outcome(task))));
        }
      });
      await runWithVirtualTime(main());
      const begin = ["a begins", "b begins"];
      assert.deepEqual(events, [
        ...[...begin, "a cleaned", "b cleaned", "unwound at 10", "cancelled"],
        // The second cancel interrupts the sleeps of the clean-ups.
        ...[...begin, "unwound at 12", "cancelled"],
      ]);
    },
  );

  test(
    "the waiter is cancelled, and clean-ups fail: their errors are the outcome",
    inLoop(function* () {
      const events: string[] = [];
      for (const names of [["a"], ["a", "b"]]) {
        const task = createTask(race(names.map((name) => cleansUp(events, name, 1, new Error(name)))));
        yield* sleep(1);
        task.cancel();
        assert.equal(yield* outcome(task), names.length === 1 ? "Error: a" : "group(Error: a, Error: b)");
      }
    }),
  );

  test(
    "cancelled while the losers clean up: the clean-ups are interrupted, and an error that had decided is not lost",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(race([cleansUp(events, "loser", 50), fails(5, "first")]));
      yield* sleep(10);
      task.cancel();
      assert.equal(yield* outcome(task), "Error: first");
      assert.equal(now(), 10);
    }),
  );

  test(
    "a time limit around it cancels all of it",
    inLoop(function* () {
      const events: string[] = [];
      const limited = waitFor(race([cleansUp(events, "a"), cleansUp(events, "b")]), 10);
      assert.equal(yield* outcome(limited), "TimeoutError: not done within 10 ms");
      assert.deepEqual(events, ["a begins", "b begins", "a cleaned", "b cleaned"]);
    }),
  );

  test(
    "a task that loses is cancelled and waited for, unless somebody else awaits it; a bare future and a shielded one are let go",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(cleansUp(events, "task", 5));
      const [shared, shielded] = [createTask(sleep(50, "shared")), createTask(sleep(50, "shielded"))];
      const other = createTask(its(shared));
      const future = new Future<string>();
      const several = gather(sleep("1h"), sleep("1h"));
      const winner = createTask(sleep(10, "value"));
      assert.equal(yield* race([task, shared, shield(shielded), future, several, winner]), "value");
      assert.equal(now(), 15);
      assert.deepEqual([task.cancelled(), shared.done(), shielded.done(), future.done()], [true, false, false, false]);
      assert.equal(yield* outcome(several), "cancelled");
      assert.deepEqual([yield* other, yield* shielded], ["shared", "shielded"]);
    }),
  );

  test("a native promise that loses is let go; its late rejection is no unhandled one", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    let reject: (error: Error) => void = () => {};
    const promise = new Promise<string>((_resolve, no) => {
      reject = no;
    });
    assert.equal(await runWithVirtualTime(() => race([promise, sleep(0, "value")])), "value");
    reject(new Error("late"));
    await assert.rejects(
      runWithVirtualTime(() => race([sleep("1h"), Promise.reject(new Error("first"))])),
      { message: "first" },
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });

  test(
    "two tasks that end in one iteration: the first wins, and an error of the other is reported where nobody takes it",
    inLoop(function* () {
      const reports = collectReports();
      const tasks = [createTask(sleep(5, "value")), createTask(fails(5, "second"))];
      assert.equal(yield* race(tasks), "value");
      assert.deepEqual(reports, []);
      assert.equal(yield* outcome(tasks[1] as Task<unknown>), "Error: second");
    }),
  );

  test(
    "a loser behind a shield comes to its end before the race does, and changes nothing",
    inLoop(function* () {
      const events: string[] = [];
      const shielded = coroutine(function* () {
        return yield* withCancelScope(
          coroutine(function* () {
            yield* sleep(30);
            events.push("shielded ended");
            return "shielded";
          }),
          { shield: true },
        );
      });
      assert.equal(yield* race([shielded(), sleep(10, "value"), cleansUp(events, "loser", 50)]), "value");
      assert.deepEqual([events, now()], [["loser begins", "shielded ended", "loser cleaned"], 60]);
      assert.equal(yield* outcome(race([shielded(), fails(10, "x"), cleansUp(events, "loser", 50)])), "Error: x");
      assert.equal(now(), 120);
    }),
  );

  test(
    "the same awaitable twice runs once",
    inLoop(function* () {
      const same = sleep(1, "value");
      const task = createTask(sleep("1h"));
      assert.equal(yield* race([same, same, task, task]), "value");
      assert.equal(task.cancelled(), true);
    }),
  );

  test(
    "a contender that somebody cancels by itself leaves the race; where none is left, CancelledError",
    inLoop(function* () {
      const contenders = (): Task<unknown>[] => [...allTasks()].filter((task) => task.coroutine.name === "race");
      const won = createTask(race([sleep(10, "first"), sleep(20, "second")]));
      yield* sleep(1);
      contenders()[1]?.cancel();
      assert.equal(yield* won, "second");
      const lost = createTask(race([sleep(10), sleep(20)]));
      yield* sleep(1);
      for (const contender of contenders().slice(1)) contender.cancel();
      assert.equal(yield* outcome(lost), "cancelled");
    }),
  );
});

describe("any", () => {
  inBothForms(
    "gives the value of the first that succeeds; the others are cancelled, and have cleaned up when it returns",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const main = fn("main", function* () {
        const cancelled = createTask(sleep("1h"));
        cancelled.cancel();
        const awaitables = [fails(1, "x"), cleansUp(events, "loser", 5), cancelled, sleep(10, "value")];
        const value = yield* wait(any(awaitables));
        return [value, now()];
      });
      assert.deepEqual(await runWithVirtualTime(main()), ["value", 15]);
      assert.deepEqual(events, ["loser begins", "loser cleaned"]);
    },
  );

  inBothForms("where none succeeds, all errors are thrown in a group, in the order of the arguments", async (form) => {
    const main = form.fn("main", function* () {
      const cancelled = createTask(sleep("1h"));
      cancelled.cancel();
      try {
        yield* form.wait(any([fails(20, "a"), cancelled, fails(10, "b")]));
      } catch (error) {
        assert.ok(error instanceof ExceptionGroup);
        return [error.message, ...error.errors.map(String)];
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), [
      "no awaitable succeeded (3 sub-exceptions)",
      "Error: a",
      "CancelledError: cancelled",
      "Error: b",
    ]);
  });

  test(
    "errors before the success are dropped, errors of clean-ups are not",
    inLoop(function* () {
      const events: string[] = [];
      const loser = cleansUp(events, "loser", 1, new Error("clean-up"));
      assert.equal(yield* outcome(any([fails(1, "x"), loser, sleep(5, "value")])), "Error: clean-up");
    }),
  );

  test(
    "the waiter is cancelled: all are, and their clean-ups are waited for; earlier failures are no errors of clean-ups",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(any([fails(1, "x"), cleansUp(events, "a", 5)]));
      yield* sleep(5);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual([events, now()], [["a begins", "a cleaned"], 10]);
    }),
  );
});

for (const [name, contest] of [
  ["race", race],
  ["any", any],
] as const) {
  describe(`${name}: arguments`, () => {
    test("none, a single awaitable, something that cannot be awaited: TypeError before anything is started", () =>
      runWithVirtualTime(
        coroutine(function* () {
          let ran = false;
          const work = coroutine(function* () {
            ran = true;
          });
          const fresh = work();
          const used = sleep(1);
          yield* used;
          assert.throws(() => contest([]), { name: "TypeError", message: `${name} takes at least one awaitable` });
          assert.throws(() => contest([fresh, 5 as never]), { name: "TypeError", message: /a promise, not 5/ });
          assert.throws(() => contest([fresh, used]), { name: "InvalidStateError", message: /cannot reuse/ });
          for (const unfit of [fresh, 5, "ab", null, undefined, (function* () {})()])
            assert.throws(() => contest(unfit as never), TypeError);
          fresh.close();
          yield* sleep(1);
          assert.equal(ran, false);
        }),
      ));

    test("any iterable will do", () =>
      runWithVirtualTime(
        coroutine(function* () {
          assert.equal(yield* contest(new Set([sleep(1, "a"), sleep(2, "b")])), "a");
          assert.equal(yield* contest([sleep(2, "a"), sleep(1, "b")].values()), "b");
        }),
      ));

    test("is lazy: begins when awaited; closed, or cancelled before its first step, it reports nothing", async () => {
      let reports: ReturnType<typeof collectReports> = [];
      await runWithVirtualTime(
        coroutine(function* () {
          reports = collectReports();
          const events: string[] = [];
          const closed = contest([cleansUp(events, "a")]);
          const task = createTask(contest([cleansUp(events, "b"), cleansUp(events, "c")]));
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          yield* sleep(1);
          closed.close();
          assert.deepEqual(events, []);
          contest([cleansUp(events, "forgotten")]);
        }),
      );
      assert.deepEqual(messages(reports), [
        "coroutine '(anonymous)' was never awaited",
        `coroutine '${name}' was never awaited`,
      ]);
    });
  });
}
