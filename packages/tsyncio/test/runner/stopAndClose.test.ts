import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  coroutine,
  createTask,
  DeadlockError,
  type EventLoop,
  Future,
  getRunningLoop,
  InvalidStateError,
  Runner,
  run,
  sleep,
} from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { Child, runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { messages } from "../support/reports.js";

/** A loop of its own, on a virtual clock, while nothing runs. */
function idleLoop(): EventLoop {
  return new Runner({ clock: new VirtualClock() }).getLoop();
}

const STOPPED = { name: "InvalidStateError", message: "Event loop stopped before Future completed." };

describe("stop", () => {
  test("lets the current iteration finish; runForever() resolves before what that has enqueued runs", async () => {
    const loop = idleLoop();
    const events: string[] = [];
    loop.callSoon(() => {
      events.push("a");
      loop.stop();
      loop.callSoon(() => events.push("d"));
    });
    loop.callSoon(() => {
      events.push("b");
      loop.callSoon(() => events.push("e"));
    });
    loop.callSoon(() => events.push("c"));
    await loop.runForever();
    assert.deepEqual(events, ["a", "b", "c"]);
    assert.equal(loop.isRunning(), false);
    loop.stop();
    await loop.runForever();
    assert.deepEqual(events, ["a", "b", "c", "d", "e"]);
  });

  test("before runForever() it gives exactly one iteration", async () => {
    const loop = idleLoop();
    const events: string[] = [];
    loop.stop();
    loop.callSoon(() => {
      events.push("a");
      loop.callSoon(() => events.push("c"));
    });
    loop.callSoon(() => events.push("b"));
    await loop.runForever();
    assert.deepEqual(events, ["a", "b"]);
  });

  test("before runUntilComplete() as well: what is done by then is the result, else it was stopped", async () => {
    const loop = idleLoop();
    const events: string[] = [];
    loop.stop();
    assert.equal(await loop.runUntilComplete(() => 5), 5);
    loop.stop();
    await assert.rejects(
      loop.runUntilComplete(
        coroutine(function* () {
          try {
            events.push("began");
            yield* sleep(1);
            events.push("never");
          } finally {
            events.push("cleaned");
          }
        }),
      ),
      STOPPED,
    );
    assert.deepEqual(events, ["began", "cleaned"]);
    assert.equal(await loop.runUntilComplete(() => sleep(1, "the next goes on")), "the next goes on");
  });

  inBothForms(
    "inside run() it cancels main and the tasks that are left, and fails after their clean-ups",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const left = fn("left", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          yield* wait(sleep(5));
          events.push("left cleaned");
        }
      });
      const stopped = runWithVirtualTime(
        fn("main", function* () {
          createTask(left());
          yield* wait(sleep(1));
          const loop = getRunningLoop();
          loop.callSoon(() => {
            events.push("a");
            loop.stop();
            loop.callSoon(() => events.push("b"));
          });
          try {
            yield* wait(sleep("1h"));
            events.push("never");
          } catch {
            events.push("never");
          } finally {
            events.push("main cleaned");
          }
        }),
      );
      await assert.rejects(stopped, STOPPED);
      // As CPython 3.11: what the last iteration has enqueued runs before the clean-ups.
      assert.deepEqual(events, ["a", "b", "main cleaned", "left cleaned"]);
    },
  );

  test("from a task: the step ends with its wait, and the task is cancelled there", async () => {
    const events: string[] = [];
    await assert.rejects(
      runWithVirtualTime(
        coroutine(function* () {
          getRunningLoop().stop();
          events.push("goes on");
          yield* sleep(0);
          events.push("never");
        }),
      ),
      STOPPED,
    );
    assert.deepEqual(events, ["goes on"]);
  });

  test("where main ends in the same iteration, its result counts", async () => {
    const value = await runWithVirtualTime(
      coroutine(function* () {
        getRunningLoop().stop();
        return "value";
      }),
    );
    assert.equal(value, "value");
  });

  test("all runs of the loop end, and those of other loops go on", async () => {
    const clock = new VirtualClock();
    const other = runWithVirtualTime(() => sleep("1h", "other"));
    const runs = [run(() => sleep("1h"), { clock }), run(() => sleep("1h"), { clock })];
    await run(
      coroutine(function* () {
        getRunningLoop().stop();
      }),
      { clock },
    );
    for (const stopped of runs) await assert.rejects(stopped, STOPPED);
    assert.equal(await other, "other");
  });

  test("from native code it ends an idle runForever()", async () => {
    const runner = new Runner();
    const loop = runner.loop;
    const events: string[] = [];
    setTimeout(() => {
      loop.callSoon(() => events.push("enqueued before"));
      loop.stop();
    }, 2);
    await loop.runForever();
    assert.deepEqual(events, ["enqueued before"]);
    await runner.close();
  });

  test("runForever() keeps the process alive; what its callbacks have left is cleaned up at its end", async () => {
    const { stdout, stderr, status } = await runChild(`
      import { coroutine, createTask, Runner, sleep } from "tsyncio";
      const runner = new Runner();
      const loop = runner.getLoop();
      const left = coroutine(function* left() {
        try { setTimeout(() => loop.stop(), 100).unref(); yield* sleep("1h"); } finally { yield* sleep(5); console.log("cleaned"); }
      });
      loop.callSoon(() => { createTask(left()); });
      await loop.runForever();
      console.log("stopped", loop.isRunning());
      await runner.close();`);
    assert.deepEqual([stdout, stderr, status], ["cleaned\nstopped false\n", "", 0]);
  });

  test("a signal ends runForever(): what its callbacks have left cleans up, and the process ends by the status of the signal", async () => {
    const child = new Child(`
      import { coroutine, createTask, Runner, sleep } from "tsyncio";
      const { loop } = new Runner();
      const left = coroutine(function* left() {
        try { console.log("ready"); yield* sleep("1h"); } finally { yield* sleep(5); console.log("cleaned"); }
      });
      loop.callSoon(() => { createTask(left()); });
      await loop.runForever();
      console.log("never");`);
    await child.says("ready");
    child.kill("SIGTERM");
    const { stdout, stderr, status } = await child.ended;
    assert.deepEqual([stdout, stderr, status], ["ready\ncleaned\n", "", 143]);
  });

  test("on a virtual clock a runForever() that nothing can stop is a deadlock", async () => {
    await assert.rejects(idleLoop().runForever(), DeadlockError);
  });

  test("callSoonThreadsafe wakes an idle loop, from native code", async () => {
    const runner = new Runner();
    const loop = runner.loop;
    const events: unknown[] = [];
    setTimeout(() => {
      const handle = loop.callSoonThreadsafe((value: string) => {
        events.push(value);
        loop.stop();
      }, "woken");
      assert.equal(handle.cancelled(), false);
    }, 2);
    await loop.runForever();
    assert.deepEqual(events, ["woken"]);
    await runner.close();
  });
});

describe("runUntilComplete", () => {
  test("takes a coroutine, a body, a future or a task; gives its result or throws its error", async () => {
    const loop = idleLoop();
    assert.equal(await loop.runUntilComplete(sleep(1, "coroutine")), "coroutine");
    assert.equal(await loop.runUntilComplete(() => "body"), "body");
    const future = loop.createFuture<string>();
    loop.callSoon(() => future.setResult("future"));
    assert.equal(await loop.runUntilComplete(future), "future");
    assert.equal(await loop.runUntilComplete(loop.createTask(sleep(1, "task"))), "task");
    const failed = new Future<void>();
    failed.setException(new Error("failed"));
    await assert.rejects(loop.runUntilComplete(failed), /failed/);
    const cancelled = new Future<void>();
    cancelled.cancel();
    await assert.rejects(loop.runUntilComplete(cancelled), CancelledError);
    await assert.rejects(loop.runUntilComplete(5 as never), TypeError);
  });

  test("runForever() and runUntilComplete() inside a task are InvalidStateErrors; a coroutine is closed without a report", async () => {
    const reports = await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        const collected: { message: string }[] = [];
        loop.setExceptionHandler((_loop, report) => collected.push(report));
        const never = coroutine(function* never() {});
        const errors: unknown[] = yield Promise.allSettled([
          loop.runForever(),
          loop.runUntilComplete(never()),
          run(never()),
        ]);
        for (const { reason } of errors as { reason: Error }[]) {
          assert.ok(reason instanceof InvalidStateError);
          assert.match(reason.message, /await/);
        }
        return collected;
      }),
    );
    assert.deepEqual(messages(reports as never), []);
  });

  test("what it leaves behind is cleaned up before it resolves", async () => {
    const events: string[] = [];
    await idleLoop().runUntilComplete(
      coroutine(function* () {
        createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              events.push("cleaned");
            }
          })(),
        );
        yield* sleep(1);
      }),
    );
    assert.deepEqual(events, ["cleaned"]);
  });
});

describe("close", () => {
  test("while a run is on it is an InvalidStateError; afterwards calls are; twice is fine", async () => {
    const clock = new VirtualClock();
    const loop = await run(
      coroutine(function* () {
        const running = getRunningLoop();
        assert.throws(() => running.close(), {
          name: "InvalidStateError",
          message: "Cannot close a running event loop",
        });
        assert.equal(running.isRunning(), true);
        yield* sleep(1);
        return running;
      }),
      { clock },
    );
    assert.deepEqual([loop.isRunning(), loop.isClosed()], [false, false]);
    loop.close();
    loop.close();
    assert.equal(loop.isClosed(), true);
    const closed = { name: "InvalidStateError", message: "Event loop is closed" };
    const nothing = (): void => {};
    const never = coroutine(function* never() {});
    const left = never();
    for (const call of [
      () => loop.callSoon(nothing),
      () => loop.callSoonThreadsafe(nothing),
      () => loop.callLater(1, nothing),
      () => loop.callAt(1, nothing),
      () => loop.createTask(left),
    ])
      assert.throws(call, closed);
    await assert.rejects(loop.runForever(), closed);
    await assert.rejects(
      loop.runUntilComplete(() => 1),
      closed,
    );
    left.close();
    // As in CPython these go on working.
    assert.equal(typeof loop.time(), "number");
    assert.equal(loop.createFuture().done(), false);
    loop.stop();
    loop.callExceptionHandler({ message: "" });
  });

  test("the next run has another object, on which nothing is set; native code that uses the loop goes on", async () => {
    const clock = new VirtualClock();
    const events: string[] = [];
    const first = await run(() => getRunningLoop(), { clock });
    first.setExceptionHandler(() => events.push("never"));
    first.setTaskFactory(() => assert.fail("the factory of a closed loop"));
    first.callLater(5, () => events.push("timer of the closed loop"));
    first.close();
    const second = await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        assert.deepEqual([loop.getExceptionHandler(), loop.getTaskFactory()], [null, null]);
        yield* createTask(sleep(10));
        return loop;
      }),
      { clock },
    );
    assert.notEqual(second, first);
    assert.deepEqual([second.isClosed(), first.isClosed()], [false, true]);
    assert.deepEqual(events, ["timer of the closed loop"]);
  });

  test("what a run has set on the loop ends with the last run; the object stays", async () => {
    const clock = new VirtualClock();
    const settings = (loop: EventLoop): unknown[] => [
      loop.getExceptionHandler(),
      loop.getTaskFactory(),
      loop.debug,
      loop.slowCallbackDuration,
    ];
    const handler = (): void => {};
    const outer = run(
      coroutine(function* () {
        yield* sleep(10);
        assert.equal(getRunningLoop().getExceptionHandler(), handler);
      }),
      { clock },
    );
    const first = await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.setExceptionHandler(handler);
        loop.slowCallbackDuration = 5;
        loop.debug = true;
        yield* sleep(1);
        return loop;
      }),
      { clock },
    );
    assert.equal(first.getExceptionHandler(), handler);
    await outer;
    assert.deepEqual(settings(first), [null, null, false, 100]);
    assert.equal(await run(() => getRunningLoop(), { clock }), first);
    assert.equal(first.isClosed(), false);
  });
});
