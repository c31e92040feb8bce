import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Coroutine,
  coroutine,
  createTask,
  gather,
  moveOnAfter,
  type Report,
  scopedToSignal,
  sleep,
  until,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { asyncGenerator } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms, lowered } from "../support/forms.js";
import { collectReports, messages } from "../support/reports.js";

/** What a body leaves behind, reported by the end of its run. */
async function reportedBy(body: () => Generator<unknown, unknown, any>, debug = false): Promise<Report[]> {
  let reports: Report[] = [];
  await runWithVirtualTime(
    coroutine(function* () {
      reports = collectReports();
      yield* coroutine(body)();
    }),
    { debug },
  );
  return reports;
}

/** The line of this file, as reports write it, at which the text stands. */
const here = /neverAwaited\.test\.(ts|js):\d+:\d+/;

describe("never awaited", () => {
  inBothForms(
    "a coroutine that nobody awaits never runs, and is reported at the end of run() by its name",
    async ({ fn }) => {
      const events: string[] = [];
      const forgotten = fn("forgotten", function* () {
        events.push("ran");
      });
      const reports = await reportedBy(function* () {
        forgotten();
      });
      assert.deepEqual(messages(reports), ["coroutine 'forgotten' was never awaited"]);
      assert.deepEqual(events, []);
    },
  );

  test("the report names the line that made it, and says what to write", async () => {
    const forgotten = coroutine(function* forgotten() {});
    const reports = await reportedBy(function* () {
      const line = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split("\n")[1] ?? "")?.[1]);
      forgotten();
      yield* sleep(0);
      return line;
    });
    const { message } = reports[0] as Report;
    assert.match(message, here);
    assert.match(message, /await/);
    assert.match(message, /createTask\(forgotten\(/);
  });

  test("two calls on different lines are two reports with their own lines", async () => {
    const forgotten = coroutine(function* forgotten() {});
    const reports = await reportedBy(function* () {
      forgotten();
      forgotten();
    });
    const lines = reports.map(({ message }) => Number(/neverAwaited\.test\.\w+:(\d+)/.exec(message)?.[1]));
    assert.equal(lines.length, 2);
    assert.equal((lines[1] as number) - (lines[0] as number), 1);
  });

  test("in lowered code the report names the line of the call, not of the function", async () => {
    const forgotten = lowered("forgotten", function* () {});
    const reports = await reportedBy(function* () {
      forgotten();
    });
    assert.match(reports[0]?.message ?? "", here);
  });

  test("what the library returns is reported as well", async () => {
    const made: (() => unknown)[] = [
      () => sleep(1),
      () => withTimeout(1, () => 1),
      () => moveOnAfter(1, () => 1),
      () => withCancelScope(() => 1),
      () => withTaskGroup(() => 1),
      () => until(Promise.resolve()),
      () => scopedToSignal(new AbortController().signal, () => 1),
    ];
    const reports = await reportedBy(function* () {
      for (const make of made) make();
    });
    assert.deepEqual(
      messages(reports).map((message) => /'(\w+)'/.exec(message)?.[1]),
      ["sleep", "withTimeout", "moveOnAfter", "withCancelScope", "withTaskGroup", "until", "scopedToSignal"],
    );
    for (const { message } of reports) assert.match(message, here);
  });

  test("a coroutine that is stored and awaited seconds later is not reported", async () => {
    const work = coroutine(function* work() {
      return 1;
    });
    const reports = await reportedBy(function* () {
      const stored = [work(), work(), work()];
      yield* sleep("10s");
      for (const one of stored) assert.equal(yield* one, 1);
    });
    assert.deepEqual(reports, []);
  });

  test("one that is given to createTask, gather or a group, closed, or cancelled before it began, is not reported", async () => {
    const work = coroutine(function* work() {});
    const reports = await reportedBy(function* () {
      createTask(work());
      createTask(work()).cancel();
      work().close();
      yield* gather([work(), work(), work()], { concurrency: 1 });
      yield* withTaskGroup((group) => {
        group.createTask(work());
        group.cancel();
      });
    });
    assert.deepEqual(reports, []);
  });

  test("a hundred thousand that are gathered at once are not reported, and those among them that are forgotten are", async () => {
    const work = coroutine(function* work() {});
    const forgotten = coroutine(function* forgotten() {});
    const reports = await reportedBy(function* () {
      const all: Coroutine<void>[] = [];
      for (let index = 0; index < 100_000; index++) {
        all.push(work());
        if (index % 20_000 === 0) forgotten();
      }
      yield* gather(all);
    });
    assert.deepEqual(messages(reports), Array(5).fill("coroutine 'forgotten' was never awaited"));
  });

  test("made in a callback, a done callback, or by native code during the run, it is reported by that run", async () => {
    const forgotten = coroutine(function* forgotten() {});
    const reports = await reportedBy(function* () {
      const { getRunningLoop } = yield* until(import("tsyncio"));
      getRunningLoop().callSoon(() => void forgotten());
      createTask(sleep(0)).addDoneCallback(() => void forgotten());
      yield* until(
        new Promise<void>((resolve) => {
          setImmediate(() => {
            forgotten();
            resolve();
          });
        }),
      );
      yield* sleep(1);
    });
    assert.equal(reports.length, 3);
  });

  test("it is reported when the run fails or is cancelled as well", async () => {
    const forgotten = coroutine(function* forgotten() {});
    let reports: Report[] = [];
    await assert.rejects(
      runWithVirtualTime(
        coroutine(function* () {
          reports = collectReports();
          forgotten();
          throw new Error("main failed");
        }),
      ),
      /main failed/,
    );
    assert.equal(reports.length, 1);
  });

  test("after the first hundred calls of a function the line is sampled; the report then names the definition, and lines are captured from then on", async () => {
    const busy = coroutine(function* busy() {});
    const use = async (): Promise<Report[]> =>
      reportedBy(function* () {
        for (let count = 0; count < 150; count++) yield* busy();
        busy();
      });
    const [first] = await use();
    assert.match(first?.message ?? "", /defined at .*neverAwaited\.test/);
    const [second] = await use();
    assert.match(second?.message ?? "", /made at .*neverAwaited\.test/);
  });

  test("in debug mode every line is captured", async () => {
    const busy = coroutine(function* busy() {});
    const [report] = await reportedBy(function* () {
      for (let count = 0; count < 500; count++) yield* busy();
      busy();
    }, true);
    assert.match(report?.message ?? "", /made at .*neverAwaited\.test/);
  });

  test("the next() of an async generator that nobody awaits is reported", async () => {
    const reports = await reportedBy(function* () {
      const generator = asyncGenerator(undefined, function* () {} as never, undefined, []);
      void generator.next();
      yield* sleep(0);
    });
    assert.equal(reports.length, 1);
  });

  test("it is reported as soon as the collector takes it, while the run goes on", async () => {
    const { stdout, stderr, status } = await runChild(
      `
      import { coroutine, run, sleep, getRunningLoop } from "tsyncio";
      const forgotten = coroutine(function* forgotten() {});
      await run(coroutine(function* () {
        const seen = new Promise((resolve) => getRunningLoop().setExceptionHandler((loop, { message }) => resolve(message)));
        (() => { forgotten(); })();
        yield* sleep(1);
        let left = 100;
        const timer = setInterval(() => { gc(); if (--left === 0) { console.log("not collected"); process.exit(); } }, 5);
        console.log(yield seen);
        clearInterval(timer);
      }));`,
      ["--expose-gc"],
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /coroutine 'forgotten' was never awaited/);
  });

  test("without an exception handler the report goes to stderr, also for one that was made outside any run", async () => {
    const { stderr, status } = await runChild(`
      import { coroutine, run, sleep } from "tsyncio";
      const inside = coroutine(function* inside() {});
      const outside = coroutine(function* outside() {});
      outside();
      await run(coroutine(function* () { inside(); }));`);
    assert.equal(status, 0);
    assert.match(stderr, /coroutine 'inside' was never awaited/);
    assert.match(stderr, /coroutine 'outside' was never awaited/);
    assert.equal(stderr.match(/was never awaited/g)?.length, 2);
  });

  test("a callback whose coroutine is dropped (setTimeout, an emitter, forEach) is named", async () => {
    const { stderr } = await runChild(`
      import { EventEmitter } from "node:events";
      import { coroutine, run, until } from "tsyncio";
      const dropped = coroutine(function* dropped() {});
      await run(coroutine(function* () {
        const emitter = new EventEmitter().on("event", dropped);
        emitter.emit("event");
        [1].forEach(dropped);
        yield* until(new Promise((resolve) => setTimeout(() => { dropped(); resolve(); }, 0)));
      }));`);
    assert.equal(stderr.match(/coroutine 'dropped' was never awaited/g)?.length, 3, stderr);
    assert.match(stderr, /createTask/);
  });

  for (const form of ["generator", "lowered"]) {
    test(`a million coroutines awaited one after another leave no memory behind (${form} form)`, async () => {
      const { stdout, stderr } = await runChild(
        `
        import { coroutine, run } from "tsyncio";
        import { aw, co, site } from "tsyncio/syntax";
        const s = site("f", "file", 1, 1);
        const f = ${form === "generator" ? "coroutine(function* f(n) { return n; })" : "(n) => co(s, (function* (n) { return n; })(n))"};
        await run(coroutine(function* () {
          for (let i = 0; i < 1e4; i++) yield* f(i);
          gc();
          const before = process.memoryUsage().heapUsed;
          let peak = 0;
          for (let i = 0; i < 1e6; i++) {
            yield* f(i);
            if (i % 250000 === 0) { gc(); peak = Math.max(peak, process.memoryUsage().heapUsed - before); }
          }
          gc();
          console.log(JSON.stringify({ peak, left: process.memoryUsage().heapUsed - before }));
        }));`,
        ["--expose-gc"],
      );
      assert.notEqual(stdout, "", stderr);
      const { peak, left } = JSON.parse(stdout) as { peak: number; left: number };
      assert.ok(peak < 1e6 && left < 1e6, stdout);
    });
  }
});
