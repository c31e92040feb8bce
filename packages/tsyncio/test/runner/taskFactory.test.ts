import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Coroutine,
  coroutine,
  createTask,
  type EventLoop,
  eagerTaskFactory,
  gather,
  getRunningLoop,
  InvalidStateError,
  Runner,
  shield,
  sleep,
  Task,
  type TaskFactory,
  type TaskOptions,
  wait,
  waitFor,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

class TracedTask<T> extends Task<T> {
  readonly traced = true;
}

/** Makes tasks of a class of its own, and notes what it was called with. */
function tracing(calls: unknown[]): TaskFactory {
  return <T>(loop: EventLoop, made: Coroutine<T>, options: TaskOptions) => {
    assert.equal(loop, getRunningLoop());
    calls.push([made.name, options.name, options.eager]);
    return new TracedTask<T>(made, options);
  };
}

const failing: TaskFactory = () => {
  throw new Error("no task");
};

describe("task factory", () => {
  inBothForms("makes the tasks of createTask, gather, groups, shield and the others", async ({ fn, wait: waitOn }) => {
    const work = fn("work", function* (value: number) {
      yield* waitOn(sleep(0));
      return value;
    });
    await runWithVirtualTime(
      fn("main", function* () {
        const calls: unknown[] = [];
        const loop = getRunningLoop();
        const factory = tracing(calls);
        loop.setTaskFactory(factory);
        assert.equal(loop.getTaskFactory(), factory);
        const task = createTask(work(1), { name: "named", eager: true });
        assert.ok(task instanceof TracedTask);
        assert.deepEqual([task.traced, task.name], [true, "named"]);
        assert.equal(yield* waitOn(task), 1);
        assert.equal(yield* waitOn(loop.createTask(work(2))), 2);
        assert.deepEqual(yield* waitOn(gather(work(3), work(4))), [3, 4]);
        assert.deepEqual(yield* waitOn(gather([work(3), work(4)], { concurrency: 1 })), [3, 4]);
        assert.equal(yield* waitOn(shield(work(5))), 5);
        yield* waitOn(
          withTaskGroup((group) => {
            assert.ok(group.createTask(work(6)) instanceof TracedTask);
            return sleep(1);
          }),
        );
        assert.equal(yield* waitOn(Promise.resolve(work(7)).then((value) => value)), 7);
        // These run in the task of the caller, as in asyncio.
        assert.equal(yield* waitOn(waitFor(work(8), 5)), 8);
        assert.equal(yield* waitOn(work(9)), 9);
        loop.setTaskFactory(null);
        assert.equal(loop.getTaskFactory(), null);
        assert.ok(!(createTask(work(10)) instanceof TracedTask));
        assert.deepEqual(calls, [["work", "named", true], ...Array(8).fill(["work", undefined, undefined])]);
      }),
    );
  });

  test("makes the main task of a Runner on whose loop it was set, for the runs of that runner alone", async () => {
    const calls: unknown[] = [];
    const runner = new Runner({ clock: new VirtualClock() });
    runner.loop.setTaskFactory((loop, made, options) => {
      assert.equal(loop, runner.loop);
      calls.push(options.name);
      return new TracedTask(made, options);
    });
    const isTraced = coroutine(function* () {
      yield* sleep(0);
      return createTask(sleep(0)) instanceof TracedTask;
    });
    assert.equal(await runner.run(isTraced()), true);
    assert.equal(await runWithVirtualTime(isTraced), false);
    assert.deepEqual(calls, ["main", undefined]);
    await runner.close();
  });

  test("one that fails fails the run; a runner goes on", async () => {
    const runner = new Runner({ clock: new VirtualClock() });
    runner.loop.setTaskFactory(failing);
    const main = sleep(1);
    await assert.rejects(runner.run(main), /no task/);
    assert.throws(() => createTask(main), InvalidStateError);
    runner.loop.setTaskFactory(null);
    assert.equal(await runner.run(() => sleep(1, "value")), "value");
    await runner.close();
  });

  inBothForms(
    "one that hands the options to the loop's createTask, or the function's, gets a plain task",
    async ({ fn, wait: waitOn }) => {
      await runWithVirtualTime(
        fn("main", function* () {
          const events: string[] = [];
          const loop = getRunningLoop();
          const wrapped = fn("wrapped", function* (inner: Coroutine<unknown>): Generator<unknown, unknown, unknown> {
            events.push(`begin ${inner.name}`);
            return yield* waitOn(inner);
          });
          for (const make of [
            (inner: Coroutine<unknown>, options: TaskOptions) => loop.createTask(wrapped(inner), options),
            (inner: Coroutine<unknown>, options: TaskOptions) =>
              createTask(wrapped(inner), { ...options, name: "other" }),
          ]) {
            loop.setTaskFactory(((_loop: EventLoop, inner: Coroutine<unknown>, options: TaskOptions) =>
              make(inner, options)) as TaskFactory);
            assert.equal(yield* waitOn(createTask(sleep(1, "value"))), "value");
          }
          assert.deepEqual(events, ["begin sleep", "begin sleep"]);
        }),
      );
    },
  );

  inBothForms("one that throws closes the coroutine; the error is the caller's", async ({ fn, wait: waitOn }) => {
    const reports = await runWithVirtualTime(
      fn("main", function* () {
        const collected = collectReports();
        const loop = getRunningLoop();
        loop.setTaskFactory(failing);
        const never = fn("never", function* () {});
        const made = never();
        assert.throws(() => createTask(made), /no task/);
        made.close();
        loop.setTaskFactory(null);
        assert.throws(() => createTask(made), InvalidStateError);
        loop.setTaskFactory(failing);
        assert.throws(() => shield(never()), /no task/);
        assert.equal(yield* waitOn(outcome(gather(never(), never()))), "Error: no task");
        assert.equal(
          yield* waitOn(outcome(withTaskGroup((group) => group.createTask(never())))),
          "group(Error: no task)",
        );
        yield* waitOn(sleep(0));
        return collected;
      }),
    );
    assert.deepEqual(messages(reports), []);
  });

  inBothForms(
    "one that throws when a place of a limited gather is free fails the gather, and not the loop",
    async ({ fn, wait: waitOn }) => {
      await runWithVirtualTime(
        fn("main", function* () {
          const work = fn("work", function* () {
            yield* waitOn(sleep(1));
            getRunningLoop().setTaskFactory(failing);
          });
          const limited = gather([work(), work(), work()], { concurrency: 1 });
          assert.equal(yield* waitOn(outcome(limited)), "Error: no task");
          yield* waitOn(sleep(1));
        }),
      );
    },
  );

  test("others than functions and null are refused", () =>
    runWithVirtualTime(
      coroutine(function* () {
        for (const value of [5, "x", {}, undefined])
          assert.throws(() => getRunningLoop().setTaskFactory(value as never), TypeError);
      }),
    ));

  test("new Task() makes a task of the run that is on; a coroutine that is awaited already is refused", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = new Task(sleep(1, "value"), { name: "by hand" });
        assert.equal(task.name, "by hand");
        assert.equal(yield* task, "value");
        const taken = sleep(1);
        createTask(taken);
        assert.throws(() => new Task(taken), InvalidStateError);
      }),
    ));
});

describe("eager task factory", () => {
  inBothForms(
    "every task runs at once, as far as its first wait, unless it asks for the opposite",
    async ({ fn, wait: waitOn }) => {
      await runWithVirtualTime(
        fn("main", function* () {
          const events: string[] = [];
          getRunningLoop().setTaskFactory(eagerTaskFactory);
          const child = fn("child", function* (name: string) {
            events.push(`${name} begins`);
            if (name === "outer") createTask(child("inner"));
            yield* waitOn(sleep(0));
            events.push(`${name} ends`);
            return name;
          });
          const task = createTask(child("outer"));
          events.push("made");
          createTask(child("late"), { eager: false });
          events.push("made late");
          assert.deepEqual(events, ["outer begins", "inner begins", "made", "made late"]);
          assert.equal(yield* waitOn(task), "outer");
          yield* waitOn(sleep(1));
          assert.deepEqual(events.slice(4), ["inner ends", "outer ends", "late begins", "late ends"]);
        }),
      );
    },
  );

  inBothForms("gather, wait and groups over eager tasks give the same", async ({ fn, wait: waitOn }) => {
    const ready = fn("ready", function* (value: number) {
      if (value < 0) throw new Error("negative");
      return value;
    });
    await runWithVirtualTime(
      fn("main", function* () {
        getRunningLoop().setTaskFactory(eagerTaskFactory);
        assert.deepEqual(yield* waitOn(gather(ready(1), ready(2))), [1, 2]);
        assert.equal(yield* waitOn(outcome(gather(ready(1), ready(-1)))), "Error: negative");
        const { done, pending } = yield* waitOn(wait([createTask(ready(1)), createTask(sleep(1))], { timeout: 0 }));
        assert.deepEqual([done.size, pending.size], [1, 1]);
        const sum = yield* waitOn(
          withTaskGroup((group) => {
            const tasks = [group.createTask(ready(1)), group.createTask(sleep(1, 2))];
            return gather(tasks);
          }),
        );
        assert.deepEqual(sum, [1, 2]);
        assert.equal(
          yield* waitOn(
            outcome(
              withTaskGroup((group) => {
                group.createTask(ready(-1));
                return sleep(1);
              }),
            ),
          ),
          "group(Error: negative)",
        );
      }),
    );
  });
});
