import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Awaitable, coroutine, createTask, currentTask, gather, moveOnAfter, run, sleep } from "tsyncio";
import { once } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

/** Counts its runs; takes 10 ms, and 5 for its clean-up where it is cancelled. */
const counting = (events: string[], fails = 0) => {
  let runs = 0;
  return coroutine(function* connect() {
    const number = ++runs;
    events.push(`run ${number}`);
    let ended = false;
    try {
      yield* sleep(10);
      ended = true;
      if (number <= fails) throw new Error(`run ${number}`);
      return number;
    } finally {
      if (!ended) {
        yield* sleep(5);
        events.push(`cleaned ${number}`);
      }
    }
  });
};

describe("once", () => {
  inBothForms("several callers share one run, and its result is kept", async ({ fn, wait }) => {
    const events: string[] = [];
    const connect = once(counting(events));
    const main = fn("main", function* () {
      const first = yield* wait(gather([connect(), connect(), connect()]));
      return [...first, yield* wait(connect())];
    });
    assert.deepEqual(await runWithVirtualTime(main()), [1, 1, 1, 1]);
    assert.deepEqual(events, ["run 1"]);
  });

  test(
    "the result that is there does not make the caller wait",
    inLoop(function* () {
      const connect = once(counting([]));
      yield* connect();
      let others = 0;
      const other = createTask(
        coroutine(function* () {
          others++;
        })(),
      );
      yield* connect();
      assert.equal(others, 0);
      yield* other;
    }),
  );

  test(
    "is lazy, runs in a task of its own with the arguments of the first call, and keeps this and its name",
    inLoop(function* () {
      const seen: unknown[] = [];
      const service = {
        open: once(function open(this: unknown, ...args: number[]) {
          seen.push(this === service, args, currentTask() !== task);
          return sleep(1, "open");
        }),
      };
      const task = currentTask();
      const lazy = service.open(1);
      assert.deepEqual(seen, []);
      assert.deepEqual(yield* gather([lazy, service.open(2)]), ["open", "open"]);
      assert.deepEqual(seen, [true, [1], true]);
      assert.equal(service.open.name, "open");
    }),
  );

  test(
    "a caller that is cancelled leaves the run to the others",
    inLoop(function* () {
      const events: string[] = [];
      const connect = once(counting(events));
      const first = createTask(connect());
      const second = createTask(connect());
      yield* sleep(5);
      first.cancel();
      assert.equal(yield* outcome(first), "cancelled");
      assert.equal(yield* second, 1);
      assert.deepEqual(events, ["run 1"]);
    }),
  );

  test(
    "the last caller that is cancelled cancels the run and waits for it; a call meanwhile begins another after that",
    inLoop(function* () {
      const events: string[] = [];
      const connect = once(counting(events));
      const tasks = [createTask(connect()), createTask(connect())];
      yield* sleep(5);
      for (const task of tasks) task.cancel();
      yield* sleep(1);
      const late = [createTask(connect()), createTask(connect())];
      assert.deepEqual(yield* gather(tasks.map((task) => outcome(task))), ["cancelled", "cancelled"]);
      assert.deepEqual(yield* gather(late), [2, 2]);
      assert.deepEqual(events, ["run 1", "cleaned 1", "run 2"]);
    }),
  );

  test(
    "a time limit around the only caller cancels the run",
    inLoop(function* () {
      const events: string[] = [];
      const connect = once(counting(events));
      assert.equal(yield* moveOnAfter(3, connect), undefined);
      assert.deepEqual(events, ["run 1", "cleaned 1"]);
      assert.equal(yield* connect(), 2);
    }),
  );

  test(
    "a caller that is cancelled before the run has begun, or before its own first step",
    inLoop(function* () {
      const events: string[] = [];
      const connect = once(counting(events));
      const unborn = createTask(connect());
      unborn.cancel();
      const eager = createTask(connect(), { eager: true });
      eager.cancel();
      assert.deepEqual(yield* gather([outcome(unborn), outcome(eager)]), ["cancelled", "cancelled"]);
      assert.deepEqual(events, []);
      assert.equal(yield* connect(), 1);
    }),
  );

  test(
    "an error goes to all that awaited that run; the next call tries again",
    inLoop(function* () {
      const connect = once(counting([], 1));
      assert.deepEqual(yield* gather([outcome(connect()), outcome(connect())]), ["Error: run 1", "Error: run 1"]);
      assert.deepEqual(yield* gather([outcome(connect()), outcome(connect())]), [2, 2]);
    }),
  );

  test(
    "with keepErrors the error is kept",
    inLoop(function* () {
      const events: string[] = [];
      const connect = once(counting(events, 1), { keepErrors: true });
      assert.equal(yield* outcome(connect()), "Error: run 1");
      assert.equal(yield* outcome(connect()), "Error: run 1");
      assert.deepEqual(events, ["run 1"]);
    }),
  );

  test(
    "a run that let through somebody else's cancellation is not kept",
    inLoop(function* () {
      let runs = 0;
      const other = createTask(sleep("1h"));
      other.cancel();
      const connect = once((): Awaitable<unknown> => (++runs === 1 ? other : sleep(1, "second")));
      assert.equal(yield* outcome(connect()), "cancelled");
      assert.equal(yield* outcome(connect()), "second");
    }),
  );

  test(
    "called and awaited inside itself it would wait for itself, and says so",
    inLoop(function* () {
      const connect: () => ReturnType<typeof sleep> = once(
        coroutine(function* connect() {
          yield* connectAgain();
        }),
      );
      const connectAgain = (): ReturnType<typeof sleep> => connect();
      assert.match(String(yield* outcome(connect())), /InvalidStateError: 'connect' was called inside itself/);
    }),
  );

  test("a run that ends with its run() is begun anew in the next one; a result is kept", async () => {
    const events: string[] = [];
    const connect = once(counting(events));
    const abandon = coroutine(function* () {
      createTask(connect());
      yield* sleep(1);
    });
    await runWithVirtualTime(abandon());
    assert.deepEqual(events, ["run 1", "cleaned 1"]);
    assert.equal(await runWithVirtualTime(() => connect()), 2);
    assert.equal(await run(() => connect()), 2);
  });

  test(
    "reports nothing that was taken",
    inLoop(function* () {
      const reports = collectReports();
      const connect = once(counting([], 1));
      yield* outcome(connect());
      yield* sleep(1);
      globalThis.gc?.();
      assert.deepEqual(messages(reports), []);
    }),
  );

  test("takes a function", () => {
    assert.throws(() => once(5 as never), { name: "TypeError", message: /once takes a function/ });
  });
});
