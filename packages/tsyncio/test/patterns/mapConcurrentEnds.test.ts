import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Awaitable,
  allTasks,
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  ExceptionGroup,
  Future,
  moveOnAfter,
  type Report,
  sleep,
} from "tsyncio";
import { mapConcurrent } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { forAwaitLoop } from "../support/forAwaitLoop.js";
import { inLoop } from "../support/inLoop.js";
import { collect, noted, worker } from "../support/mapped.js";
import { outcome, shown } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

describe("an error in mapConcurrent", () => {
  const failing = (events: unknown[], at: number) => {
    const work = worker(events, 5);
    return coroutine(function* (time: number) {
      if (time !== at) return yield* work(time);
      yield* sleep(3);
      events.push(`fail ${time}`);
      throw new Error(`fails ${time}`);
    });
  };

  test(
    "of the function cancels the others, closes the source, waits for the clean-ups, and is thrown as it is",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent(noted(events, [10, 20, 30, 40]), failing(events, 20), { concurrency: 3 });
      const seen = yield* collect(results);
      events.push(seen);
      assert.deepEqual(events, [
        ...["pull 10", "pull 20", "pull 30", "begin 10", "begin 30", "fail 20"],
        ...["closed", "cleaned 10", "cleaned 30", ["Error: fails 20"]],
      ]);
      assert.deepEqual(yield* collect(results), ["done"]);
      assert.equal(allTasks().size, 1);
    }),
  );

  test(
    "comes after the results that were done before it",
    inLoop(function* () {
      const results = mapConcurrent([1, 20, 2], failing([], 20), { concurrency: 3, ordered: false });
      yield* results.next();
      yield* sleep(50);
      assert.deepEqual(yield* collect(results), [20, "Error: fails 20"]);
    }),
  );

  test(
    "of the source cancels what runs",
    inLoop(function* () {
      const events: unknown[] = [];
      const source = (async function* () {
        yield 10;
        throw new Error("source");
      })();
      assert.deepEqual(yield* collect(mapConcurrent(source, worker(events), { concurrency: 3 })), ["Error: source"]);
      assert.deepEqual(events, ["begin 10", "cleaned 10"]);
    }),
  );

  test(
    "of an item that is a rejected promise closes the sync source",
    inLoop(function* () {
      const events: unknown[] = [];
      const rejected = Promise.reject(new Error("item"));
      rejected.catch(() => {});
      const items = (function* () {
        try {
          yield 1;
          yield rejected;
        } finally {
          events.push("closed");
        }
      })();
      assert.deepEqual(yield* collect(mapConcurrent(items, (n) => n, { concurrency: 1 })), [1, "Error: item"]);
      assert.deepEqual(events, ["closed"]);
    }),
  );

  test(
    "and those of clean-ups are all kept",
    inLoop(function* () {
      const work = coroutine(function* (item: string) {
        try {
          yield* sleep(5);
          if (item === "x") throw new Error(item);
          yield* sleep("1h");
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          if (item !== "x") throw new Error(`clean-up ${item}`);
        }
      });
      try {
        yield* mapConcurrent(["a", "x", "b"], work, { concurrency: 3 }).next();
        assert.fail("no error");
      } catch (error) {
        assert.ok(error instanceof ExceptionGroup);
        const [first, ...others] = error.errors.map(shown);
        assert.deepEqual([first, others.sort()], ["Error: x", ["Error: clean-up a", "Error: clean-up b"]]);
      }
    }),
  );

  test(
    "that is somebody else's cancellation is thrown as such, and cancels the others too",
    inLoop(function* () {
      const events: unknown[] = [];
      const future = new Future<void>();
      const work = worker(events);
      const results = mapConcurrent([1, 2], (n): Awaitable<unknown> => (n === 1 ? future : work(50)), {
        concurrency: 2,
      });
      const task = createTask(collect(results));
      yield* sleep(1);
      future.cancel("why");
      assert.deepEqual(yield* task, ["cancelled"]);
      assert.deepEqual(events, ["begin 50", "cleaned 50"]);
    }),
  );

  test(
    "that nobody has asked for is thrown by return()",
    inLoop(function* () {
      const results = mapConcurrent([1, 20], failing([], 20), { concurrency: 2 });
      yield* results.next();
      yield* sleep(50);
      assert.equal(yield* outcome(results.return()), "Error: fails 20");
      assert.deepEqual(yield* results.return(), { value: undefined, done: true });
    }),
  );

  test("that nobody comes back for is reported at the end of the run", async () => {
    let reports: Report[] = [];
    const kept: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const results = mapConcurrent([1, 20], failing([], 20), { concurrency: 2 });
        kept.push(results);
        yield* results.next();
        yield* sleep(50);
      }),
    );
    assert.deepEqual(
      reports.map(({ exception }) => shown(exception)),
      ["Error: fails 20"],
    );
    assert.match(messages(reports).join(), /mapConcurrent/);
  });
});

describe("leaving mapConcurrent early", () => {
  /** Whatever way it ends, what runs has cleaned up, and the source is closed, before the loop is left. */
  const expected = ["pull 1", "pull 50", "pull 60", "begin 1", "begin 50", "begin 60", "end 1"];
  const left = ["cleaned 50", "cleaned 60", "left"];

  for (const ordered of [true, false]) {
    test(
      `by a break: what runs is cancelled, its clean-ups awaited, and the source closed (ordered: ${ordered})`,
      inLoop(function* () {
        const events: unknown[] = [];
        yield* forAwaitLoop(
          mapConcurrent(noted(events, [1, 50, 60, 70]), worker(events), { concurrency: 3, ordered }),
          function* () {
            return "break";
          },
        );
        events.push("left");
        assert.deepEqual(events, [...expected, "closed", ...left]);
        assert.equal(allTasks().size, 1);
      }),
    );
  }

  test(
    "by an error of the body, which goes on",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent(noted(events, [1, 50, 60, 70]), worker(events), { concurrency: 3 });
      const error = yield* outcome(
        forAwaitLoop(results, function* () {
          throw new Error("body");
        }),
      );
      events.push("left");
      assert.equal(error, "Error: body");
      assert.deepEqual(events, [...expected, "closed", ...left]);
    }),
  );

  for (const [where, form] of [
    ["the body", "for await"],
    ["next()", "for await"],
    ["next()", "generator"],
  ] as const) {
    test(
      `by a cancellation in ${where} (${form})`,
      inLoop(function* () {
        const events: unknown[] = [];
        const results = mapConcurrent(noted(events, [1, 50, 60, 70]), worker(events), { concurrency: 3 });
        const task = createTask(
          form === "generator"
            ? collect(results)
            : forAwaitLoop(results, function* () {
                if (where === "the body") yield sleep("1h");
              }),
        );
        yield* sleep(10);
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
        events.push("left");
        const more = ["pull 70", "begin 70", "closed", "cleaned 50", "cleaned 60", "cleaned 70", "left"];
        assert.deepEqual(events, [...expected, ...more]);
        assert.equal(allTasks().size, 1);
      }),
    );
  }

  test(
    "errors of those clean-ups are thrown",
    inLoop(function* () {
      const work = coroutine(function* (time: number) {
        try {
          yield* sleep(time);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          if (time > 10) throw new Error(`clean-up ${time}`);
        }
      });
      const results = mapConcurrent([1, 50, 60], work, { concurrency: 3 });
      yield* results.next();
      assert.equal(yield* outcome(results.return()), "group(Error: clean-up 50, Error: clean-up 60)");
    }),
  );

  test(
    "before it has begun closes nothing, and ends it",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent(noted(events, [1]), worker(events), { concurrency: 3 });
      yield* results.return();
      assert.deepEqual(yield* results.next(), { value: undefined, done: true });
      assert.deepEqual(events, []);
    }),
  );

  test(
    "in the very step in which it began: nothing runs",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent(noted(events, [1]), worker(events), { concurrency: 3 });
      const waiting = createTask(results.next(), { eager: true });
      yield* results.return();
      assert.deepEqual(yield* waiting, { value: undefined, done: true });
      assert.deepEqual(events, []);
    }),
  );

  test(
    "while a failure is being cleaned up does not interrupt the clean-ups",
    inLoop(function* () {
      const events: unknown[] = [];
      const work = worker(events, 20);
      const fail = coroutine(function* () {
        yield* sleep(5);
        throw new Error("x");
      });
      const results = mapConcurrent([1, 100, 2], (n) => (n === 2 ? fail() : work(n)), { concurrency: 3 });
      yield* results.next();
      yield* sleep(10);
      assert.equal(yield* outcome(results.return()), "Error: x");
      assert.equal(events.at(-1), "cleaned 100");
    }),
  );

  test(
    "by a time limit around next(): it has ended then",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent([100, 200], worker(events), { concurrency: 2 });
      assert.equal(yield* moveOnAfter(5, () => results.next()), undefined);
      assert.deepEqual(events, ["begin 100", "begin 200", "cleaned 100", "cleaned 200"]);
      assert.deepEqual(yield* results.next(), { value: undefined, done: true });
    }),
  );

  test("at the end of the run: what runs is cancelled and cleans up", async () => {
    const events: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        yield* mapConcurrent(noted(events, [1, 50]), worker(events), { concurrency: 2 }).next();
      }),
    );
    assert.deepEqual(events.slice(-1), ["cleaned 50"]);
    assert.ok(events.includes("closed") || events.includes("end"));
  });

  test(
    "a cancellation in the turn of a result, before or after it, leaves nothing running",
    inLoop(function* () {
      for (const order of ["result first", "cancel first"]) {
        const gate = new Future<number>();
        const results = mapConcurrent([1, 2], (n) => (n === 1 ? gate : sleep("1h", 0)), { concurrency: 2 });
        const task = createTask(results.next());
        yield* sleep(1);
        if (order === "result first") gate.setResult(1);
        task.cancel();
        if (order === "cancel first") gate.setResult(1);
        assert.equal(yield* outcome(task), "cancelled");
        assert.equal(allTasks().size, 1);
        assert.ok(!(gate.exception() instanceof CancelledError));
      }
    }),
  );

  test(
    "an item whose own task is cancelled has no result: the loop ends with a CancelledError, and does not wait for it",
    inLoop(function* () {
      for (const ordered of [true, false]) {
        const results = mapConcurrent(
          [1, 2, 3],
          coroutine(function* (n) {
            if (n === 2) currentTask()?.cancel();
            yield* sleep(n);
            return n;
          }),
          { concurrency: 3, ordered },
        );
        const got: unknown[] = [];
        for (let last = false; !last; ) {
          const next = yield* outcome(results.next());
          last = next === "cancelled";
          got.push(last ? next : (next as IteratorResult<number>).value);
        }
        assert.deepEqual(got.at(-1), "cancelled");
        assert.equal(allTasks().size, 1);
      }
    }),
  );
});
