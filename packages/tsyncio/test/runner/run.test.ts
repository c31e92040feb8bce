import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  CancelledError,
  type Context,
  coroutine,
  createTask,
  getRunningLoop,
  InvalidStateError,
  type Report,
  run,
  sleep,
  until,
} from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

describe("run", () => {
  inBothForms(
    "takes a coroutine or a body, and gives a native promise of the result or the error",
    async ({ fn, wait }) => {
      const main = fn("main", function* (value: number) {
        yield* wait(sleep(1));
        if (value < 0) throw new Error("negative");
        return value;
      });
      const promise = run(main(1));
      assert.ok(promise instanceof Promise);
      assert.equal(await promise, 1);
      assert.equal(await run(() => main(2)), 2);
      assert.equal(await run(() => 3), 3);
      assert.equal(await run(async () => 4), 4);
      await assert.rejects(run(main(-1)), /negative/);
      await assert.rejects(
        run(() => {
          throw new Error("body");
        }),
        /body/,
      );
    },
  );

  test("takes a promise too, and rejects what cannot be run with a TypeError", async () => {
    assert.equal(await run(Promise.resolve(1)), 1);
    for (const value of [null, undefined, 5, {}]) await assert.rejects(run(value as never), TypeError);
  });

  test("a coroutine that was run already is an InvalidStateError, and harms nothing", async () => {
    const main = coroutine(function* () {})();
    await run(main);
    await assert.rejects(run(main), InvalidStateError);
    await run(sleep(0));
  });

  test("the body runs inside the loop", async () => {
    assert.equal(await run(() => allTasks().size), 1);
    assert.equal(typeof (await run(() => getRunningLoop().time())), "number");
  });

  inBothForms(
    "inside a task it is an InvalidStateError, as a rejection, that says to await; the coroutine is closed",
    async ({ fn, wait }) => {
      let reports: Report[] = [];
      const inner = fn("inner", function* () {});
      const main = fn("main", function* () {
        reports = collectReports();
        try {
          yield* wait(until(run(inner())));
        } catch (error) {
          return error;
        }
        return undefined;
      });
      const error = await runWithVirtualTime(main());
      assert.ok(error instanceof InvalidStateError);
      assert.match(error.message, /await/);
      assert.deepEqual(reports, []);
    },
  );

  test("tasks that are left are cancelled and their clean-ups awaited before the promise settles", async () => {
    const events: string[] = [];
    const left = coroutine(function* (name: string, time: number) {
      try {
        yield* sleep("1h");
      } finally {
        yield* sleep(time);
        events.push(name);
      }
    });
    const value = await runWithVirtualTime(
      coroutine(function* () {
        createTask(left("a", 20));
        createTask(left("b", 10));
        yield* sleep(1);
        events.push("main ends");
        return "value";
      }),
    );
    events.push("settled");
    assert.equal(value, "value");
    assert.deepEqual(events, ["main ends", "b", "a", "settled"]);
  });

  test("tasks that clean-ups make are awaited and cancelled as well", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              createTask(
                coroutine(function* () {
                  try {
                    yield* sleep("1h");
                  } finally {
                    yield* sleep(1);
                    events.push("made in a clean-up");
                  }
                })(),
              );
            }
          })(),
        );
        yield* sleep(1);
      }),
    );
    assert.deepEqual(events, ["made in a clean-up"]);
  });

  test("a task that was made and did not begin before main ended never runs", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        yield* sleep(1);
        createTask(
          coroutine(function* () {
            yield* sleep(1);
            events.push("never");
          })(),
        );
      }),
    );
    assert.deepEqual(events, []);
  });

  test("errors of what is left are reported with a fixed message, and main's outcome stays", async () => {
    let reports: Report[] = [];
    const value = await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              // biome-ignore lint/correctness/noUnsafeFinally: what is tested
              throw new Error("at shutdown");
            }
          })(),
        );
        yield* sleep(1);
        return "value";
      }),
    );
    assert.equal(value, "value");
    assert.deepEqual(messages(reports), ["unhandled exception during run() shutdown"]);
    assert.equal(String(reports[0]?.exception), "Error: at shutdown");
    assert.notEqual(reports[0]?.task, undefined);
  });

  test("leftovers are cancelled when main fails as well", async () => {
    const events: string[] = [];
    await assert.rejects(
      runWithVirtualTime(
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
          throw new Error("main");
        }),
      ),
      /main/,
    );
    assert.deepEqual(events, ["cleaned"]);
  });

  test("a main that was cancelled rejects with CancelledError and its reason", async () => {
    await assert.rejects(
      runWithVirtualTime(
        coroutine(function* () {
          const [main] = allTasks();
          getRunningLoop().callSoon(() => main?.cancel("why"));
          yield* sleep("1h");
        }),
      ),
      (error) => error instanceof CancelledError && error.reason === "why",
    );
  });

  test("the options: debug, context, clock", async () => {
    const clock = new VirtualClock(1000);
    const context = await run(
      coroutine(function* () {
        return undefined as Context | undefined;
      }),
      { debug: true },
    );
    assert.equal(context, undefined);
    assert.equal(
      await run(
        coroutine(function* () {
          yield* sleep("1h");
          return getRunningLoop().time();
        }),
        { clock },
      ),
      3_601_000,
    );
    assert.equal(clock.now(), 3_601_000);
  });
});

describe("concurrent runs", () => {
  test("are isolated: each cancels its own leftovers alone, and allTasks() tells its own", async () => {
    const events: string[] = [];
    const clock = new VirtualClock();
    const left = coroutine(function* (name: string) {
      try {
        yield* sleep(20);
        events.push(`${name} ended`);
      } finally {
        events.push(`${name} finally`);
      }
    });
    const short = run(
      coroutine(function* () {
        createTask(left("short's"));
        yield* sleep(5);
        assert.equal(allTasks().size, 2);
      }),
      { clock },
    ).then(() => events.push("short over"));
    const long = run(
      coroutine(function* () {
        const task = createTask(left("long's"));
        yield* sleep(10);
        assert.equal(allTasks().size, 2);
        yield* task;
      }),
      { clock },
    ).then(() => events.push("long over"));
    await Promise.all([short, long]);
    assert.deepEqual(events, ["short's finally", "short over", "long's ended", "long's finally", "long over"]);
  });

  test("each reports what it left unawaited once", async () => {
    const { stderr, stdout } = await runChild(`
      import { coroutine, run, sleep } from "tsyncio";
      const [a, b] = [coroutine(function* ofTheFirst() {}), coroutine(function* ofTheSecond() {})];
      const first = run(coroutine(function* () { yield* sleep(1); a(); yield* sleep(1); })).then(() => console.error("first over"));
      await Promise.all([
        first,
        run(coroutine(function* () { yield first; b(); yield* sleep(1); })).then(() => console.error("second over")),
      ]);`);
    assert.equal(stdout, "");
    const order = [...stderr.matchAll(/'(ofTheFirst|ofTheSecond)' was never awaited|(first|second) over/g)].map(
      ([, name, over]) => name ?? over,
    );
    assert.deepEqual(order, ["ofTheFirst", "first", "ofTheSecond", "second"]);
  });

  test("a failing one leaves the other alone", async () => {
    const results = await Promise.allSettled([
      run(
        coroutine(function* () {
          yield* sleep(1);
          throw new Error("x");
        }),
      ),
      run(() => sleep(5, "value")),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "fulfilled"],
    );
  });

  test("a run that native code inside a run starts is allowed", async () => {
    const value = await run(
      coroutine(function* () {
        return yield* until(
          (async () => {
            await null;
            return run(() => sleep(1, "inner"));
          })(),
        );
      }),
    );
    assert.equal(value, "inner");
  });

  test("one after another a hundred runs leave nothing behind", async () => {
    const before = process.listenerCount("SIGINT") + process.listenerCount("beforeExit");
    for (let index = 0; index < 100; index++) await run(() => outcome(sleep(0)));
    assert.equal(process.listenerCount("SIGINT") + process.listenerCount("beforeExit"), before);
  });
});
