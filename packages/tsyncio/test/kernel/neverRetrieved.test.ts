import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, moveOnAfter, type Report, shield, sleep, withTaskGroup } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { its, outcome } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

async function reportedBy(body: () => Generator<unknown, unknown, any>): Promise<string[]> {
  let reports: Report[] = [];
  await runWithVirtualTime(
    coroutine(function* () {
      reports = collectReports();
      yield* coroutine(body)();
    }),
  );
  return reports.map(({ message, exception }) => `${message.split("\n")[0]} | ${exception}`);
}

const fails = coroutine(function* fails(after: number = 1) {
  yield* sleep(after);
  throw new Error("x");
});

describe("never retrieved", () => {
  test("a task that failed and whose error nobody took is reported once, at the end of the run, with task and error", async () => {
    const reports = await reportedBy(function* () {
      createTask(fails(), { name: "lonely" });
      yield* sleep(10);
    });
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? "", /never retrieved.*Error: x|lonely.*never retrieved.*Error: x/);
    assert.match(reports[0] ?? "", /lonely/);
  });

  test("not after an await, result(), exception(), then(), gather or shield took it", async () => {
    const reports = await reportedBy(function* () {
      yield* outcome(createTask(fails()));
      const [a, b, c] = [createTask(fails()), createTask(fails()), createTask(fails())];
      c.catch(() => {});
      yield* sleep(5);
      assert.throws(() => a.result());
      b.exception();
      yield* outcome(gather([fails(), fails(2)]));
      yield* outcome(gather([fails(), fails(2)], { returnExceptions: true }));
      yield* outcome(shield(fails()));
      yield* sleep(5);
    });
    assert.deepEqual(reports, []);
  });

  test("also where result() or exception() was asked for before there was one", async () => {
    const reports = await reportedBy(function* () {
      const [a, b] = [createTask(fails()), createTask(fails())];
      assert.throws(() => a.result());
      assert.throws(() => b.exception());
      yield* sleep(10);
    });
    assert.equal(reports.length, 2);
  });

  test("not where somebody takes it later, before the end of the run", async () => {
    const reports = await reportedBy(function* () {
      const task = createTask(fails());
      yield* sleep("1h");
      yield* outcome(task);
    });
    assert.deepEqual(reports, []);
  });

  test("not for a child of a group, whose error the group throws; also where the body awaits the child", async () => {
    const reports = await reportedBy(function* () {
      yield* outcome(withTaskGroup((group) => void group.createTask(fails())));
      yield* outcome(withTaskGroup((group) => its(group.createTask(fails()))));
    });
    assert.deepEqual(reports, []);
  });

  test("not for a child of a group for which a shielded waiter has stopped waiting", async () => {
    const reports = await reportedBy(function* () {
      yield* outcome(
        withTaskGroup(
          coroutine(function* (group) {
            const child = group.createTask(fails(5));
            yield* moveOnAfter(1, () => shield(child));
            yield* sleep(10);
          }),
        ),
      );
    });
    assert.deepEqual(reports, []);
  });

  test("not for a cancelled task", async () => {
    const reports = await reportedBy(function* () {
      const task = createTask(sleep("1h"));
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
    });
    assert.deepEqual(reports, []);
  });

  test("the late error of an inner whose shielded waiter was cancelled is reported once", async () => {
    const reports = await reportedBy(function* () {
      yield* moveOnAfter(1, () => shield(fails(5)));
      yield* sleep(10);
    });
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? "", /never retrieved.*Error: x/);
  });

  test("a waiter that was cancelled is not one who took it", async () => {
    const reports = await reportedBy(function* () {
      const future = new Future<void>();
      yield* moveOnAfter(1, () => future);
      future.setException(new Error("x"));
      yield* sleep(1);
      assert.equal(future.done(), true);
    });
    assert.equal(reports.length, 1);
  });

  test("it is reported when the collector takes the task, while the run goes on", async () => {
    const { stdout, stderr } = await runChild(
      `
      import { coroutine, createTask, run, sleep, getRunningLoop } from "tsyncio";
      const fails = coroutine(function* fails() { throw new Error("boom"); });
      await run(coroutine(function* () {
        const seen = new Promise((resolve) => getRunningLoop().setExceptionHandler((loop, report) => resolve(report)));
        (() => { createTask(fails(), { name: "lonely" }); })();
        yield* sleep(1);
        let left = 100;
        const timer = setInterval(() => { gc(); if (--left === 0) { console.log("not collected"); process.exit(); } }, 5);
        const { message, exception } = yield seen;
        console.log(message, exception.message);
        clearInterval(timer);
      }));`,
      ["--expose-gc"],
    );
    assert.match(stdout, /never retrieved.*boom/, stderr);
    assert.match(stdout, /lonely/);
    assert.equal(stderr, "");
  });
});
