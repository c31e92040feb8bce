import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  CapacityLimiter,
  coroutine,
  createTask,
  currentTask,
  InvalidStateError,
  sleep,
  type Task,
  WouldBlock,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

/** Borrows a token, and keeps it for a time. */
const borrower = (limiter: CapacityLimiter, events: string[]) =>
  coroutine(function* (name: string) {
    yield* limiter.with(() => {
      events.push(name);
      return sleep("1h");
    });
  });

describe("CapacityLimiter", () => {
  inBothForms("lends at most so many tokens, in the order in which they are asked for", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      const limiter = new CapacityLimiter(2);
      const work = fn("work", function* (name: string, time: number) {
        const guard = yield* wait(limiter.acquire());
        events.push(`${name} ${limiter.borrowedTokens}/${limiter.totalTokens}, ${limiter.availableTokens} left`);
        yield* wait(sleep(time));
        guard.release();
      });
      const tasks = ["a", "b", "c"].map((name, index) => createTask(work(name, index + 1)));
      for (const task of tasks) yield* wait(task);
      assert.equal(limiter.borrowedTokens, 0);
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["a 1/2, 1 left", "b 2/2, 0 left", "c 2/2, 0 left"]);
  });

  test(
    "a change of the total wakes as many as there are tokens, and never lends more than that",
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const events: string[] = [];
      const borrow = borrower(limiter, events);
      const tasks = ["a", "b", "c", "d", "e"].map((name) => createTask(borrow(name)));
      yield* sleep(1);
      assert.deepEqual(events, ["a"]);
      limiter.totalTokens = 3;
      assert.equal(limiter.borrowedTokens, 3, "lent in that step");
      yield* sleep(1);
      assert.deepEqual(events, ["a", "b", "c"]);
      limiter.totalTokens = 1;
      assert.equal(limiter.availableTokens, -2);
      tasks[0]?.cancel();
      tasks[1]?.cancel();
      yield* sleep(1);
      assert.deepEqual(events, ["a", "b", "c"], "those that have a token keep it, and nobody gets another");
      assert.equal(limiter.borrowedTokens, 1);
      tasks[2]?.cancel();
      yield* sleep(1);
      assert.deepEqual(events, ["a", "b", "c", "d"]);
      limiter.totalTokens = 0;
      tasks[3]?.cancel();
      yield* sleep(1);
      assert.deepEqual(events, ["a", "b", "c", "d"]);
      limiter.totalTokens = Number.POSITIVE_INFINITY;
      yield* sleep(1);
      assert.deepEqual(events, ["a", "b", "c", "d", "e"]);
      for (const task of tasks) task.cancel();
      yield* sleep(1);
      assert.equal(limiter.borrowedTokens, 0);
    }),
  );

  test(
    "acquireNowait after a release does not overtake the one to which the token was lent",
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const guard = limiter.acquireNowait();
      const waiter = createTask(limiter.acquire());
      yield* sleep(0);
      guard.release();
      assert.throws(() => limiter.acquireNowait(), WouldBlock);
      assert.equal(limiter.borrowedTokens, 1);
      (yield* waiter).release();
      assert.equal(limiter.borrowedTokens, 0);
    }),
  );

  test(
    "a task borrows one token, and gives it back itself",
    inLoop(function* () {
      const limiter = new CapacityLimiter(3);
      const none = {
        name: "InvalidStateError",
        message: /^the CapacityLimiter is not acquired; acquire\(\) it first$/,
      };
      assert.throws(() => limiter.release(), none);
      yield* limiter.acquire();
      assert.match(
        String(yield* outcome(limiter.acquire())),
        /^InvalidStateError: the task has a token already; release\(\) it first/,
      );
      assert.throws(() => limiter.acquireNowait(), InvalidStateError);
      assert.equal(limiter.borrowedTokens, 1);
      const other = createTask(
        coroutine(function* () {
          assert.throws(() => limiter.release(), none);
        })(),
      );
      yield* other;
      limiter.release();
      assert.equal(limiter.borrowedTokens, 0);
      yield* limiter.with(() => assert.equal(limiter.borrowedTokens, 1));
      assert.equal(limiter.borrowedTokens, 0);
    }),
  );

  for (const cancelFirst of [true, false]) {
    test(
      `a waiter that is cancelled in the tick of the release (${cancelFirst ? "before" : "after"} it) leaves the token to the next`,
      inLoop(function* () {
        const limiter = new CapacityLimiter(1);
        const guard = yield* limiter.acquire();
        const [first, second] = [createTask(limiter.acquire()), createTask(limiter.acquire())] as [Task, Task];
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        guard.release();
        if (!cancelFirst) first.cancel();
        yield* second;
        assert.ok(first.cancelled());
        assert.deepEqual(limiter.statistics().borrowers, [second.name]);
      }),
    );
  }

  test("a total that is no whole number from 0 is a TypeError", () => {
    const limiter = new CapacityLimiter(1);
    for (const total of [-1, 0.5, Number.NaN, "1"]) {
      const unfit = { name: "TypeError", message: /totalTokens is a whole number from 0/ };
      assert.throws(() => new CapacityLimiter(total as number), unfit);
      assert.throws(() => {
        limiter.totalTokens = total as number;
      }, unfit);
    }
    assert.equal(limiter.totalTokens, 1);
  });

  test(
    "statistics, inspect and the deadlock report name those that have tokens",
    inLoop(function* () {
      const limiter = new CapacityLimiter(2);
      const main = currentTask()?.name;
      yield* limiter.acquire();
      const upload = createTask(limiter.acquire(), { name: "upload" });
      yield* sleep(0);
      const waiter = createTask(limiter.acquire());
      yield* sleep(0);
      const text = `CapacityLimiter { borrowedTokens: 2, totalTokens: 2, borrowers: ${main},upload, tasksWaiting: 1 }`;
      assert.equal(inspect(limiter), text);
      assert.equal(waiter.waitingOn?.describe(), `CapacityLimiter.acquire() of ${text}`);
      (yield* upload).release();
      limiter.release();
      yield* waiter;
    }),
  );
});
