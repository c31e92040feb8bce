import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { coroutine, createTask, currentTask, InvalidStateError, Lock, sleep, WouldBlock } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

describe("Lock", () => {
  inBothForms("is given in the order in which it was asked for, and who releases does not overtake", async (form) => {
    const { fn, wait } = form;
    const events: string[] = [];
    const main = fn("main", function* () {
      const lock = new Lock();
      const worker = fn("worker", function* (name: string) {
        for (let round = 1; round <= 2; round++) {
          const guard = yield* wait(lock.acquire());
          events.push(`${name}${round}`);
          yield* wait(sleep(1));
          guard.release();
        }
      });
      const tasks = ["a", "b", "c"].map((name) => createTask(worker(name)));
      for (const task of tasks) yield* wait(task);
      assert.equal(lock.locked(), false);
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  test(
    "a free lock is taken without yielding",
    inLoop(function* () {
      const lock = new Lock();
      let other = false;
      createTask(
        coroutine(function* () {
          other = true;
        })(),
      );
      const guard = yield* lock.acquire();
      assert.equal(other, false);
      guard.release();
    }),
  );

  test(
    "release hands over: a task that comes in between waits behind, and a release too many is an error also before the next has resumed",
    inLoop(function* () {
      const lock = new Lock();
      const events: string[] = [];
      const take = coroutine(function* (name: string) {
        yield* lock.acquire();
        events.push(name);
        lock.release();
      });
      yield* lock.acquire();
      const first = createTask(take("waited"));
      yield* sleep(0);
      lock.release();
      assert.equal(lock.locked(), false);
      assert.throws(() => lock.release(), InvalidStateError);
      yield* take("came later");
      yield* first;
      assert.deepEqual(events, ["waited", "came later"]);
    }),
  );

  for (const cancelFirst of [true, false]) {
    test(
      `a waiter that is cancelled in the tick of the release (${cancelFirst ? "before" : "after"} it) hands on: exactly one new holder`,
      inLoop(function* () {
        const lock = new Lock();
        const holders: string[] = [];
        const take = coroutine(function* (name: string) {
          yield* lock.acquire();
          holders.push(name);
        });
        yield* lock.acquire();
        const first = createTask(take("first"));
        const second = createTask(take("second"));
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        lock.release();
        if (!cancelFirst) first.cancel();
        yield* second;
        assert.ok(first.cancelled());
        assert.deepEqual(holders, ["second"]);
        assert.equal(lock.locked(), true);
        lock.release();
        assert.equal(lock.locked(), false);
      }),
    );
  }

  test(
    "a waiter that is cancelled twice in the tick in which it left the queue gives nothing back that it did not have",
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const waiter = createTask(lock.acquire());
      yield* sleep(0);
      waiter.cancel();
      waiter.cancel();
      yield* sleep(0);
      assert.ok(waiter.cancelled());
      assert.equal(lock.locked(), true);
      lock.release();
    }),
  );

  test(
    "released between the cancellation and the end of the first that waits, it goes to the next when that one ends, as in asyncio",
    inLoop(function* () {
      const lock = new Lock();
      const events: string[] = [];
      const take = coroutine(function* (name: string) {
        try {
          yield* lock.acquire();
          events.push(name);
        } finally {
          events.push(`${name} ends`);
        }
      });
      yield* lock.acquire();
      const first = createTask(take("first"));
      createTask(take("second"));
      yield* sleep(0);
      first.cancel();
      lock.release();
      assert.equal(lock.locked(), false);
      assert.throws(() => lock.acquireNowait(), WouldBlock, "and nobody overtakes");
      for (const tick of [1, 2]) {
        yield* sleep(0);
        events.push(`tick ${tick}`);
      }
      assert.deepEqual(events, ["first ends", "tick 1", "second", "second ends", "tick 2"]);
    }),
  );

  test(
    "acquireNowait takes it at once, or throws WouldBlock and leaves nothing behind",
    inLoop(function* () {
      const lock = new Lock();
      const guard = lock.acquireNowait();
      assert.equal(lock.statistics().owner, currentTask()?.name);
      assert.throws(() => lock.acquireNowait(), { code: "TSYNCIO_WOULD_BLOCK", message: /await/ });
      assert.equal(lock.statistics().tasksWaiting, 0);
      guard.release();
      assert.equal(lock.locked(), false);
    }),
  );

  test("acquireNowait outside a task is an InvalidStateError", () => {
    assert.throws(() => new Lock().acquireNowait(), InvalidStateError);
  });

  test(
    "`with` holds it for the body and releases it whether that returns, throws or is cancelled",
    inLoop(function* () {
      const lock = new Lock();
      assert.equal(yield* lock.with(() => (lock.locked() ? "held" : "free")), "held");
      assert.equal(lock.locked(), false);
      let caught = "";
      try {
        yield* lock.with(() => {
          throw new Error("body");
        });
      } catch (error) {
        caught = (error as Error).message;
      }
      assert.equal(caught, "body");
      assert.equal(lock.locked(), false);
      const task = createTask(lock.with(() => sleep("1h")));
      yield* sleep(1);
      assert.equal(lock.locked(), true);
      task.cancel();
      yield* sleep(0);
      assert.equal(lock.locked(), false);
      assert.throws(() => lock.with(5 as never), TypeError);
    }),
  );

  test(
    "a guard releases once, and at the end of a `using` block",
    inLoop(function* () {
      const lock = new Lock();
      const guard = yield* lock.acquire();
      guard.release();
      yield* lock.acquire();
      guard[Symbol.dispose]();
      assert.equal(lock.locked(), true);
      lock.release();
      assert.throws(() => lock.release(), { name: "InvalidStateError", message: /not acquired/ });
    }),
  );

  test(
    "statistics, inspect and the deadlock report name who holds it and how many wait",
    inLoop(function* () {
      const lock = new Lock();
      assert.equal(inspect(lock), "Lock { locked: false, owner: null, tasksWaiting: 0 }");
      yield* lock.acquire();
      const waiter = createTask(lock.acquire());
      yield* sleep(0);
      const owner = currentTask()?.name ?? "";
      assert.deepEqual(lock.statistics(), { locked: true, owner, tasksWaiting: 1 });
      assert.equal(
        waiter.waitingOn?.describe(),
        `Lock.acquire() of Lock { locked: true, owner: ${owner}, tasksWaiting: 1 }`,
      );
      lock.release();
      yield* waiter;
    }),
  );
});
