import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, gather, getRunningLoop, moveOnAfter, run, sleep, type Task } from "tsyncio";
import { type RateLimiter, rateLimiter } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

/** When each of so many, who all come at once, was let through. */
const times = coroutine(function* (limiter: RateLimiter, count: number) {
  const one = coroutine(function* () {
    yield* limiter.acquire();
    return getRunningLoop().time();
  });
  return yield* gather(Array.from({ length: count }, one));
});

describe("rateLimiter", () => {
  inBothForms("lets `limit` through in any time of length `per`, first come, first served", async ({ fn, wait }) => {
    const limiter = rateLimiter({ limit: 2, per: "1s" });
    const order: string[] = [];
    const one = fn("one", function* (name: string) {
      yield* wait(limiter.acquire());
      order.push(`${name} at ${getRunningLoop().time()}`);
    });
    const main = fn("main", function* () {
      yield* wait(gather(["a", "b", "c", "d", "e"].map((name) => one(name))));
    });
    await runWithVirtualTime(main());
    assert.deepEqual(order, ["a at 0", "b at 0", "c at 1000", "d at 1000", "e at 2000"]);
  });

  test(
    "counts from when they came, not in fixed periods",
    inLoop(function* () {
      const limiter = rateLimiter({ limit: 2, per: 100 });
      const seen: number[] = [];
      for (const pause of [90, 5, 10, 0, 0]) {
        yield* sleep(pause);
        yield* limiter.acquire();
        seen.push(getRunningLoop().time());
      }
      assert.deepEqual(seen, [90, 95, 190, 195, 290]);
    }),
  );

  test(
    "with a smaller burst they are spread; with a larger one more may come at once",
    inLoop(function* () {
      assert.deepEqual(yield* times(rateLimiter({ limit: 10, per: "1s", burst: 1 }), 4), [0, 100, 200, 300]);
      yield* sleep(700);
      const two = yield* times(rateLimiter({ limit: 10, per: "1s", burst: 2 }), 5);
      assert.deepEqual(
        two.map((time) => time - (two[0] as number)),
        [0, 0, 200, 200, 400],
      );
      const many = yield* times(rateLimiter({ limit: 1, per: "1s", burst: 3 }), 4);
      assert.deepEqual(
        many.map((time) => time - (many[0] as number)),
        [0, 0, 0, 3000],
      );
    }),
  );

  test(
    "never lets more through in any time, whatever comes; and loses nothing of its rate",
    inLoop(function* () {
      const limiter = rateLimiter({ limit: 7, per: 50 });
      const loop = getRunningLoop();
      const passed: number[] = [];
      const one = coroutine(function* (time: number) {
        yield* sleep(time);
        yield* limiter.acquire();
        passed.push(loop.time());
      });
      yield* gather(Array.from({ length: 300 }, (_, index) => one((index * 7919) % 997)));
      for (let i = 7; i < passed.length; i++) assert.ok((passed[i] as number) - (passed[i - 7] as number) >= 50 - 1e-9);
      const begun = loop.time();
      yield* times(limiter, 71);
      assert.ok(loop.time() - begun <= 550);
    }),
  );

  test(
    "does not make wait whom it need not",
    inLoop(function* () {
      let others = 0;
      const other = createTask(
        coroutine(function* () {
          others++;
        })(),
      );
      yield* rateLimiter({ limit: 1, per: "1s" }).acquire();
      assert.equal(others, 0);
      yield* other;
    }),
  );

  test(
    "who is cancelled while waiting takes nothing, wherever it stood",
    inLoop(function* () {
      const limiter = rateLimiter({ limit: 1, per: 100 });
      const seen: string[] = [];
      const one = coroutine(function* (name: string) {
        yield* limiter.acquire();
        seen.push(`${name} at ${getRunningLoop().time()}`);
      });
      const tasks = ["a", "b", "c", "d", "e"].map((name) => createTask(one(name))) as Task[];
      const [, b, c] = tasks;
      yield* sleep(50);
      // One that sleeps in front, and one behind it.
      b?.cancel();
      yield* sleep(0);
      tasks[3]?.cancel();
      yield* gather(tasks.map((task) => outcome(task)));
      assert.equal(c?.cancelled(), false);
      assert.deepEqual(seen, ["a at 0", "c at 100", "e at 200"]);
    }),
  );

  test(
    "who is cancelled in the very turn in which it would pass takes nothing either",
    inLoop(function* () {
      const limiter = rateLimiter({ limit: 1, per: 100 });
      const seen: number[] = [];
      yield* limiter.acquire();
      const b = createTask(limiter.acquire());
      const c = createTask(limiter.with(() => seen.push(getRunningLoop().time())));
      getRunningLoop().callAt(100, () => b.cancel());
      yield* sleep(0);
      yield* outcome(b);
      yield* c;
      assert.deepEqual([b.cancelled(), seen], [true, [100]]);
      const d = createTask(limiter.acquire());
      d.cancel();
      yield* outcome(d);
      assert.equal(yield* moveOnAfter(50, () => limiter.acquire()), undefined);
      yield* limiter.acquire();
      assert.equal(getRunningLoop().time(), 200);
    }),
  );

  test(
    "with() runs the body when it may begin, gives its value or its error, and does not wait for its end",
    inLoop(function* () {
      const limiter = rateLimiter({ limit: 1, per: 10 });
      const slow = coroutine(function* (name: string) {
        const begun = getRunningLoop().time();
        yield* sleep(100);
        if (name === "bad") throw new Error(name);
        return `${name} begun at ${begun}`;
      });
      const got = yield* gather(["a", "bad", "c"].map((name) => outcome(limiter.with(() => slow(name)))));
      assert.deepEqual(got, ["a begun at 0", "Error: bad", "c begun at 20"]);
      assert.equal(yield* limiter.with(() => 5), 5);
      assert.match(String(yield* outcome(limiter.with(function* () {} as never))), /TypeError: .*bare generator/);
    }),
  );

  test("on another clock it knows nothing of the former times", async () => {
    const limiter = rateLimiter({ limit: 1, per: "1h" });
    await runWithVirtualTime(() => limiter.acquire());
    assert.deepEqual(await runWithVirtualTime(times(limiter, 2)), [0, 3_600_000]);
    await run(() => limiter.acquire());
  });

  test("says what it takes", () => {
    for (const options of [
      { limit: 0 },
      { limit: 1.5 },
      { limit: 1 / 0 },
      { limit: "2" },
      { burst: 0 },
      { per: "soon" },
      { per: undefined },
    ])
      assert.throws(() => rateLimiter({ limit: 1, per: 1, ...options } as never), TypeError, JSON.stringify(options));
    assert.throws(() => rateLimiter({ limit: 1, per: 1 }).with(5 as never), TypeError);
  });
});
