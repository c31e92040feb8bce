import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  CancelledError,
  coroutine,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  InvalidStateError,
  run,
  sleep,
  Task,
  withCancelScope,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

describe("task", () => {
  test(
    "is a future of the result of its coroutine",
    inLoop(function* () {
      const work = coroutine(function* work() {
        yield* sleep(1);
        return 1;
      })();
      const task = createTask(work);
      assert.ok(task instanceof Task);
      assert.ok(task instanceof Future);
      assert.equal(task.coroutine, work);
      assert.equal(task.done(), false);
      assert.equal(yield* task, 1);
      assert.equal(yield* task, 1);
      assert.equal(task.result(), 1);
    }),
  );

  test(
    "fails with the error that leaves its coroutine",
    inLoop(function* () {
      const error = new Error("x");
      const task = createTask(
        coroutine(function* () {
          throw error;
        })(),
      );
      assert.equal(yield* outcome(task), "Error: x");
      assert.equal(task.exception(), error);
    }),
  );

  test(
    "the value of a coroutine that is ready, or woken at once, is the result of its task",
    inLoop(function* () {
      assert.equal(yield* createTask(sleep(0, "pause")), "pause");
      assert.equal(yield* createTask(withCancelScope(() => "scope")), "scope");
      assert.equal(
        yield* createTask({ then: (ok: (value: string) => void) => ok("thenable") } as PromiseLike<string>),
        "thenable",
      );
      const refused = createTask({
        then: (_ok: unknown, no: (error: Error) => void) => no(new Error("refused")),
      } as PromiseLike<string>);
      assert.equal(yield* outcome(refused), "Error: refused");
    }),
  );

  test(
    "createTask takes a native promise, a future and a task as well",
    inLoop(function* () {
      const future = new Future<number>();
      future.setResult(2);
      assert.equal(yield* createTask(Promise.resolve(1)), 1);
      assert.equal(yield* createTask(future), 2);
      assert.equal(yield* createTask(createTask(sleep(1, 3))), 3);
    }),
  );

  test(
    "a task of a native promise can be cancelled",
    inLoop(function* () {
      const task = createTask(new Promise<void>(() => {}));
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );

  test(
    "names: Task-N in the order of creation, or as given, in text",
    inLoop(function* () {
      const [one, two] = [createTask(sleep(0)), createTask(sleep(0))];
      const number = (task: Task<unknown>): number => Number(/^Task-(\d+)$/.exec(task.name)?.[1]);
      assert.equal(number(two), number(one) + 1);
      const named = createTask(sleep(0), { name: "mine" });
      assert.equal(named.name, "mine");
      named.name = "other";
      assert.equal(named.name, "other");
      assert.equal(createTask(sleep(0), { name: 123 as never }).name, "123");
      yield* sleep(1);
    }),
  );

  test(
    "setResult and setException of a task are InvalidStateErrors",
    inLoop(function* () {
      const task = createTask(sleep(1, 1));
      assert.throws(() => task.setResult(2), InvalidStateError);
      assert.throws(() => task.setException(new Error("x")), InvalidStateError);
      assert.equal(yield* task, 1);
    }),
  );

  test(
    "currentTask() is the running task, with interleaving and eager tasks as well, and null in callbacks",
    inLoop(function* () {
      const events: unknown[] = [];
      const self = currentTask();
      const work = coroutine(function* (name: string) {
        for (let turn = 0; turn < 2; turn++) {
          events.push(currentTask()?.name === name);
          yield* sleep(0);
        }
      });
      const tasks = [createTask(work("a"), { name: "a" }), createTask(work("b"), { name: "b" })];
      tasks.push(createTask(work("eager"), { name: "eager", eager: true }));
      assert.equal(currentTask(), self);
      getRunningLoop().callSoon(() => events.push(currentTask()));
      for (const task of tasks) yield* task;
      assert.deepEqual(events, [true, true, true, true, null, true, true]);
      assert.equal(currentTask(), self);
    }),
  );

  test("currentTask() is null in native code, also between two steps of a task", async () => {
    assert.equal(currentTask(), null);
    await run(
      coroutine(function* () {
        const native = (async () => {
          await null;
          return currentTask();
        })();
        assert.equal(yield* createTask(native), null);
      }),
    );
  });

  test(
    "allTasks() holds the unfinished tasks of this run",
    inLoop(function* () {
      const task = createTask(sleep(1));
      const done = createTask(coroutine(function* () {})(), { eager: true });
      assert.deepEqual([...allTasks()], [currentTask(), task]);
      assert.equal(done.done(), true);
      yield* task;
      assert.deepEqual([...allTasks()], [currentTask()]);
    }),
  );

  test("a running task is never lost to the collector", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    const events: string[] = [];
    await run(
      coroutine(function* () {
        createTask(
          coroutine(function* () {
            yield* sleep(5);
            events.push("ended");
          })(),
        );
        yield* sleep(1);
        collect?.();
        yield* sleep(20);
      }),
    );
    assert.deepEqual(events, ["ended"]);
  });

  test(
    "stack() names the coroutines that are on, innermost first; of the task that runs, as they were when it last waited",
    inLoop(function* () {
      const inner = coroutine(function* inner(running: boolean) {
        yield* sleep(10);
        return running ? currentTask()?.stack() : [];
      });
      const outer = coroutine(function* outer(running: boolean) {
        return yield* inner(running);
      });
      const task = createTask(outer(false));
      assert.deepEqual(task.stack(), ["outer"]);
      yield* sleep(1);
      assert.deepEqual(task.stack(), ["inner", "outer"]);
      yield* task;
      assert.deepEqual(task.stack(), []);
      assert.deepEqual(yield* createTask(outer(true)), ["inner", "outer"]);
    }),
  );

  test(
    "an eager task that fails or is cancelled in its first steps is like any other",
    inLoop(function* () {
      const failed = createTask(
        coroutine(function* () {
          throw new Error("eager");
        })(),
        { eager: true },
      );
      assert.equal(failed.done(), true);
      assert.equal(yield* outcome(failed), "Error: eager");
      const cancelled = createTask(
        coroutine(function* () {
          currentTask()?.cancel();
          yield* sleep(1);
        })(),
        { eager: true },
      );
      assert.equal(yield* outcome(cancelled), "cancelled");
    }),
  );

  test(
    "the same CancelledError brand whoever looks: result(), exception(), await",
    inLoop(function* () {
      const task = createTask(sleep(1));
      task.cancel("why");
      yield* outcome(task);
      assert.throws(() => task.result(), CancelledError);
      assert.throws(() => task.exception(), CancelledError);
    }),
  );

  test("a task that failed while it was awaited is not reported", async () => {
    let reports: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const fails = coroutine(function* () {
          yield* sleep(1);
          throw new Error("x");
        });
        yield* outcome(createTask(fails()));
        const late = createTask(fails());
        yield* sleep(2);
        yield* outcome(late);
        const read = createTask(fails());
        yield* sleep(2);
        read.exception();
      }),
    );
    assert.deepEqual(reports, []);
  });
});
