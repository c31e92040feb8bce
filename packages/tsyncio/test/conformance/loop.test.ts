/** Behaviours of asyncio's loop and futures that no test of a room proves. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, getRunningLoop, run, sleep } from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

describe("conformance: the loop", () => {
  test("a cancelled handle lets go of its callback and its arguments at once, though it is in the queue or waits", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    assert.ok(collect, "to be run with --expose-gc");
    await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        const held: WeakRef<object>[] = [];
        const handles = (() => {
          const make = (): { callback: (given: object) => void; argument: object } => {
            const argument = {};
            const callback = (): unknown => argument;
            held.push(new WeakRef(argument), new WeakRef(callback));
            return { callback, argument };
          };
          const [soon, later] = [make(), make()];
          return [loop.callSoon(soon.callback, soon.argument), loop.callLater("1h", later.callback, later.argument)];
        })();
        for (const handle of handles) handle.cancel();
        // What was looked at in this turn of the host is kept until its end.
        yield new Promise((resolve) => setTimeout(resolve));
        collect();
        assert.deepEqual(
          held.map((reference) => reference.deref()),
          [undefined, undefined, undefined, undefined],
        );
        assert.equal(
          handles.every((handle) => handle.cancelled()),
          true,
        );
      }),
    );
  });

  test("callSoon from a callback of the platform wakes a loop that is idle", async () => {
    const events: string[] = [];
    await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        const future = new Future<void>();
        setTimeout(() => {
          events.push("platform");
          loop.callSoon(() => {
            events.push("callback");
            future.setResult();
          });
          events.push("not inline");
        });
        yield* future;
        events.push("task");
      }),
    );
    assert.deepEqual(events, ["platform", "not inline", "callback", "task"]);
  });
});

describe("conformance: futures", () => {
  test(
    "callbacks are compared by identity: nothing of the program runs while they are removed",
    inLoop(function* () {
      const events: string[] = [];
      const noting = new Proxy({}, { get: (_target, trap: string) => () => void events.push(trap) });
      const callbacks = [0, 1, 2].map((id) => new Proxy(() => events.push(`called ${id}`), id === 1 ? {} : noting));
      const future = new Future<void>();
      for (const callback of callbacks) future.addDoneCallback(callback);
      events.length = 0;
      for (const id of [0, 2]) assert.equal(future.removeDoneCallback(callbacks[id] as () => void), 1);
      assert.deepEqual(events, []);
      future.setResult();
      yield* sleep(0);
      assert.deepEqual(events, ["called 1"]);
    }),
  );

  test("cancel() of a future that has failed already is false, and does not hide its error", async () => {
    const reports = await runWithVirtualTime(
      coroutine(function* () {
        const collected = collectReports();
        const future = new Future<void>();
        const task = createTask(
          coroutine(function* () {
            throw new Error("of the task");
          })(),
        );
        future.setException(new Error("of the future"));
        yield* sleep(1);
        assert.deepEqual([future.cancel(), task.cancel()], [false, false]);
        return collected;
      }),
    );
    assert.deepEqual(reports.map(({ exception }) => String(exception)).sort(), [
      "Error: of the future",
      "Error: of the task",
    ]);
  });

  test("a future of another loop can be awaited; its waiter resumes on its own loop", async () => {
    const shared = new Future<string>();
    const failed = new Future<string>();
    const wait = coroutine(function* () {
      const loop = getRunningLoop();
      const results = [yield* shared, yield* outcome(failed)];
      assert.equal(getRunningLoop(), loop);
      // Its own clock is the one that goes on.
      const before = loop.time();
      yield* sleep(1);
      return [...results, loop.time() - before < 1_000_000];
    });
    const clock = new VirtualClock();
    const [results] = await Promise.all([
      run(wait()),
      run(
        coroutine(function* () {
          yield* sleep("1h");
          shared.setResult("theirs");
          yield* sleep("1h");
          failed.setException(new Error("x"));
          yield* sleep("1h");
        }),
        { clock },
      ),
    ]);
    assert.deepEqual(results, ["theirs", "Error: x", true]);
  });
});
