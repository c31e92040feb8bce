import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ContextVar,
  coroutine,
  createTask,
  currentTask,
  type EventLoop,
  Future,
  getRunningLoop,
  type Report,
  sleep,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inLoop } from "../support/inLoop.js";
import { collectReports, messages } from "../support/reports.js";

describe("exception handler", () => {
  test(
    "a callback that throws is reported with message, exception and handle, and the rest run",
    inLoop(function* () {
      const reports = collectReports();
      const events: string[] = [];
      const loop = getRunningLoop();
      const error = new Error("x");
      const handles = [
        loop.callSoon(function broken() {
          throw error;
        }),
        loop.callLater(0, () => {
          throw error;
        }),
      ];
      loop.callSoon(() => events.push("ran"));
      yield* sleep(1);
      assert.deepEqual(events, ["ran"]);
      assert.deepEqual(
        reports.map(({ message, exception, handle }) => [message, exception, handle]),
        [
          ["Exception in callback broken", error, handles[0]],
          ["Exception in callback (anonymous)", error, handles[1]],
        ],
      );
    }),
  );

  test("a handler that throws falls back to printing, and the others that fail reach it all the same", async () => {
    const { stderr, stdout, status } = await runChild(`
        import { coroutine, run, sleep, getRunningLoop } from "tsyncio";
        await run(coroutine(function* () {
          const loop = getRunningLoop();
          let calls = 0;
          loop.setExceptionHandler(() => { calls++; throw new Error("broken handler"); });
          for (const name of ["first", "second"]) loop.callSoon(() => { throw new Error(name); });
          yield* sleep(1);
          console.log(calls);
        }));`);
    assert.equal(status, 0);
    assert.equal(stdout, "2\n");
    assert.equal(stderr.match(/Unhandled error in exception handler/g)?.length, 2);
    for (const text of ["broken handler", "Error: first", "Error: second"]) assert.ok(stderr.includes(text), text);
  });

  test("printing is guarded itself: a console that throws does not stop the loop", async () => {
    const { stdout, status } = await runChild(`
      import { coroutine, run, sleep, getRunningLoop } from "tsyncio";
      console.error = () => { throw new Error("no console"); };
      await run(coroutine(function* () {
        const loop = getRunningLoop();
        loop.callSoon(() => { throw new Error("x"); });
        yield* sleep(1);
        loop.setExceptionHandler(() => { throw new Error("broken handler"); });
        loop.callSoon(() => { throw new Error("x"); });
        yield* sleep(1);
        loop.defaultExceptionHandler({ message: "x" });
        console.log("goes on");
      }));`);
    assert.equal(stdout, "goes on\n");
    assert.equal(status, 0);
  });

  test("defaultExceptionHandler() prints, also for a handler that deals with some reports only", async () => {
    const { stdout, stderr } = await runChild(`
      import { coroutine, run, getRunningLoop } from "tsyncio";
      await run(coroutine(function* () {
        const loop = getRunningLoop();
        loop.setExceptionHandler((loop, report) => {
          if (report.message === "mine") console.log("dealt with");
          else loop.defaultExceptionHandler(report);
        });
        loop.callExceptionHandler({ message: "mine" });
        loop.callExceptionHandler({ message: "other", exception: new Error("x") });
      }));`);
    assert.equal(stdout, "dealt with\n");
    assert.match(stderr, /^other\n Error: x\n/);
  });

  test(
    "it runs in the context of the task or callback that failed, outside any task",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const loop = getRunningLoop();
      const events: unknown[] = [];
      loop.setExceptionHandler((given: EventLoop, { message }: Report) => {
        assert.equal(given, loop);
        events.push([variable.get(), message.split(":")[0], currentTask()]);
        variable.set("set by the handler");
      });
      variable.set("main's");
      loop.callSoon(() => {
        variable.set("the callback's");
        throw new Error("x");
      });
      const task = createTask(
        coroutine(function* () {
          variable.set("the task's");
        })(),
      );
      yield* sleep(1);
      loop.callExceptionHandler({ message: "of a task", task });
      loop.callExceptionHandler({ message: "of none" });
      assert.deepEqual(events, [
        ["the callback's", "Exception in callback (anonymous)", null],
        ["the task's", "of a task", null],
        ["main's", "of none", currentTask()],
      ]);
      assert.equal(variable.get(), "set by the handler");
    }),
  );

  test("the report of an error that nobody took carries the future or task, of a forgotten coroutine the coroutine", async () => {
    const variable = new ContextVar<string>("variable", { default: "none" });
    const forgotten = coroutine(function* forgotten() {});
    const contexts: string[] = [];
    const reports: Report[] = [];
    const made: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => {
          reports.push(report);
          contexts.push(variable.get());
        });
        const future = new Future<void>();
        future.setException(new Error("future"));
        const task = createTask(
          coroutine(function* () {
            variable.set("the task's");
            throw new Error("task");
          })(),
          { name: "lonely" },
        );
        made.push(future, task, forgotten());
        yield* sleep(1);
      }),
    );
    const [future, task, left] = made;
    assert.deepEqual(messages(reports), [
      "a future: exception was never retrieved",
      "coroutine 'forgotten' was never awaited",
      "task 'lonely' ((anonymous)): exception was never retrieved",
    ]);
    assert.deepEqual(
      reports.map((report) => [report.future, report.task, report.coroutine, String(report.exception)]),
      [
        [future, undefined, undefined, "Error: future"],
        [undefined, undefined, left, "undefined"],
        [task, task, undefined, "Error: task"],
      ],
    );
    assert.deepEqual(contexts, ["none", "none", "the task's"]);
  });
});
