/** debounce and throttle. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, createTask, gather, getRunningLoop, sleep, type Task } from "tsyncio";
import { debounce, restart, throttle } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

type Call = (name: string) => Coroutine<string>;

/** Notes when it runs. */
const noting = (runs: string[]) =>
  coroutine(function* (name: string) {
    runs.push(`${name} at ${getRunningLoop().time()}`);
    yield* sleep(1);
    if (name === "bad") throw new Error(name);
    return `result of ${name}`;
  });

/** Calls at some times; gives what each caller got, and when. */
const schedule = coroutine(function* (call: Call, times: readonly number[]) {
  const loop = getRunningLoop();
  const one = coroutine(function* (time: number) {
    yield* sleep(time);
    const result = yield* outcome(call(`call ${time}`));
    return `${result} at ${loop.time()}`;
  });
  return yield* gather(times.map(one));
});

describe("debounce", () => {
  inBothForms(
    "runs when no call has come for the time, with the arguments of the last; all get that outcome",
    async ({ fn, wait }) => {
      const runs: string[] = [];
      const save = debounce(
        10,
        fn("save", function* (name: string) {
          return yield* wait(noting(runs)(name));
        }),
      );
      const got = await runWithVirtualTime(schedule(save, [0, 5, 12, 40, 41]));
      assert.deepEqual(runs, ["call 12 at 22", "call 41 at 51"]);
      assert.deepEqual(got, [
        "result of call 12 at 23",
        "result of call 12 at 23",
        "result of call 12 at 23",
        "result of call 41 at 52",
        "result of call 41 at 52",
      ]);
    },
  );

  test(
    "a call in the millisecond in which the time is up belongs to the run that begins, or to the next",
    inLoop(function* () {
      const runs: string[] = [];
      yield* schedule(debounce(10, noting(runs)), [0, 10]);
      assert.ok([1, 2].includes(runs.length));
      assert.equal(runs.at(-1)?.startsWith("call 10"), true);
    }),
  );

  test(
    "an error goes to all callers of that run, and the next call is served",
    inLoop(function* () {
      const call = debounce(10, noting([]));
      assert.deepEqual(yield* gather([outcome(call("good")), outcome(call("bad"))]), ["Error: bad", "Error: bad"]);
      assert.equal(yield* call("good"), "result of good");
    }),
  );

  test(
    "a caller that is cancelled takes its arguments with it; where all are, nothing runs",
    inLoop(function* () {
      const runs: string[] = [];
      const call = debounce(10, noting(runs));
      const [a, b, c] = ["a", "b", "c"].map((name) => createTask(call(name))) as [Task, Task, Task];
      yield* sleep(5);
      c.cancel();
      a.cancel();
      assert.deepEqual(yield* gather([a, b, c].map((task) => outcome(task))), [
        "cancelled",
        "result of b",
        "cancelled",
      ]);
      assert.deepEqual(runs, ["b at 10"]);
      const alone = createTask(call("alone"));
      yield* sleep(5);
      alone.cancel();
      // In the very turn of the cancellation:
      const next = createTask(call("next"), { eager: true });
      assert.equal(yield* outcome(alone), "cancelled");
      assert.equal(yield* next, "result of next");
      assert.equal(runs.length, 2);
      assert.match(runs[1] ?? "", /^next at 2\d$/);
    }),
  );

  test(
    "the only caller that is cancelled while it runs cancels the run, and waits for its clean-up",
    inLoop(function* () {
      const events: string[] = [];
      const call = debounce(
        10,
        coroutine(function* () {
          try {
            yield* sleep("1h");
          } finally {
            yield* sleep(5);
            events.push("cleaned");
          }
        }),
      );
      const task = createTask(call());
      yield* sleep(20);
      task.cancel();
      yield* outcome(task);
      assert.deepEqual(events, ["cleaned"]);
    }),
  );

  test(
    "a call while the run is on waits for a run of its own; with restart it takes its place",
    inLoop(function* () {
      const slow = coroutine(function* (name: string) {
        yield* sleep(30);
        return name;
      });
      for (const [call, first] of [
        [debounce(10, slow), "a"],
        [debounce(10, restart(slow)), "cancelled"],
      ] as const) {
        const a = createTask(outcome(call("a")));
        yield* sleep(20);
        assert.equal(yield* call("b"), "b");
        assert.equal(yield* a, first);
      }
    }),
  );

  test(
    "is lazy, keeps this, and takes texts as durations",
    inLoop(function* () {
      const seen: unknown[] = [];
      const holder = {
        call: debounce("0.01s", function call(this: unknown, name: string) {
          seen.push(this, name);
        }),
      };
      const lazy = holder.call("a");
      yield* sleep(50);
      assert.deepEqual(seen, []);
      yield* lazy;
      assert.deepEqual(seen, [holder, "a"]);
      assert.throws(() => debounce("soon" as never, () => {}), TypeError);
      assert.throws(() => debounce(1, 5 as never), TypeError);
    }),
  );

  test("one that waits when its run() ends is served in the next by a run of its own", async () => {
    const runs: string[] = [];
    const call = debounce(10, noting(runs));
    await runWithVirtualTime(
      coroutine(function* () {
        createTask(call("a"));
        yield* sleep(5);
      }),
    );
    assert.equal(await runWithVirtualTime(() => call("b")), "result of b");
    assert.deepEqual(runs, ["b at 10"]);
  });
});

describe("throttle", () => {
  const runsOf = async (options: Parameters<typeof throttle>[2], times: readonly number[]): Promise<unknown[]> => {
    const runs: string[] = [];
    const got = await runWithVirtualTime(schedule(throttle(10, noting(runs), options), times));
    return [runs, got];
  };

  test("runs the first call at once, and those of the time after it together at its end", async () => {
    assert.deepEqual(await runsOf(undefined, [0, 3, 7, 35]), [
      ["call 0 at 0", "call 7 at 10", "call 35 at 35"],
      ["result of call 0 at 1", "result of call 7 at 11", "result of call 7 at 11", "result of call 35 at 36"],
    ]);
  });

  test("a run at the end begins a time of its own", async () => {
    assert.deepEqual((await runsOf({}, [0, 5, 12, 18, 25]))[0], [
      "call 0 at 0",
      "call 5 at 10",
      "call 18 at 20",
      "call 25 at 30",
    ]);
  });

  test("without leading the first call waits as well", async () => {
    assert.deepEqual(await runsOf({ leading: false }, [0, 3, 30]), [
      ["call 3 at 10", "call 30 at 40"],
      ["result of call 3 at 11", "result of call 3 at 11", "result of call 30 at 41"],
    ]);
  });

  test("without trailing the others get the outcome of the run before", async () => {
    assert.deepEqual(await runsOf({ trailing: false }, [0, 3, 7, 12]), [
      ["call 0 at 0", "call 12 at 12"],
      ["result of call 0 at 1", "result of call 0 at 3", "result of call 0 at 7", "result of call 12 at 13"],
    ]);
  });

  test(
    "without trailing a run that was cancelled, since its callers were, is the outcome of all that come until the time is over",
    inLoop(function* () {
      const runs: string[] = [];
      const call = throttle(10, noting(runs), { trailing: false });
      const first = createTask(call("first"));
      yield* sleep(0.5);
      first.cancel();
      assert.equal(yield* outcome(first), "cancelled");
      assert.match(String(yield* outcome(call("second"))), /^cancelled$|^CancelledError/);
      yield* sleep(10);
      assert.equal(yield* call("third"), "result of third");
      assert.deepEqual(runs, ["first at 0", "third at 10.5"]);
    }),
  );

  inBothForms("runs begin at least the time apart, whatever comes", async ({ fn, wait }) => {
    const begun: number[] = [];
    const call = throttle(
      10,
      fn("call", function* (_: string) {
        begun.push(getRunningLoop().time());
        yield* wait(sleep(3));
        return "";
      }),
    );
    const times = Array.from({ length: 100 }, (_, index) => (index * 7919) % 503);
    await runWithVirtualTime(schedule(call, times));
    const gaps = begun.slice(1).map((time, index) => time - (begun[index] as number));
    assert.ok(Math.min(...gaps) >= 10, String(gaps));
    assert.ok(begun.length > 30);
  });

  test(
    "callers that are cancelled: what nobody awaits does not run, or is cancelled; the time goes on",
    inLoop(function* () {
      const runs: string[] = [];
      const call = throttle(10, noting(runs));
      yield* call("first");
      const [a, b] = ["a", "b"].map((name) => createTask(call(name))) as [Task, Task];
      yield* sleep(2);
      b.cancel();
      assert.equal(yield* outcome(a), "result of a");
      const alone = createTask(call("alone"));
      yield* sleep(2);
      alone.cancel();
      yield* outcome(alone);
      assert.equal(yield* call("last"), "result of last");
      assert.deepEqual(runs, ["first at 0", "a at 10", "last at 20"]);
    }),
  );

  test(
    "errors go to those that the run serves",
    inLoop(function* () {
      const call = throttle(10, noting([]));
      const got = yield* gather(["bad", "good", "bad"].map((name) => outcome(call(name))));
      assert.deepEqual(got, ["Error: bad", "Error: bad", "Error: bad"]);
      assert.equal(yield* call("good"), "result of good");
    }),
  );

  test("on another clock it knows nothing of the former times", async () => {
    const runs: string[] = [];
    const call = throttle(1000, noting(runs));
    await runWithVirtualTime(
      coroutine(function* () {
        yield* sleep(5000);
        yield* call("a");
      }),
    );
    await runWithVirtualTime(() => call("b"));
    assert.deepEqual(runs, ["a at 5000", "b at 0"]);
  });

  test("says what it takes", () => {
    assert.throws(() => throttle(1, () => {}, { leading: false, trailing: false }), {
      name: "TypeError",
      message: /leading.*trailing/,
    });
    assert.throws(() => throttle("soon" as never, () => {}), TypeError);
    assert.throws(() => throttle(1, null as never), { name: "TypeError", message: /throttle takes a function/ });
  });
});
