import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, getRunningLoop, moveOnAfter, run, sleep, until } from "tsyncio";
import { runWithVirtualTime, waitAllTasksBlocked } from "tsyncio/testing";
import { type Form, inBothForms } from "../support/forms.js";
import { collectReports, messages } from "../support/reports.js";

/** On the virtual clock and on the platform's. */
const clocks = [
  ["virtual", runWithVirtualTime],
  ["platform's", run],
] as const;

function onBothClocks(sentence: string, program: (form: Form) => () => Generator<unknown, void, unknown>): void {
  for (const [name, runIt] of clocks)
    inBothForms(`${sentence}, on the ${name} clock`, async (form) => {
      await runIt(form.fn("main", program(form)));
    });
}

describe("waitAllTasksBlocked", () => {
  onBothClocks(
    "returns when every other task waits, however many steps they took",
    ({ fn, wait }) =>
      function* () {
        const events: string[] = [];
        const future = new Future<void>();
        const worker = fn("worker", function* (name: string, steps: number) {
          for (let left = steps; left > 0; left--) yield* wait(sleep(0));
          events.push(`${name} waits`);
          yield* wait(future);
          events.push(`${name} goes on`);
        });
        const tasks = [createTask(worker("a", 1000)), createTask(worker("b", 3)), createTask(worker("c", 50))];
        yield* wait(waitAllTasksBlocked());
        assert.deepEqual(events, ["b waits", "c waits", "a waits"]);
        future.setResult();
        yield* wait(gather(tasks));
      },
  );

  onBothClocks(
    "native promises that settle at once, and callbacks, are part of it; a wait for the platform is a wait",
    ({ fn, wait }) =>
      function* () {
        const events: string[] = [];
        const native = async (): Promise<void> => {
          for (let left = 20; left > 0; left--) await null;
        };
        const chained = fn("chained", function* () {
          yield* wait(native());
          events.push("after promise jobs");
          getRunningLoop().callSoon(() => events.push("callback"));
        });
        const never = fn("never", function* () {
          yield* wait(new Promise(() => {}));
        });
        const tasks = [createTask(chained()), createTask(never())];
        yield* wait(waitAllTasksBlocked());
        assert.deepEqual(events, ["after promise jobs", "callback"]);
        assert.deepEqual(
          tasks.map((task) => task.done()),
          [true, false],
        );
      },
  );

  onBothClocks(
    "returns at once where nothing else is there, and as often as one likes",
    ({ wait }) =>
      function* () {
        for (let count = 0; count < 5; count++) yield* wait(waitAllTasksBlocked());
      },
  );

  onBothClocks(
    "several who wait for it go on together",
    ({ fn, wait }) =>
      function* () {
        const events: string[] = [];
        const waiter = fn("waiter", function* (name: string) {
          yield* wait(waitAllTasksBlocked());
          events.push(name);
          // Never blocked again: the other must not have to wait for this one.
          while (events.length < 2) yield* wait(sleep(0));
        });
        yield* wait(gather(waiter("a"), waiter("b")));
        assert.deepEqual(events, ["a", "b"]);
      },
  );

  inBothForms("no virtual time passes, and none jumps ahead", async ({ fn, wait }) => {
    await runWithVirtualTime(
      fn("main", function* () {
        const loop = getRunningLoop();
        const events: string[] = [];
        const sleeper = fn("sleeper", function* (time: number) {
          yield* wait(sleep(time));
          events.push(`${time} at ${loop.time()}`);
        });
        const tasks = [createTask(sleeper(1)), createTask(sleeper(0.5))];
        loop.callLater(0, () => events.push("due at once"));
        yield* wait(waitAllTasksBlocked());
        assert.equal(loop.time(), 0);
        assert.deepEqual(events, ["due at once"]);
        yield* wait(sleep(0.5));
        yield* wait(waitAllTasksBlocked());
        assert.equal(loop.time(), 0.5);
        yield* wait(gather(tasks));
        assert.deepEqual(events, ["due at once", "0.5 at 0.5", "1 at 1"]);
      }),
    );
  });

  inBothForms("can be cancelled while it waits", async ({ fn, wait }) => {
    await runWithVirtualTime(
      fn("main", function* () {
        const events: string[] = [];
        const busy = createTask(
          fn("busy", function* () {
            for (let left = 50; left > 0; left--) yield* wait(sleep(0));
          })(),
        );
        const waiter = createTask(
          fn("waiter", function* () {
            try {
              yield* wait(waitAllTasksBlocked());
              events.push("never");
            } finally {
              events.push("cleaned");
            }
          })(),
        );
        yield* wait(sleep(0));
        waiter.cancel();
        yield* wait(busy);
        assert.deepEqual([events, waiter.cancelled()], [["cleaned"], true]);
        yield* wait(moveOnAfter(0, () => waitAllTasksBlocked()));
        yield* wait(waitAllTasksBlocked());
      }),
    );
  });

  test("a forgotten one is reported", async () => {
    const reports = await runWithVirtualTime(
      coroutine(function* () {
        const collected = collectReports();
        waitAllTasksBlocked();
        yield* until(Promise.resolve());
        return collected;
      }),
    );
    assert.deepEqual(messages(reports), ["coroutine 'waitAllTasksBlocked' was never awaited"]);
  });
});
