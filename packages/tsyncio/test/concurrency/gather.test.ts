import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  ContextVar,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  moveOnAfter,
  sleep,
  type Task,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome, shown } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

describe("gather", () => {
  inBothForms(
    "gives the results in the order of the arguments, whatever the order in which they end",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        const future = new Future<number>();
        getRunningLoop().callLater(2, () => future.setResult(4));
        return yield* wait(gather(sleep(3, 1), createTask(sleep(1, 2)), Promise.resolve(3), future, sleep(0, 5)));
      });
      assert.deepEqual(await runWithVirtualTime(main()), [1, 2, 3, 4, 5]);
    },
  );

  test(
    "an array and any iterable do as well; nothing gives an empty list at once",
    inLoop(function* () {
      assert.deepEqual(yield* gather([sleep(1, "a"), sleep(1, "b")]), ["a", "b"]);
      assert.deepEqual(yield* gather(new Set([sleep(1, 1), sleep(1, 2)])), [1, 2]);
      const empty = gather();
      assert.equal(empty.done(), true);
      assert.deepEqual(yield* empty, []);
      assert.deepEqual(yield* gather([]), []);
    }),
  );

  test(
    "runs its coroutines at once, beginning in the order of the arguments",
    inLoop(function* () {
      const events: string[] = [];
      const work = coroutine(function* (name: string) {
        events.push(`${name} begins`);
        yield* sleep(5);
        events.push(`${name} ends`);
      });
      const before = getRunningLoop().time();
      yield* gather(work("a"), work("b"));
      assert.deepEqual(events, ["a begins", "b begins", "a ends", "b ends"]);
      assert.equal(getRunningLoop().time() - before, 5);
    }),
  );

  test(
    "throws the first error by time; the siblings go on, and their later errors are dropped without a report",
    inLoop(function* () {
      const reports = collectReports();
      const events: string[] = [];
      const goesOn = coroutine(function* () {
        yield* sleep(20);
        events.push("went on");
      });
      assert.equal(yield* outcome(gather(fails(10, "late"), fails(5, "first"), goesOn())), "Error: first");
      assert.equal(getRunningLoop().time(), 5);
      yield* sleep(50);
      assert.deepEqual(events, ["went on"]);
      assert.deepEqual(reports, []);
    }),
  );

  test(
    "returnExceptions puts errors and cancellations of children in their places",
    inLoop(function* () {
      const cancelled = createTask(sleep("1h"));
      getRunningLoop().callLater(1, () => cancelled.cancel());
      const results = yield* gather([fails(1, "x"), sleep(2, "value"), cancelled], { returnExceptions: true });
      assert.deepEqual(
        results.map((result) => (result instanceof Error ? shown(result) : result)),
        ["Error: x", "value", "cancelled"],
      );
    }),
  );

  test(
    "a cancelled child is an error of the gather, which is not itself cancelled()",
    inLoop(function* () {
      const child = createTask(sleep("1h"));
      const gathered = gather(child, sleep(5));
      yield* sleep(1);
      child.cancel("child");
      try {
        yield* gathered;
        assert.fail("no error");
      } catch (error) {
        assert.ok(error instanceof CancelledError);
      }
      assert.equal(gathered.cancelled(), false);
    }),
  );

  test(
    "the same coroutine or task twice runs once and stands in both places",
    inLoop(function* () {
      let runs = 0;
      const once = coroutine(function* () {
        runs++;
        yield* sleep(1);
        return runs;
      })();
      const task = createTask(sleep(2, "task"));
      assert.deepEqual(yield* gather(once, task, once, task), [1, "task", 1, "task"]);
    }),
  );

  test(
    "an unfit argument is a TypeError before anything is started; what was given can still be used",
    inLoop(function* () {
      const good = sleep(1, "good");
      assert.throws(() => gather(good, 5 as never), TypeError);
      assert.throws(() => gather("text" as never, good), TypeError);
      assert.throws(() => gather(null as never), TypeError);
      assert.equal(yield* good, "good");
      for (const concurrency of [0, -1, 1.5, Number.NaN, "2"]) {
        assert.throws(() => gather([], { concurrency: concurrency as never }), TypeError);
      }
    }),
  );

  test(
    "a coroutine that somebody awaits already is an InvalidStateError",
    inLoop(function* () {
      const taken = sleep(1);
      createTask(taken);
      const free = sleep(1, "free");
      assert.throws(() => gather(free, taken), { name: "InvalidStateError" });
      assert.equal(yield* free, "free");
    }),
  );

  test(
    "gather can be awaited more than once, by several tasks, and natively",
    inLoop(function* () {
      const gathered = gather(sleep(1, 1), sleep(2, 2));
      const wait = coroutine(function* () {
        return (yield* gathered).length;
      });
      const tasks = gather(wait(), wait());
      assert.deepEqual(yield* tasks, [2, 2]);
      assert.deepEqual(yield* gathered, [1, 2]);
      assert.deepEqual(yield* createTask(gathered.then((values) => values)), [1, 2]);
    }),
  );

  test(
    "children that had to wait for a place have the variables of the call",
    inLoop(function* () {
      const name = new ContextVar("name", { default: "nobody" });
      const child = coroutine(function* () {
        const seen = name.get();
        name.set("a child");
        yield* sleep(1);
        return seen;
      });
      name.set("the caller");
      const children = gather([child(), child(), child()], { concurrency: 1 });
      name.set("the caller, later");
      assert.deepEqual(yield* children, ["the caller", "the caller", "the caller"]);
    }),
  );

  test(
    "whoever awaits the task of a child as well is told in its turn, after the gather",
    inLoop(function* () {
      const events: string[] = [];
      let task: Task<unknown> | null = null;
      const children = gather(
        coroutine(function* () {
          task = currentTask();
          yield* sleep(1);
          return "a";
        })(),
      );
      yield* sleep(0);
      const others = ["first", "second"].map((which) =>
        createTask(
          coroutine(function* () {
            events.push(`${which} has ${String(yield* task as unknown as Task<unknown>)}`);
          })(),
        ),
      );
      events.push(`the gather has ${String(yield* children)}`);
      yield* gather(others);
      assert.deepEqual(events, ["first has a", "second has a", "the gather has a"]);
    }),
  );
});

describe("gather with concurrency", () => {
  const counted = (): { most: number; work: (id: number) => Coroutine<number>; began: number[] } => {
    const state = {
      most: 0,
      began: [] as number[],
      work: coroutine(function* (id: number) {
        state.began.push(id);
        state.most = Math.max(state.most, ++running);
        yield* sleep(10 - (id % 3));
        running--;
        return id;
      }),
    };
    let running = 0;
    return state;
  };

  test(
    "at most n run at once, begun in order, and the results are in order",
    inLoop(function* () {
      const state = counted();
      const results = yield* gather(
        Array.from({ length: 20 }, (_, id) => state.work(id)),
        { concurrency: 4 },
      );
      assert.deepEqual(
        results,
        Array.from({ length: 20 }, (_, id) => id),
      );
      assert.deepEqual(state.began, results);
      assert.equal(state.most, 4);
    }),
  );

  test(
    "Infinity and more than there are mean all",
    inLoop(function* () {
      for (const concurrency of [Number.POSITIVE_INFINITY, 100]) {
        const state = counted();
        yield* gather(
          [0, 1, 2].map((id) => state.work(id)),
          { concurrency },
        );
        assert.equal(state.most, 3);
      }
    }),
  );

  test("after the first error those that run go on; those not started are closed without a report", async () => {
    const events: string[] = [];
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const work = coroutine(function* (name: string) {
          events.push(`${name} begins`);
          yield* sleep(10);
          events.push(`${name} ends`);
        });
        const waiting = work("never");
        assert.equal(yield* outcome(gather([work("a"), fails(5, "x"), waiting], { concurrency: 2 })), "Error: x");
        yield* sleep(50);
        assert.match(String(yield* outcome(waiting)), /cannot reuse/);
      }),
    );
    assert.deepEqual(events, ["a begins", "a ends"]);
    assert.deepEqual(reports, []);
  });

  test(
    "with returnExceptions an error frees a place",
    inLoop(function* () {
      const results = yield* gather([fails(1, "x"), sleep(1, 2), sleep(1, 3)], {
        concurrency: 1,
        returnExceptions: true,
      });
      assert.deepEqual(
        results.map((result) => (result instanceof Error ? result.message : result)),
        ["x", 2, 3],
      );
    }),
  );

  test("a cancel ends those that run, and those not started never begin", async () => {
    const events: string[] = [];
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const work = coroutine(function* (id: number) {
          events.push(`begin ${id}`);
          try {
            yield* sleep("1h");
          } finally {
            yield* sleep(1);
            events.push(`cleaned ${id}`);
          }
        });
        yield* moveOnAfter(5, () => gather([0, 1, 2, 3].map(work), { concurrency: 2 }));
        events.push("over");
      }),
    );
    assert.deepEqual(events, ["begin 0", "begin 1", "cleaned 0", "cleaned 1", "over"]);
    assert.deepEqual(reports, []);
  });
});

describe("cancelling a gather", () => {
  test(
    "cancels all children, and it is done when all have cleaned up, with CancelledError",
    inLoop(function* () {
      const events: string[] = [];
      const work = coroutine(function* (id: number) {
        try {
          yield* sleep("1h");
        } finally {
          yield* sleep(id);
          events.push(`cleaned ${id}`);
        }
      });
      const gathered = gather(work(2), work(1));
      yield* sleep(1);
      assert.equal(gathered.cancel("why"), true);
      assert.equal(gathered.done(), false);
      try {
        yield* gathered;
        assert.fail("no error");
      } catch (error) {
        assert.ok(error instanceof CancelledError);
        assert.equal(error.reason, "why");
      }
      assert.deepEqual(events, ["cleaned 1", "cleaned 2"]);
      assert.equal(gathered.cancel(), false);
    }),
  );

  test(
    "is CancelledError with returnExceptions as well, and where children had ended already",
    inLoop(function* () {
      const gathered = gather([sleep(0, 1), sleep("1h")], { returnExceptions: true });
      yield* sleep(5);
      gathered.cancel();
      assert.equal(yield* outcome(gathered), "cancelled");
    }),
  );

  test(
    "is refused where all children are done",
    inLoop(function* () {
      const child = new Future<number>();
      const gathered = gather(child);
      child.setResult(1);
      assert.equal(gathered.cancel(), false);
      assert.deepEqual(yield* gathered, [1]);
    }),
  );

  test(
    "errors of the clean-ups are kept, all of them",
    inLoop(function* () {
      const work = coroutine(function* (id: number) {
        try {
          yield* sleep("1h");
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          throw new Error(String(id));
        }
      });
      for (const [ids, expected] of [
        [[1], "Error: 1"],
        [[1, 2], "group(Error: 1, Error: 2)"],
      ] as const) {
        const outer = createTask(
          coroutine(function* () {
            yield* gather(ids.map((id) => work(id)));
          })(),
        );
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), expected);
      }
    }),
  );

  test(
    "one awaiter of two that is cancelled leaves the gather alone",
    inLoop(function* () {
      const gathered = gather(sleep(10, 1), sleep(20, 2));
      const wait = coroutine(function* () {
        return yield* gathered;
      });
      const [one, two] = [createTask(wait()), createTask(wait())];
      yield* sleep(1);
      one.cancel();
      assert.equal(yield* outcome(one), "cancelled");
      assert.deepEqual(yield* two, [1, 2]);
    }),
  );

  test(
    "a task that gathers itself can be cancelled",
    inLoop(function* () {
      let gathered: Future<unknown> | undefined;
      const task = createTask(
        coroutine(function* () {
          yield* sleep(0);
          yield* gathered as Future<unknown>;
        })(),
      );
      gathered = gather(task);
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      assert.equal(task.done(), true);
    }),
  );

  test(
    "gathers in a gather that is cancelled end as one cancellation, and not as a group of them",
    inLoop(function* () {
      const gathered = gather(gather(sleep(5)), gather(sleep(5)));
      yield* sleep(1);
      gathered.cancel();
      assert.equal(yield* outcome(gathered), "cancelled");
    }),
  );

  test(
    "one that has failed does not count as somebody who awaits its children",
    inLoop(function* () {
      const child = createTask(sleep("1h"));
      assert.equal(yield* outcome(gather(child, fails(1, "x"))), "Error: x");
      yield* moveOnAfter(5, () => child);
      assert.equal(child.cancelled(), true);
    }),
  );
});
