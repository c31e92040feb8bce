import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { coroutine, createTask, Event, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

describe("Event", () => {
  inBothForms("set and clear wake all that waited, in their order, and who comes then waits", async ({ fn, wait }) => {
    const events: string[] = [];
    const main = fn("main", function* () {
      const event = new Event();
      const waiter = fn("waiter", function* (name: string) {
        assert.equal(yield* wait(event.wait()), true);
        events.push(name);
      });
      const tasks = ["a", "b", "c"].map((name) => createTask(waiter(name)));
      yield* wait(sleep(0));
      event.set();
      event.clear();
      assert.equal(event.isSet(), false);
      const late = createTask(waiter("late"));
      for (const task of tasks) yield* wait(task);
      yield* wait(sleep(1));
      events.push("set again");
      event.set();
      yield* wait(late);
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["a", "b", "c", "set again", "late"]);
  });

  test(
    "waiting for one that is set does not yield",
    inLoop(function* () {
      const event = new Event();
      event.set();
      event.set();
      let other = false;
      createTask(
        coroutine(function* () {
          other = true;
        })(),
      );
      assert.equal(yield* event.wait(), true);
      assert.equal(other, false);
    }),
  );

  for (const cancelFirst of [true, false]) {
    test(
      `a waiter that is cancelled in the tick of the set (${cancelFirst ? "before" : "after"} it) is cancelled; the others go on`,
      inLoop(function* () {
        const event = new Event();
        const [one, two, three] = [1, 2, 3].map(() => createTask(event.wait()));
        yield* sleep(0);
        if (cancelFirst) two?.cancel();
        event.set();
        if (!cancelFirst) two?.cancel();
        yield* sleep(0);
        assert.deepEqual(
          [one, two, three].map((task) => task?.cancelled()),
          [false, true, false],
        );
        assert.equal(one?.result(), true);
        assert.equal(event.statistics().tasksWaiting, 0);
      }),
    );
  }

  test(
    "statistics, inspect and the deadlock report show its state",
    inLoop(function* () {
      const event = new Event();
      const waiter = createTask(event.wait());
      yield* sleep(0);
      assert.deepEqual(event.statistics(), { set: false, tasksWaiting: 1 });
      assert.equal(inspect(event), "Event { set: false, tasksWaiting: 1 }");
      assert.equal(waiter.waitingOn?.describe(), "Event.wait() of Event { set: false, tasksWaiting: 1 }");
      event.set();
      yield* waiter;
    }),
  );
});
