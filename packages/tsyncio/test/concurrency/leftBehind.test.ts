/** What waiting leaves behind on futures and among the timers: nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asCompleted, createTask, currentTask, Future, moveOnAfter, race, sleep, wait } from "tsyncio";
import { inLoop } from "../support/inLoop.js";

const timers = (): number => currentTask()?.scheduler.timers.size ?? -1;

describe("left behind", () => {
  for (const returnWhen of ["ALL_COMPLETED", "FIRST_COMPLETED"] as const) {
    test(
      `wait leaves no callback and no timer, whether it returns, is cancelled or the time is up: ${returnWhen}`,
      inLoop(function* () {
        const pending = new Future<void>();
        const task = createTask(sleep("2h"));
        for (const end of ["returns", "is cancelled", "time is up"]) {
          const done = new Future<void>();
          if (end === "returns") done.setResult();
          const options = { returnWhen, timeout: end === "time is up" ? 5 : "1h" } as const;
          yield* moveOnAfter(10, () => wait([pending, task, done], options));
          assert.deepEqual([pending.waiters, task.waiters, done.waiters, timers()], [null, null, null, 1], end);
        }
        task.cancel();
      }),
    );
  }

  test(
    "wait in a loop on a future that stays pending does not pile up",
    inLoop(function* () {
      const pending = new Future<void>();
      for (let round = 0; round < 1000; round++) {
        yield* wait([pending, createTask(sleep(0))], { returnWhen: "FIRST_COMPLETED", timeout: "1h" });
      }
      assert.deepEqual([pending.waiters, timers()], [null, 0]);
    }),
  );

  test(
    "race lets go of the futures that lose",
    inLoop(function* () {
      const pending = new Future<void>();
      assert.equal(yield* race([pending, sleep(1, "value")]), "value");
      yield* moveOnAfter(5, () => race([pending, sleep("1h")]));
      assert.deepEqual([pending.waiters, timers()], [null, 0]);
    }),
  );

  test(
    "asCompleted lets go of its futures when the time is up, and of its timer when all have ended",
    inLoop(function* () {
      const pending = new Future<void>();
      asCompleted([pending], { timeout: 5 });
      yield* sleep(10);
      assert.equal(pending.waiters, null);
      asCompleted([sleep(1), sleep(2)], { timeout: "1h" });
      yield* sleep(10);
      assert.equal(timers(), 0);
    }),
  );
});
