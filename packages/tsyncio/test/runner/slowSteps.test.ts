import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, getRunningLoop, type Report, sleep } from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { collectReports, messages } from "../support/reports.js";

/** Without the place that made the task, of which other tests tell. */
function withoutPlace(message: string): string {
  return message.replace(/, made at \S+/, "");
}

describe("slow steps", () => {
  inBothForms(
    "in debug mode a callback or a step that takes long is reported, with name and duration",
    async ({ fn, wait }) => {
      const clock = new VirtualClock();
      const work = (time: number): void => clock.jump(clock.now() + time);
      await runWithVirtualTime(
        fn("main", function* () {
          const reports = collectReports();
          const loop = getRunningLoop();
          assert.equal(loop.slowCallbackDuration, 100);
          const slow = loop.callSoon(function heavy() {
            work(150);
          });
          loop.callSoon(() => work(99));
          const task = createTask(
            fn("steps", function* () {
              work(99);
              yield* wait(sleep(0));
              work(1234);
            })(),
            { name: "worker" },
          );
          const future = new Future<void>();
          future.addDoneCallback(function whenDone() {
            work(100);
          });
          future.setResult();
          const timer = loop.callLater(5, function late() {
            work(200);
          });
          yield* wait(sleep(10_000));
          assert.deepEqual(messages(reports).map(withoutPlace), [
            "Executing <Handle heavy> took 0.150 seconds",
            "Executing done callback whenDone took 0.100 seconds",
            "Executing task 'worker' (steps) took 1.234 seconds",
            `Executing <TimerHandle when=${timer.when} late> took 0.200 seconds`,
          ]);
          assert.deepEqual(
            reports.map(({ task: step, handle }) => [step, handle]).filter((_, index) => index !== 1),
            [
              [undefined, slow],
              [task, undefined],
              [undefined, timer],
            ],
          );
          reports.length = 0;
          loop.slowCallbackDuration = 10;
          loop.callSoon(function light() {
            work(10);
          });
          yield* wait(sleep(1));
          assert.deepEqual(messages(reports), ["Executing <Handle light> took 0.010 seconds"]);
        }),
        { clock, debug: true },
      );
    },
  );

  test("loop.debug switches it on and off in the middle of a run, and the order of entries stays", async () => {
    const clock = new VirtualClock();
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const reports: Report[] = collectReports();
        const loop = getRunningLoop();
        const slow = (name: string): void => {
          events.push(name);
          clock.jump(clock.now() + 200);
        };
        assert.equal(loop.debug, false);
        loop.callSoon(slow, "a");
        yield* sleep(0);
        assert.equal(reports.length, 0);
        for (const name of ["b", "c", "d"]) loop.callSoon(slow, name);
        loop.debug = true;
        assert.equal(loop.debug, true);
        yield* sleep(0);
        assert.equal(reports.length, 3);
        for (const name of ["e", "f"]) loop.callSoon(slow, name);
        loop.debug = false;
        yield* sleep(0);
        assert.equal(reports.length, 3);
        assert.equal(loop.debug, false);
      }),
      { clock },
    );
    assert.deepEqual(events, ["a", "b", "c", "d", "e", "f"]);
  });

  test("a run in debug mode switches it off at its end", async () => {
    const clock = new VirtualClock();
    const reports: Report[] = [];
    await runWithVirtualTime(() => sleep(1), { clock, debug: true });
    await runWithVirtualTime(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        getRunningLoop().callSoon(() => clock.jump(clock.now() + 500));
        yield* sleep(1);
      }),
      { clock },
    );
    assert.deepEqual(reports, []);
  });

  test("on the platform's clock, with TSYNCIO_DEBUG", async () => {
    const { stderr } = await runChild(`
      process.env.TSYNCIO_DEBUG = "1";
      const { coroutine, run, sleep, getRunningLoop } = await import("tsyncio");
      await run(coroutine(function* busy() {
        getRunningLoop().slowCallbackDuration = 20;
        yield* sleep(1);
        const begin = performance.now();
        while (performance.now() - begin < 30);
      }));`);
    assert.match(withoutPlace(stderr), /^Executing task 'main' \(busy\) took (?!0\.0[012])\d+\.\d{3} seconds$/m);
  });
});
