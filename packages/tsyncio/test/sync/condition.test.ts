import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Condition, coroutine, createTask, DeadlockError, Lock, moveOnAfter, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

/** Waits for a notification, and notes what it has then. */
const waiterOf = (condition: Condition, events: string[]) =>
  coroutine(function* (name: string) {
    const guard = yield* condition.acquire();
    try {
      yield* condition.wait();
      events.push(`${name} notified`);
    } finally {
      events.push(`${name} leaves ${condition.locked() ? "with" : "without"} the lock`);
      guard.release();
    }
  });

describe("Condition", () => {
  inBothForms("notify wakes as many as it is told, in order; each goes on with the lock", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      const condition = new Condition();
      const waiter = fn("waiter", function* (name: string) {
        const guard = yield* wait(condition.acquire());
        assert.equal(yield* wait(condition.wait()), true);
        assert.equal(condition.locked(), true);
        events.push(name);
        yield* wait(sleep(1));
        events.push(`${name} ends`);
        guard.release();
      });
      const tasks = ["a", "b", "c", "d"].map((name) => createTask(waiter(name)));
      yield* wait(sleep(0));
      yield* wait(
        condition.with(
          fn("body", function* () {
            condition.notify();
            yield* wait(sleep(1));
            events.push("released");
          }),
        ),
      );
      yield* wait(sleep(10));
      yield* wait(condition.with(() => condition.notify(2)));
      yield* wait(sleep(10));
      yield* wait(condition.with(() => condition.notifyAll()));
      for (const task of tasks) yield* wait(task);
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["released", "a", "a ends", "b", "b ends", "c", "c ends", "d", "d ends"]);
  });

  inBothForms("waitFor waits until the predicate holds, and gives what it gave", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const condition = new Condition();
      let stock = 0;
      const looks: number[] = [];
      const task = createTask(
        condition.with(() =>
          condition.waitFor(() => {
            looks.push(stock);
            return stock > 1 && `${stock} in stock`;
          }),
        ),
      );
      for (let count = 0; count < 3; count++) {
        yield* wait(sleep(1));
        yield* wait(
          condition.with(() => {
            stock++;
            condition.notify();
          }),
        );
      }
      assert.equal(yield* wait(task), "2 in stock");
      assert.deepEqual(looks, [0, 1, 2]);
      assert.equal(yield* wait(condition.waitFor(() => 7)), 7);
      assert.throws(() => condition.waitFor(true as never), TypeError);
    });
    await runWithVirtualTime(main());
  });

  test(
    "notify and wait without the lock are an InvalidStateError",
    inLoop(function* () {
      const condition = new Condition();
      const unheld = { name: "InvalidStateError", message: /the Lock is not acquired; acquire\(\) it first/ };
      assert.throws(() => condition.notify(), unheld);
      assert.throws(() => condition.notifyAll(), unheld);
      for (const wait of [() => condition.wait(), () => condition.waitFor(() => false)]) {
        let caught: unknown;
        try {
          yield* wait();
        } catch (error) {
          caught = error;
        }
        assert.match(String(caught), /InvalidStateError.*not acquired/);
      }
      assert.throws(() => condition.release(), { name: "InvalidStateError" });
      assert.equal(condition.statistics().tasksWaiting, 0);
    }),
  );

  test(
    "wait re-acquires the lock even when cancelled: at once where it is free",
    inLoop(function* () {
      const condition = new Condition();
      const events: string[] = [];
      const task = createTask(waiterOf(condition, events)("a"));
      yield* sleep(0);
      assert.equal(condition.locked(), false);
      task.cancel();
      yield* sleep(0);
      assert.ok(task.cancelled());
      assert.deepEqual(events, ["a leaves with the lock"]);
      assert.equal(condition.locked(), false);
    }),
  );

  for (const notified of [false, true]) {
    test(
      `wait re-acquires the lock even when cancelled, also twice, while another task holds it (${notified ? "after" : "without"} a notify)`,
      inLoop(function* () {
        const condition = new Condition();
        const events: string[] = [];
        const task = createTask(waiterOf(condition, events)("a"));
        yield* sleep(0);
        yield* condition.acquire();
        if (notified) condition.notify();
        for (let count = 0; count < 3; count++) {
          task.cancel();
          yield* sleep(1);
          assert.deepEqual(events, [], "it waits for the lock");
          assert.equal(condition.statistics().tasksWaitingForLock, 1);
        }
        condition.release();
        yield* sleep(0);
        assert.ok(task.cancelled());
        assert.deepEqual(events, ["a leaves with the lock"]);
        assert.equal(condition.locked(), false);
      }),
    );
  }

  test(
    "cancelled in the tick in which it is handed the lock again, it keeps its turn at the end of the queue and leaves with the lock",
    inLoop(function* () {
      const condition = new Condition();
      const events: string[] = [];
      const task = createTask(waiterOf(condition, events)("a"));
      yield* sleep(0);
      yield* condition.acquire();
      condition.notify();
      yield* sleep(0);
      const other = createTask(
        condition.with(() => {
          events.push("other");
        }),
      );
      yield* sleep(0);
      condition.release();
      task.cancel();
      yield* other;
      yield* sleep(0);
      assert.deepEqual(events, ["other", "a leaves with the lock"]);
      assert.equal(condition.locked(), false);
    }),
  );

  for (const moment of ["before the notify", "after the notify", "while it waits for the lock"] as const) {
    test(
      `no lost notify when the notified waiter is cancelled ${moment}`,
      inLoop(function* () {
        const condition = new Condition();
        const events: string[] = [];
        const waiter = waiterOf(condition, events);
        const first = createTask(waiter("first"));
        const second = createTask(waiter("second"));
        yield* sleep(0);
        yield* condition.acquire();
        if (moment === "before the notify") first.cancel();
        condition.notify();
        if (moment === "while it waits for the lock") yield* sleep(1);
        if (moment !== "before the notify") first.cancel();
        condition.release();
        yield* second;
        assert.ok(first.cancelled());
        assert.ok(events.includes("second notified"));
        assert.equal(condition.locked(), false);
      }),
    );
  }

  test(
    "a timeout around the wait leaves the lock held, and the body goes on",
    inLoop(function* () {
      const condition = new Condition();
      const guard = yield* condition.acquire();
      assert.equal(yield* moveOnAfter(5, () => condition.wait()), undefined);
      assert.equal(condition.locked(), true);
      guard.release();
      assert.equal(condition.locked(), false);
    }),
  );

  test(
    "two conditions can share a lock; what is no Lock is a TypeError",
    inLoop(function* () {
      const lock = new Lock();
      const [full, free] = [new Condition(lock), new Condition(lock)];
      const task = createTask(full.with(() => full.wait()));
      yield* sleep(0);
      const guard = yield* lock.acquire();
      assert.equal(free.locked(), true);
      free.notify();
      yield* sleep(1);
      assert.equal(full.statistics().tasksWaiting, 1);
      full.notify();
      guard.release();
      yield* task;
      assert.throws(() => new Condition({} as Lock), { name: "TypeError", message: /a Condition takes a Lock/ });
    }),
  );

  test("a program that waits for a lock which nobody will release ends all the same", async () => {
    const stuck = coroutine(function* () {
      const condition = new Condition();
      createTask(condition.with(() => condition.wait()));
      yield* sleep(0);
      yield* condition.acquire();
      condition.notify();
      yield* condition.wait();
    });
    await assert.rejects(runWithVirtualTime(stuck()), (error: Error) => {
      assert.ok(error instanceof DeadlockError);
      assert.match(error.message, /waits for Condition.wait\(\) of Condition \{/);
      return true;
    });
  });

  test(
    "statistics, inspect and the deadlock report show its state",
    inLoop(function* () {
      const condition = new Condition();
      const waiter = createTask(condition.with(() => condition.wait()));
      yield* sleep(0);
      assert.equal(
        inspect(condition),
        "Condition { locked: false, owner: null, tasksWaiting: 1, tasksWaitingForLock: 0 }",
      );
      assert.equal(waiter.waitingOn?.describe(), `Condition.wait() of ${condition}`);
      const guard = condition.acquireNowait();
      condition.notify();
      yield* sleep(0);
      assert.match(waiter.waitingOn?.describe() ?? "", /^Condition.acquire\(\) of Lock \{ locked: true/);
      guard.release();
      yield* waiter;
    }),
  );
});
