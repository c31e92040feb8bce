import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  type Executor,
  gather,
  getRunningLoop,
  InvalidStateError,
  moveOnAfter,
  Runner,
  run,
  type Submission,
  sleep,
  waitFor,
} from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

/** Runs one function after another, each some milliseconds of the platform later; or, where `held` is set, when it is told to. */
class SlowExecutor implements Executor {
  readonly events: string[] = [];
  readonly #jobs: (() => void)[] = [];
  #idle: () => void = () => {};
  readonly #held: boolean;

  constructor(held = false) {
    this.#held = held;
  }

  submit<A extends unknown[], T>(fn: (...args: A) => T, ...args: A): Submission<Awaited<T>> {
    const { promise, job } = deferred(() => {
      this.events.push(`${fn.name} ran`);
      return fn(...args);
    });
    this.#jobs.push(job);
    if (!this.#held) setTimeout(() => this.step(), 2);
    return Object.assign(promise as Promise<Awaited<T>>, {
      cancel: () => {
        const place = this.#jobs.indexOf(job);
        if (place >= 0) this.#jobs.splice(place, 1);
        this.events.push(`${fn.name}: ${place >= 0 ? "cancelled" : "cancelled too late"}`);
      },
    });
  }

  step(): void {
    this.#jobs.shift()?.();
    if (this.#jobs.length === 0) this.#idle();
  }

  async shutdown(options?: { wait?: boolean }): Promise<void> {
    this.events.push(`shutdown ${JSON.stringify(options)}`);
    if (options?.wait !== false && this.#jobs.length > 0)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    this.events.push("shut down");
  }
}

function deferred<T>(run: () => T): { promise: Promise<T>; job: () => void } {
  let job = (): void => {};
  const promise = new Promise<T>((resolve, reject) => {
    job = () => {
      try {
        resolve(run());
      } catch (error) {
        reject(error);
      }
    };
  });
  return { promise, job };
}

const add = (a: number, b: number): number => a + b;
const fail = (): never => {
  throw new Error("failed there");
};

describe("runInExecutor", () => {
  inBothForms(
    "gives what the function returns or throws, with its arguments; others run meanwhile",
    async ({ fn, wait }) => {
      await run(
        fn("main", function* () {
          const loop = getRunningLoop();
          const held = new SlowExecutor(true);
          const events: string[] = [];
          const meanwhile = createTask(
            fn("meanwhile", function* () {
              events.push("meanwhile");
              yield* wait(sleep(0));
              held.step();
            })(),
          );
          const sum = loop.runInExecutor(held, add, 1, 2);
          assert.deepEqual([sum.done(), held.events], [false, []]);
          assert.equal(yield* wait(sum), 3);
          events.push("sum");
          yield* wait(meanwhile);
          assert.deepEqual(events, ["meanwhile", "sum"]);
          const executor = new SlowExecutor();
          assert.equal(yield* wait(outcome(loop.runInExecutor(executor, fail))), "Error: failed there");
          assert.deepEqual(
            yield* wait(gather(loop.runInExecutor(executor, add, 1, 1), loop.runInExecutor(executor, add, 2, 2))),
            [2, 4],
          );
        }),
      );
    },
  );

  inBothForms(
    "a cancelled waiter stops waiting at once and the executor is told; what has not begun never does",
    async ({ fn, wait }) => {
      await run(
        fn("main", function* () {
          const loop = getRunningLoop();
          const executor = new SlowExecutor(true);
          const first = loop.runInExecutor(executor, add, 1, 1);
          const second = loop.runInExecutor(executor, function never() {});
          assert.equal(yield* wait(moveOnAfter(0, () => second)), undefined);
          assert.equal(second.cancelled(), true);
          yield* wait(sleep(0));
          executor.step();
          assert.equal(first.cancel(), true);
          assert.equal(yield* wait(outcome(first)), "cancelled");
          yield* wait(sleep(0));
          assert.deepEqual(executor.events, ["never: cancelled", "add ran", "add: cancelled too late"]);
          // Somebody else wants it.
          const shared = loop.runInExecutor(executor, add, 3, 4);
          const other = createTask(
            fn("other", function* () {
              return yield* wait(shared);
            })(),
          );
          yield* wait(sleep(0));
          yield* wait(moveOnAfter(0, () => shared));
          executor.step();
          assert.equal(yield* wait(other), 7);
        }),
      );
    },
  );

  inBothForms("an executor that cancels something by itself cancels the future", async ({ fn, wait }) => {
    const { CancelledError } = await import("tsyncio");
    await runWithVirtualTime(
      fn("main", function* () {
        const executor: Executor = {
          submit: () => Promise.reject(new CancelledError("by the executor")),
          shutdown() {},
        };
        const future = getRunningLoop().runInExecutor(executor, add, 1, 2);
        assert.equal(yield* wait(outcome(future)), "cancelled");
        assert.equal(future.cancelled(), true);
      }),
    );
  });

  test("in virtual time the clock waits for the executor", async () => {
    const time = await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.setDefaultExecutor(new SlowExecutor());
        loop.callLater("1h", () => {});
        yield* loop.runInExecutor(null, add, 1, 2);
        // One that nobody awaits holds it as well, and lets it go on when it has ended.
        loop.runInExecutor(null, add, 3, 4);
        const before = loop.time();
        yield* sleep(5);
        return [before, loop.time()];
      }),
    );
    assert.deepEqual(time, [0, 5]);
  });

  test("an error that nobody takes is reported", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const loop = getRunningLoop();
        loop.setDefaultExecutor(new SlowExecutor());
        loop.runInExecutor(null, fail);
        yield* sleep(1);
      }),
    );
    assert.deepEqual(messages(reports), ["task 'fail' (promise): exception was never retrieved"]);
  });

  test("without a default executor, or after its shutdown, it is an InvalidStateError that says where to get one", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        const none = { name: "InvalidStateError", message: /setDefaultExecutor\(.*tsyncio\/executors/ };
        assert.throws(() => loop.runInExecutor(null, add, 1, 2), none);
        const executor = new SlowExecutor();
        loop.setDefaultExecutor(executor);
        assert.equal(yield* loop.runInExecutor(null, add, 1, 2), 3);
        yield* loop.shutdownDefaultExecutor();
        assert.deepEqual(executor.events, ["add ran", "shutdown undefined", "shut down"]);
        assert.throws(() => loop.runInExecutor(null, add, 1, 2), none);
        yield* loop.shutdownDefaultExecutor();
      }),
    ));

  test("coroutine functions and what is no executor are refused", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        assert.throws(() => loop.runInExecutor(new SlowExecutor(), coroutine(function* () {}) as never), TypeError);
        assert.throws(() => loop.runInExecutor(new SlowExecutor(), "x" as never), TypeError);
        for (const value of [null, undefined, 5, {}])
          assert.throws(() => loop.setDefaultExecutor(value as never), TypeError);
      }),
    ));
});

describe("default executor", () => {
  test("the end of the run awaits what it runs, after tasks and before the promise settles", async () => {
    const executor = new SlowExecutor();
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.setDefaultExecutor(executor);
        createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* loop.runInExecutor(null, function inCleanUp() {});
            }
          })(),
        );
        loop.runInExecutor(null, function leftBehind() {});
        yield* sleep(1);
      }),
    );
    assert.deepEqual(executor.events, ["leftBehind ran", "inCleanUp ran", "shutdown undefined", "shut down"]);
  });

  test("of several runs of a loop the last one shuts it down, of a Runner its close()", async () => {
    const clock = new VirtualClock();
    const executor = new SlowExecutor();
    const outer = run(() => sleep(100), { clock });
    await run(
      coroutine(function* () {
        getRunningLoop().setDefaultExecutor(executor);
        yield* sleep(1);
      }),
      { clock },
    );
    assert.deepEqual(executor.events, []);
    await outer;
    assert.deepEqual(executor.events, ["shutdown undefined", "shut down"]);

    const ofRunner = new SlowExecutor();
    const runner = new Runner({ clock: new VirtualClock() });
    runner.loop.setDefaultExecutor(ofRunner);
    for (const value of [1, 2])
      assert.equal(await runner.run(() => getRunningLoop().runInExecutor(null, add, value, 1)), value + 1);
    assert.deepEqual(ofRunner.events, ["add ran", "add ran"]);
    await runner.close();
    assert.deepEqual(ofRunner.events.slice(2), ["shutdown undefined", "shut down"]);
  });

  test("a shutdown that hangs ends with a report, and the run ends", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    const hanging: Executor = { submit: () => new Promise(() => {}), shutdown: () => sleep("1h") };
    let loop = {} as ReturnType<typeof getRunningLoop>;
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        loop = getRunningLoop();
        loop.setDefaultExecutor(hanging);
        yield* loop.shutdownDefaultExecutor("2s");
        assert.equal(loop.time(), 2000);
        loop.setDefaultExecutor(hanging);
      }),
    );
    assert.equal(loop.time(), 302_000);
    assert.deepEqual(messages(reports), [
      "the default executor has not ended what it runs within 2 seconds; it is left alone",
      "the default executor has not ended what it runs within 300 seconds; it is left alone",
    ]);
  });

  test("a shutdown that fails is reported by the end of the run", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const shutdown = (): Promise<void> => Promise.reject(new Error("no shutdown"));
        getRunningLoop().setDefaultExecutor({ submit: async () => undefined as never, shutdown });
        yield* sleep(1);
      }),
    );
    assert.deepEqual(messages(reports), ["error during closing of the default executor"]);
    assert.match(String(reports[0]?.exception), /no shutdown/);
  });

  test("close() of the loop shuts it down without waiting", async () => {
    const executor = new SlowExecutor();
    const runner = new Runner({ clock: new VirtualClock() });
    const { loop } = runner;
    loop.setDefaultExecutor(executor);
    const left = loop.runInExecutor(null, add, 1, 2);
    loop.close();
    assert.deepEqual(executor.events, ['shutdown {"wait":false}', "shut down"]);
    assert.equal(await left, 3);
    assert.throws(() => loop.runInExecutor(executor, add, 1, 2), InvalidStateError);
    await runner.close();
  });

  test("a time limit ends a wait for it", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const never: Executor = { submit: () => new Promise(() => {}), shutdown() {} };
        const timer = setTimeout(() => {}, 1e6);
        assert.equal(
          yield* outcome(waitFor(getRunningLoop().runInExecutor(never, add, 1, 2), 0)),
          "TimeoutError: not done within 0 ms",
        );
        clearTimeout(timer);
      }),
    ));
});
