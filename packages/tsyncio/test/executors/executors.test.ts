import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ContextVar, coroutine, createTask, gather, getRunningLoop, QueueFull, type Report, run, sleep } from "tsyncio";
import { ProcessPoolExecutor, ThreadPoolExecutor, toThread, transfer } from "tsyncio/executors";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";

const WORK = new URL("../../../test/executors/fixtures/work.mjs", import.meta.url).href;
const work = (name: string): URL => new URL(`${WORK}#${name}`);

/** Until a thread has set the number. */
const set = coroutine(function* (shared: SharedArrayBuffer, place: number) {
  while (Atomics.load(new Int32Array(shared), place) === 0) yield* sleep(1);
});

describe("toThread", () => {
  test(
    "runs a function that is complete in itself, while the loop goes on; the default executor ends with the run",
    inRun(function* () {
      let turns = 0;
      const busy = createTask(
        coroutine(function* () {
          for (;;) {
            yield* sleep(1);
            turns++;
          }
        })(),
      );
      const sum = yield* toThread(
        (from: number, to: number) => {
          const end = Date.now() + 30;
          while (Date.now() < end);
          return from + to;
        },
        1,
        2,
      );
      assert.equal(sum, 3);
      assert.ok(turns > 0);
      busy.cancel();
    }),
  );

  test(
    "runs a function of a module, be it plain, async or a coroutine function; without a name the default one",
    inRun(function* () {
      assert.deepEqual(yield* gather(toThread(new URL(WORK), 6, 7), toThread(work("slowly"), "later")), [42, "later"]);
    }),
  );

  test(
    "an error arrives with its class, message, code and stack",
    inRun(function* () {
      try {
        yield* toThread(work("fail"));
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.ok(error instanceof RangeError);
        assert.deepEqual([error.message, (error as { code?: string }).code], ["too far", "E_FAR"]);
        assert.match(String(error.stack), /work\.mjs:\d+:\d+/);
      }
      assert.equal(yield* outcome(toThread(() => Promise.reject(7))), "thrown 7");
    }),
  );

  test(
    "a function that uses what stands around it is told so, and what to do",
    inRun(function* () {
      const outside = 1;
      const told = String(yield* outcome(toThread(() => outside + 1)));
      assert.match(
        told,
        /^TypeError: the function '\(anonymous\)' uses 'outside', which the thread does not have, since a function is sent as text; pass it as an argument, or put it into a module/,
      );
      assert.match(String(yield* outcome(toThread(work("nothing")))), /has no function 'nothing'/);
      // As the compiler writes `async () => 1`.
      const $plain = (): number => 1;
      assert.match(
        String(yield* outcome(toThread(() => $plain()))),
        /^TypeError: the function '\(anonymous\)' is an async function, or has one in it, .*; write it without async, or put it into a module/,
      );
    }),
  );

  test(
    "context variables go along, by their name",
    inRun(function* () {
      const user = new ContextVar<string>("user");
      assert.equal(yield* toThread(work("who")), "nobody");
      user.set("Ada");
      assert.equal(yield* toThread(work("who")), "Ada");
    }),
  );

  test(
    "what is transferred is moved",
    inRun(function* () {
      const bytes = new Uint8Array([1, 2, 3]);
      assert.equal(yield* toThread((given: Uint8Array) => given.length, transfer(bytes)), 3);
      assert.equal(bytes.length, 0);
    }),
  );

  test(
    "cancelled, it terminates the thread",
    inRun(function* () {
      const shared = new SharedArrayBuffer(8);
      const task = createTask(toThread(work("spin"), shared, false));
      yield* set(shared, 0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(yield* toThread(() => 1), 1);
    }),
  );

  test("bad arguments are told at once", () => {
    assert.throws(
      () => toThread("./work.js"),
      /toThread takes a function, or the URL of a module with its export, not "\.\/work\.js"/,
    );
    assert.throws(() => toThread(coroutine(function* () {})), /is a coroutine function, of which a thread has no text/);
    assert.throws(() => toThread(Math.max.bind(null)), /has no text that could be sent/);
  });
});

describe("ThreadPoolExecutor", () => {
  test(
    'with onCancel: "wait" the task waits until the function has ended, which is told by checkCancelled()',
    inRun(function* () {
      const pool = new ThreadPoolExecutor({ onCancel: "wait" });
      const shared = new SharedArrayBuffer(8);
      const task = createTask(pool.run(work("spin"), shared, true));
      yield* set(shared, 0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(new Int32Array(shared)[1], 1);
      yield pool.shutdown();
    }),
  );

  test(
    'with onCancel: "abandon" the task goes on at once, and the function runs to its end',
    inRun(function* () {
      const pool = new ThreadPoolExecutor({ onCancel: "abandon" });
      const shared = new SharedArrayBuffer(8);
      const task = createTask(pool.run(work("spin"), shared, true));
      yield* set(shared, 0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      yield* set(shared, 1);
      yield pool.shutdown();
    }),
  );

  test(
    "serves runInExecutor, limits what runs and what waits, and takes nothing after its shutdown",
    inRun(function* () {
      const pool = new ThreadPoolExecutor({ maxWorkers: 1, maxQueue: 1 });
      assert.equal(yield* getRunningLoop().runInExecutor(pool, (a: number) => a + 1, 1), 2);
      const shared = new SharedArrayBuffer(8);
      const busy = createTask(pool.run(work("spin"), shared, false));
      yield* set(shared, 0);
      const waits = createTask(outcome(pool.run(work("default"), 1, 1)));
      yield* sleep(1);
      const full = yield* outcome(pool.run(work("default"), 1, 1));
      assert.match(String(full), new RegExp(`^${QueueFull.name}`));
      busy.cancel();
      assert.equal(yield* waits, 1);
      yield pool.shutdown();
      assert.equal(yield* outcome(pool.run(work("default"), 1, 1)), "InvalidStateError: the executor was shut down");
    }),
  );

  test("one that is open at the end of the run is named, and ended", async () => {
    const reports: Report[] = [];
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        const pool = new ThreadPoolExecutor();
        assert.equal(yield* pool.run(work("default"), 2, 3), 6);
      }),
    );
    assert.match(reports[0]?.message ?? "", /^still open .*\n {4}a pool of threads, opened at .*executors\.test/);
  });
});

describe("ProcessPoolExecutor", () => {
  test(
    "runs functions in processes of their own; one that exits is an error, and the next one runs",
    inRun(function* () {
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const pid = (yield* pool.run(work("pid"))) as number;
      assert.notEqual(pid, process.pid);
      assert.match(String(yield* outcome(pool.run(work("leave")))), /Error/);
      assert.notEqual(yield* pool.run(work("pid")), pid);
      assert.equal(yield* pool.run((a: number) => a * 2, 21), 42);
      yield pool.shutdown();
    }),
  );
});
