import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Barrier, BrokenBarrierError, coroutine, createTask, gather, sleep, type Task } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

const visitor = (barrier: Barrier, events: string[]) =>
  coroutine(function* (name: string) {
    try {
      const index = yield* barrier.wait();
      events.push(`${name} ${index}`);
      return index;
    } catch (error) {
      events.push(`${name} ${(error as Error).name}`);
      return -1;
    }
  });

describe("Barrier", () => {
  inBothForms("all go on together, each with its index; the last one does not yield, and goes first", async (form) => {
    const { fn, wait } = form;
    const events: string[] = [];
    const main = fn("main", function* () {
      const barrier = new Barrier(3);
      const visit = fn("visit", function* (name: string) {
        for (let round = 1; round <= 2; round++) {
          events.push(`${name}${round} comes`);
          events.push(`${name}${round} index ${yield* wait(barrier.wait())}`);
          yield* wait(sleep(1));
        }
      });
      yield* wait(gather(["a", "b", "c"].map((name) => visit(name))));
      assert.equal(barrier.nWaiting, 0);
    });
    await runWithVirtualTime(main());
    const round = (number: number): string[] => [
      `a${number} comes`,
      `b${number} comes`,
      `c${number} comes`,
      `c${number} index 2`,
      `a${number} index 0`,
      `b${number} index 1`,
    ];
    // In the second round c comes first, since it went on first.
    assert.deepEqual(events.slice(0, 6), round(1));
    assert.deepEqual(events.slice(6), ["c2 comes", "a2 comes", "b2 comes", "b2 index 2", "c2 index 0", "a2 index 1"]);
  });

  test(
    "who comes while the former round drains waits for a second round",
    inLoop(function* () {
      const barrier = new Barrier(2);
      const events: string[] = [];
      const visit = visitor(barrier, events);
      createTask(visit("a"));
      yield* sleep(0);
      yield* visit("b");
      assert.deepEqual(barrier.statistics(), { phase: "draining", parties: 2, tasksWaiting: 0 });
      const second = createTask(visit("c"), { eager: true });
      assert.equal(barrier.nWaiting, 0);
      yield* sleep(0);
      yield* sleep(0);
      assert.deepEqual(events, ["b 1", "a 0"]);
      assert.equal(barrier.nWaiting, 1);
      yield* visit("d");
      yield* second;
      assert.deepEqual(events, ["b 1", "a 0", "d 1", "c 0"]);
    }),
  );

  test(
    "abort: all that wait and all that come get BrokenBarrierError, until reset",
    inLoop(function* () {
      const barrier = new Barrier(3);
      const events: string[] = [];
      const visit = visitor(barrier, events);
      const tasks = [createTask(visit("a")), createTask(visit("b"))];
      yield* sleep(0);
      barrier.abort();
      assert.equal(barrier.broken, true);
      yield* gather(tasks);
      yield* visit("late");
      assert.deepEqual(events, ["a BrokenBarrierError", "b BrokenBarrierError", "late BrokenBarrierError"]);
      assert.equal(barrier.nWaiting, 0);
      barrier.reset();
      assert.equal(barrier.broken, false);
      assert.deepEqual(yield* gather([visit("d"), visit("e"), visit("f")]), [0, 1, 2]);
    }),
  );

  test(
    "reset: those that wait get BrokenBarrierError, and the barrier is as new, also for who waits again at once",
    inLoop(function* () {
      const barrier = new Barrier(2);
      const events: string[] = [];
      const visit = visitor(barrier, events);
      const again = createTask(
        coroutine(function* () {
          yield* visit("first try");
          yield* visit("second try");
        })(),
      );
      yield* sleep(0);
      barrier.reset();
      assert.equal(barrier.broken, false);
      assert.equal(barrier.nWaiting, 0);
      yield* sleep(0);
      assert.equal(barrier.nWaiting, 1);
      yield* visit("other");
      yield* again;
      assert.deepEqual(events, ["first try BrokenBarrierError", "other 1", "second try 0"]);
      const third = createTask(barrier.wait());
      yield* sleep(0);
      barrier.reset();
      assert.equal(yield* outcome(third), "BrokenBarrierError: the barrier was reset");
    }),
  );

  for (const moment of ["while it waits", "in the tick in which the last one comes"] as const) {
    test(
      `one that is cancelled ${moment} just leaves`,
      inLoop(function* () {
        const barrier = new Barrier(3);
        const events: string[] = [];
        const visit = visitor(barrier, events);
        const [one, two] = [createTask(visit("one")), createTask(visit("two"))] as [Task<number>, Task<number>];
        yield* sleep(0);
        if (moment === "while it waits") {
          one.cancel();
          yield* sleep(0);
          assert.equal(barrier.nWaiting, 1);
          createTask(visit("three"));
          yield* sleep(0);
          yield* visit("four");
          yield* two;
          // Indexes are by the count of those that wait, as in asyncio.
          assert.deepEqual(events, ["four 2", "two 1", "three 1"]);
        } else {
          yield* visit("three");
          one.cancel();
          yield* two;
          assert.deepEqual(events, ["three 2", "two 1"]);
        }
        assert.ok(one.cancelled());
        yield* sleep(0);
        assert.deepEqual(barrier.statistics(), { phase: "filling", parties: 3, tasksWaiting: 0 });
        assert.equal(barrier.broken, false);
      }),
    );
  }

  test("the number of parties is a whole number from 1", () => {
    assert.equal(new Barrier(2).parties, 2);
    for (const parties of [0, -1, 1.5, undefined])
      assert.throws(() => new Barrier(parties as number), {
        name: "TypeError",
        message: /parties is a whole number from 1/,
      });
  });

  test(
    "a barrier of one lets everybody pass at once",
    inLoop(function* () {
      const barrier = new Barrier(1);
      assert.equal(yield* barrier.wait(), 0);
      assert.equal(yield* barrier.wait(), 0);
      barrier.abort();
      assert.ok((yield* outcome(barrier.wait())) !== 0);
      assert.ok(new BrokenBarrierError().message.includes("reset()"));
    }),
  );

  test(
    "statistics, inspect and the deadlock report show its state",
    inLoop(function* () {
      const barrier = new Barrier(2);
      const task = createTask(barrier.wait());
      yield* sleep(0);
      assert.equal(inspect(barrier), "Barrier { phase: filling, parties: 2, tasksWaiting: 1 }");
      assert.equal(task.waitingOn?.describe(), `Barrier.wait() of ${barrier}`);
      yield* barrier.wait();
      yield* task;
    }),
  );
});
