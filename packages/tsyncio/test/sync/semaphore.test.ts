import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { BoundedSemaphore, coroutine, createTask, InvalidStateError, Semaphore, sleep, WouldBlock } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

/** Notes its name when it has a permit, and keeps that. */
const taker = (semaphore: Semaphore, events: string[]) =>
  coroutine(function* (name: string) {
    yield* semaphore.acquire();
    events.push(name);
  });

describe("Semaphore", () => {
  inBothForms("lets at most so many tasks in, in the order in which they asked", async ({ fn, wait }) => {
    const events: string[] = [];
    let inside = 0;
    let most = 0;
    const main = fn("main", function* () {
      const semaphore = new Semaphore(2);
      const worker = fn("worker", function* (name: string) {
        for (let round = 1; round <= 2; round++) {
          const guard = yield* wait(semaphore.acquire());
          events.push(`${name}${round}`);
          most = Math.max(most, ++inside);
          yield* wait(sleep(1));
          inside--;
          guard.release();
        }
      });
      const tasks = ["a", "b", "c"].map((name) => createTask(worker(name)));
      for (const task of tasks) yield* wait(task);
      assert.deepEqual(semaphore.statistics(), { value: 2, locked: false, tasksWaiting: 0 });
    });
    await runWithVirtualTime(main());
    assert.equal(most, 2);
    assert.deepEqual(events, ["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  test(
    "first in, first out without barging: who comes between a release and the resume of the woken one waits, though a permit is free",
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const events: string[] = [];
      const take = taker(semaphore, events);
      createTask(take("first"));
      yield* sleep(0);
      semaphore.release();
      semaphore.release();
      assert.deepEqual(semaphore.statistics(), { value: 1, locked: true, tasksWaiting: 0 });
      assert.throws(() => semaphore.acquireNowait(), WouldBlock);
      createTask(take("third"), { eager: true });
      assert.deepEqual(events, []);
      yield* sleep(0);
      assert.deepEqual(events, ["first"]);
      yield* sleep(0);
      assert.deepEqual(events, ["first", "third"]);
      assert.deepEqual(semaphore.statistics(), { value: 0, locked: true, tasksWaiting: 0 });
    }),
  );

  test(
    "many releases at once wake many",
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const events: string[] = [];
      const take = taker(semaphore, events);
      for (const name of ["a", "b", "c", "d"]) createTask(take(name));
      yield* sleep(0);
      for (let count = 0; count < 3; count++) semaphore.release();
      yield* sleep(0);
      assert.deepEqual(events, ["a", "b", "c"]);
      semaphore.release();
      yield* sleep(0);
      assert.deepEqual(events, ["a", "b", "c", "d"]);
    }),
  );

  for (const cancelFirst of [true, false]) {
    test(
      `a waiter that is cancelled in the tick of the release (${cancelFirst ? "before" : "after"} it) returns the permit, and nobody hangs`,
      inLoop(function* () {
        const semaphore = new Semaphore(1);
        const events: string[] = [];
        const take = taker(semaphore, events);
        yield* semaphore.acquire();
        const first = createTask(take("first"));
        const second = createTask(take("second"));
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        semaphore.release();
        if (!cancelFirst) first.cancel();
        yield* second;
        assert.ok(first.cancelled());
        assert.deepEqual(events, ["second"]);
        assert.equal(semaphore.statistics().value, 0);
        semaphore.release();
        assert.equal(semaphore.statistics().value, 1);
        assert.equal(semaphore.locked(), false);
      }),
    );
  }

  test(
    "where the only one that was woken is cancelled, those that came behind it go on in that step",
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const events: string[] = [];
      const take = taker(semaphore, events);
      const first = createTask(take("first"));
      yield* sleep(0);
      semaphore.release();
      createTask(take("second"), { eager: true });
      first.cancel();
      yield* sleep(0);
      yield* sleep(0);
      assert.deepEqual(events, ["second"]);
      assert.deepEqual(semaphore.statistics(), { value: 0, locked: true, tasksWaiting: 0 });
    }),
  );

  test(
    "may begin with none; a number of permits that is none is a TypeError",
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      assert.equal(semaphore.locked(), true);
      semaphore.release();
      yield* semaphore.acquire();
      for (const value of [-1, 1.5, Number.NaN, "2"])
        assert.throws(() => new Semaphore(value as number), {
          name: "TypeError",
          message: /value is a whole number from 0/,
        });
    }),
  );

  test(
    "`with` gives the permit back whether the body returns, throws or is cancelled",
    inLoop(function* () {
      const semaphore = new Semaphore();
      assert.equal(yield* semaphore.with(() => semaphore.statistics().value), 0);
      let caught = "";
      try {
        yield* semaphore.with(() => {
          throw new Error("body");
        });
      } catch (error) {
        caught = (error as Error).message;
      }
      assert.equal(caught, "body");
      const task = createTask(semaphore.with(() => sleep("1h")));
      yield* sleep(1);
      task.cancel();
      yield* sleep(0);
      assert.equal(semaphore.statistics().value, 1);
    }),
  );

  test(
    "statistics, inspect and the deadlock report show its state",
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const waiter = createTask(semaphore.acquire());
      yield* sleep(0);
      assert.equal(inspect(semaphore), "Semaphore { value: 0, locked: true, tasksWaiting: 1 }");
      assert.equal(waiter.waitingOn?.describe(), `Semaphore.acquire() of ${semaphore}`);
      semaphore.release();
      yield* waiter;
    }),
  );
});

describe("BoundedSemaphore", () => {
  test(
    "a release too many is an InvalidStateError, and changes nothing",
    inLoop(function* () {
      const semaphore = new BoundedSemaphore(2);
      assert.ok(semaphore instanceof Semaphore);
      const guard = yield* semaphore.acquire();
      guard.release();
      guard.release();
      assert.throws(() => semaphore.release(), {
        name: "InvalidStateError",
        message: /the BoundedSemaphore is not acquired; acquire\(\) it first/,
      });
      assert.throws(() => new BoundedSemaphore().release(), InvalidStateError);
      assert.equal(inspect(semaphore), "BoundedSemaphore { value: 2, locked: false, tasksWaiting: 0 }");
    }),
  );

  test(
    "a permit that a cancelled waiter returns is none too many",
    inLoop(function* () {
      const semaphore = new BoundedSemaphore(1);
      yield* semaphore.acquire();
      const waiter = createTask(semaphore.acquire());
      yield* sleep(0);
      semaphore.release();
      waiter.cancel();
      yield* sleep(0);
      assert.equal(semaphore.statistics().value, 1);
      assert.throws(() => semaphore.release(), InvalidStateError);
    }),
  );

  test(
    "a permit that a cancelled waiter returns may be one too many, where somebody has released too often meanwhile, as in asyncio",
    inLoop(function* () {
      const semaphore = new BoundedSemaphore(1);
      yield* semaphore.acquire();
      const waiter = createTask(semaphore.acquire());
      yield* sleep(0);
      semaphore.release();
      semaphore.release();
      waiter.cancel();
      yield* sleep(0);
      assert.equal(waiter.cancelled(), true);
      assert.equal(semaphore.statistics().value, 2);
    }),
  );
});
