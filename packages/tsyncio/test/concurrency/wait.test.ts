import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, getRunningLoop, moveOnAfter, sleep, type Task, wait } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

const named = (name: string, after: number): Task<string> => createTask(sleep(after, name), { name });
const names = (tasks: Set<Task<unknown>>): string[] => [...tasks].map((task) => task.name);

/** Notes each of the next iterations of the loop. */
function metronome(events: string[], times: number): void {
  const loop = getRunningLoop();
  const tick = (count: number): void => {
    events.push(`-- ${count}`);
    if (count < times) loop.callSoon(tick, count + 1);
  };
  loop.callSoon(tick, 1);
}

describe("wait", () => {
  inBothForms("returns two sets, done and pending, in the order of the arguments", async (form) => {
    const main = form.fn("main", function* () {
      const tasks = [named("a", 30), named("b", 10), named("c", 20)];
      const { done, pending } = yield* form.wait(wait(tasks, { timeout: 25 }));
      assert.ok(done instanceof Set && pending instanceof Set);
      const all = yield* form.wait(wait(tasks));
      return [names(done), names(pending), names(all.done), names(all.pending), getRunningLoop().time()];
    });
    assert.deepEqual(await runWithVirtualTime(main()), [["b", "c"], ["a"], ["a", "b", "c"], [], 30]);
  });

  inBothForms("FIRST_COMPLETED returns when one is done, however it ended", async ({ fn, wait: its }) => {
    const main = fn("main", function* () {
      const seen: unknown[] = [];
      for (const first of [sleep(1), fails(1, "x"), sleep("1h")]) {
        const task = createTask(first, { name: "first" });
        if (seen.length === 2) getRunningLoop().callLater(1, () => task.cancel());
        const { done } = yield* its(wait([named("second", 50), task], { returnWhen: "FIRST_COMPLETED" }));
        seen.push(names(done));
        assert.equal(yield* its(outcome(task)), [undefined, "Error: x", "cancelled"][seen.length - 1]);
      }
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), [["first"], ["first"], ["first"]]);
  });

  test(
    "FIRST_COMPLETED returns all that are done, also those whose callbacks have not run (behaviour 66)",
    inLoop(function* () {
      const late = createTask(
        coroutine(function* () {
          for (let turn = 0; turn < 3; turn++) yield* sleep(0);
        })(),
        { name: "late" },
      );
      const early = createTask(
        coroutine(function* () {
          for (let turn = 0; turn < 2; turn++) yield* sleep(0);
        })(),
        { name: "early" },
      );
      const never = new Future<void>();
      const { done, pending } = yield* wait([late, early, never], { returnWhen: "FIRST_COMPLETED" });
      assert.deepEqual([done, pending], [new Set([late, early]), new Set([never])]);
    }),
  );

  test(
    "FIRST_EXCEPTION returns at the first failure, and does not take a cancelled one for a failure (behaviour 67)",
    inLoop(function* () {
      const tasks = [named("slow", 50), createTask(fails(20, "x"), { name: "fails" }), named("cancelled", 90)];
      getRunningLoop().callLater(10, () => tasks[2]?.cancel());
      const { done, pending } = yield* wait(tasks, { returnWhen: "FIRST_EXCEPTION" });
      assert.deepEqual([names(done), names(pending)], [["fails", "cancelled"], ["slow"]]);
      assert.equal(getRunningLoop().time(), 20);
      assert.equal(yield* outcome(tasks[1] as Task<unknown>), "Error: x");
      const quiet = [named("value", 5), named("cancelled", 90)];
      getRunningLoop().callLater(10, () => quiet[1]?.cancel());
      assert.equal((yield* wait(quiet, { returnWhen: "FIRST_EXCEPTION" })).done.size, 2);
      assert.equal(getRunningLoop().time(), 30);
    }),
  );

  test(
    "FIRST_EXCEPTION where one has failed before returns at once",
    inLoop(function* () {
      const failed = createTask(fails(0, "x"));
      yield* outcome(failed);
      const before = getRunningLoop().time();
      const { done } = yield* wait([named("slow", 50), failed], { returnWhen: "FIRST_EXCEPTION" });
      assert.deepEqual([done, getRunningLoop().time() - before], [new Set([failed]), 0]);
    }),
  );

  inBothForms("a timeout neither throws nor cancels (behaviour 68)", async ({ fn, wait: its }) => {
    const main = fn("main", function* () {
      const task = named("task", 50);
      for (const timeout of [0, 10, "20ms"] as const) {
        const { done, pending } = yield* its(wait([task], { timeout }));
        assert.deepEqual([done.size, pending.size], [0, 1]);
      }
      assert.equal(getRunningLoop().time(), 30);
      return yield* its(task);
    });
    assert.equal(await runWithVirtualTime(main()), "task");
  });

  test(
    "cancelled while it waits: it is unwound at once, and the tasks go on (behaviour 68)",
    inLoop(function* () {
      const task = named("task", 50);
      const future = new Future<void>();
      yield* moveOnAfter(10, () => wait([task, future], { timeout: "1h" }));
      assert.deepEqual([getRunningLoop().time(), task.done(), future.done()], [10, false, false]);
      assert.equal(yield* task, "task");
    }),
  );

  test(
    "cancelled before its first step, and in the iteration in which it was woken, before and after that: the tasks are untouched",
    inLoop(function* () {
      const before = createTask(wait([new Future<void>()]));
      before.cancel();
      assert.equal(yield* outcome(before), "cancelled");
      for (const first of ["cancel", "wake"]) {
        const future = new Future<string>();
        const waiter = createTask(wait([future]));
        yield* sleep(0);
        const wake = (): void => future.setResult("value");
        // The callback of the future runs in the next iteration, where it wakes the waiter.
        if (first === "wake") wake();
        getRunningLoop().callSoon(() => waiter.cancel());
        if (first === "cancel") getRunningLoop().callSoon(wake);
        assert.equal(yield* outcome(waiter), "cancelled");
        assert.equal(future.result(), "value");
      }
    }),
  );

  test("takes the iterations that CPython takes: the last is done, and two later the waiter goes on", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const turns = coroutine(function* (name: string, count: number) {
          for (let turn = 0; turn < count; turn++) yield* sleep(0);
          events.push(`${name} ends`);
        });
        metronome(events, 7);
        const tasks = [createTask(turns("a", 1)), createTask(turns("b", 3))];
        const first = createTask(
          coroutine(function* () {
            yield* wait(tasks, { returnWhen: "FIRST_COMPLETED" });
            events.push("first");
            yield* wait(tasks);
            events.push("all");
            yield* wait(tasks);
            events.push("done before");
          })(),
        );
        yield* first;
      }),
    );
    assert.deepEqual(
      events,
      // As observed on CPython 3.13.0.
      "-- 1,-- 2,a ends,-- 3,-- 4,first,b ends,-- 5,-- 6,all,-- 7,done before".split(","),
    );
  });

  test(
    "an iterable of any kind, a generator as well; the same task twice counts once",
    inLoop(function* () {
      const [a, b] = [named("a", 1), named("b", 2)];
      for (const several of [[a, b], new Set([a, b]), [a, b].values(), [a, b, a]])
        assert.deepEqual((yield* wait(several)).done, new Set([a, b]));
      const { done } = yield* wait(
        (function* () {
          yield a;
          yield b;
        })(),
      );
      assert.equal(done.size, 2);
    }),
  );

  test("throws at once where there is nothing, a single task, something else, or a bad option (behaviour 69)", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = named("task", 1);
        const coro = sleep(1);
        assert.throws(() => wait([]), { name: "TypeError", message: /at least one/ });
        assert.throws(() => wait([task, coro] as never), { name: "TypeError", message: /createTask\(\)/ });
        for (const unfit of [[Promise.resolve()], [undefined], task, coro, 5, "ab", null, undefined])
          assert.throws(() => wait(unfit as never), TypeError);
        assert.throws(() => wait([task], { returnWhen: "SOON" as never }), { name: "TypeError", message: /"SOON"/ });
        assert.throws(() => wait([task], { timeout: "soon" as never }), TypeError);
        coro.close();
        yield* task;
      }),
    ));

  test("is lazy, and reported where nobody awaits it", async () => {
    let reports: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const collected = collectReports();
        wait([new Future<void>()]);
        yield* sleep(1);
        return collected;
      }),
    ).then((collected) => {
      reports = messages(collected);
    });
    assert.deepEqual(reports, ["coroutine 'wait' was never awaited"]);
  });

  test("takes no errors: one that nobody takes afterwards is reported", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const tasks = [createTask(fails(1, "lost"), { name: "lost" }), createTask(fails(1, "seen"))];
        yield* wait(tasks);
        tasks[1]?.exception();
      }),
    );
    assert.deepEqual(
      reports.map(({ exception }) => String(exception)),
      ["Error: lost"],
    );
  });

  test(
    "a gather is waited for as one future",
    inLoop(function* () {
      const several = gather(sleep(5, "a"), sleep(9, "b"));
      const { done } = yield* wait([several, new Future()], { returnWhen: "FIRST_COMPLETED" });
      assert.deepEqual([done.has(several), several.result()], [true, ["a", "b"]]);
    }),
  );

  test("native code awaits it", async () => {
    const task = createTask(sleep(1, "value"));
    const { done } = await wait([task]);
    assert.deepEqual(
      [...done].map((each) => each.result()),
      ["value"],
    );
  });
});
