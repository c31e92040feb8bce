import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  Context,
  ContextVar,
  coroutine,
  createTask,
  currentTask,
  DeadlockError,
  Future,
  getRunningLoop,
  InvalidStateError,
  type Report,
  Runner,
  run,
  sleep,
  until,
} from "tsyncio";
import { asyncGenerator, site, yielded } from "tsyncio/syntax";
import { VirtualClock } from "tsyncio/testing";
import { Child } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { collectReports, messages } from "../support/reports.js";

const virtual = (): Runner => new Runner({ clock: new VirtualClock() });

describe("Runner", () => {
  inBothForms(
    "runs coroutines and bodies one after another, and gives native promises of their outcomes",
    async ({ fn, wait }) => {
      const runner = virtual();
      const main = fn("main", function* (value: number) {
        yield* wait(sleep(1));
        if (value < 0) throw new Error("negative");
        return value;
      });
      const promise = runner.run(main(1));
      assert.ok(promise instanceof Promise);
      assert.equal(await promise, 1);
      assert.equal(await runner.run(() => main(2)), 2);
      await assert.rejects(runner.run(main(-1)), /negative/);
      await assert.rejects(runner.run(5 as never), TypeError);
      assert.equal(await runner.run(main(3)), 3);
      await runner.close();
    },
  );

  inBothForms(
    "keeps one context across its runs, a copy of the one in which it was first used",
    async ({ fn, wait }) => {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const get = fn("get", function* () {
        yield* wait(sleep(0));
        return variable.get();
      });
      const set = fn("set", function* (value: string) {
        variable.set(value);
        yield* wait(sleep(0));
      });
      const runner = virtual();
      await runner.run(set("first"));
      assert.equal(await runner.run(get()), "first");
      assert.equal(variable.get(), "none");
      const context = new Context();
      await runner.run(set("of another context"), { context });
      assert.equal(context.get(variable), "of another context");
      assert.equal(await runner.run(get()), "first");
      await runner.close();
      const given = new Context();
      const second = new Runner({ clock: new VirtualClock(), context: given });
      await second.run(set("given"));
      assert.equal(given.get(variable), "given");
      await second.close();
    },
  );

  inBothForms("tasks that a run leaves go on in the next, and close() cleans them up", async ({ fn, wait }) => {
    const runner = virtual();
    const events: string[] = [];
    const ticker = fn("ticker", function* () {
      try {
        for (;;) {
          yield* wait(sleep(10));
          events.push(`tick ${getRunningLoop().time()}`);
        }
      } finally {
        yield* wait(sleep(1));
        events.push("cleaned");
      }
    });
    await runner.run(
      fn("first", function* () {
        createTask(ticker());
        yield* wait(sleep(15));
      }),
    );
    events.push("between");
    await runner.run(() => sleep(10));
    await runner.close();
    // The clock goes on while native code has its turn between the runs.
    assert.deepEqual(events.slice(0, 2), ["tick 10", "between"]);
    assert.ok(events.includes("tick 20"));
    assert.equal(events.at(-1), "cleaned");
  });

  test("its loop can be had, and be told things, before the first run; what is set stays until close()", async () => {
    const runner = virtual();
    const { loop } = runner;
    const reports: Report[] = [];
    loop.setExceptionHandler((_loop, report) => reports.push(report));
    assert.equal(runner.getLoop(), loop);
    for (const name of ["first", "second"]) {
      await runner.run(
        coroutine(function* () {
          assert.equal(getRunningLoop(), loop);
          loop.callSoon(() => {
            throw new Error(name);
          });
          yield* sleep(1);
        }),
      );
    }
    assert.deepEqual(
      reports.map(({ exception }) => String(exception)),
      ["Error: first", "Error: second"],
    );
    await runner.close();
    assert.equal(loop.getExceptionHandler(), null);
  });

  test("close() reports what the runs left: errors of clean-ups with a fixed message, forgotten coroutines, lost errors", async () => {
    const runner = virtual();
    const reports: Report[] = [];
    runner.loop.setExceptionHandler((_loop, report) => reports.push(report));
    const forgotten = coroutine(function* forgotten() {});
    await runner.run(
      coroutine(function* () {
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
        createTask(
          coroutine(function* fails() {
            throw new Error("lost");
          })(),
          { name: "failing" },
        );
        forgotten();
        yield* sleep(1);
      }),
    );
    assert.deepEqual(reports, []);
    await runner.close();
    assert.deepEqual(messages(reports).sort(), [
      "coroutine 'forgotten' was never awaited",
      "task 'failing' (fails): exception was never retrieved",
      "unhandled exception during run() shutdown",
    ]);
  });

  test("close() closes the async generators that the runs have begun", async () => {
    const events: string[] = [];
    const runner = virtual();
    const body = function* (): Generator<unknown, void, unknown> {
      try {
        yield yielded(1);
      } finally {
        events.push("closed");
      }
    };
    const numbers = asyncGenerator(site("numbers", import.meta.url, 1, 1), body, undefined, []);
    await runner.run(
      coroutine(function* () {
        yield numbers.next();
      }),
    );
    assert.deepEqual(events, []);
    await runner.close();
    assert.deepEqual(events, ["closed"]);
  });

  test("closing twice, or without a run, is fine; using it afterwards is an InvalidStateError", async () => {
    const unused = virtual();
    await unused.close();
    const runner = virtual();
    await runner.run(() => 1);
    const closing = runner.close();
    assert.equal(runner.close(), closing);
    await closing;
    await runner.close();
    const never = coroutine(function* never() {});
    const reports = await runWithReports(async () => {
      for (const closed of [unused, runner]) {
        const error = { name: "InvalidStateError", message: "Runner is closed" };
        assert.throws(() => closed.getLoop(), error);
        assert.throws(() => closed.loop, error);
        await assert.rejects(closed.run(never()), error);
      }
    });
    assert.deepEqual(messages(reports), []);
  });

  test("await using closes it", async () => {
    const events: string[] = [];
    const runner = virtual();
    await runner.run(
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
        yield* sleep(0);
      }),
    );
    await runner[Symbol.asyncDispose]();
    assert.deepEqual(events, ["cleaned"]);
    assert.throws(() => runner.loop, InvalidStateError);
  });

  test("inside a task it is an InvalidStateError that says to await; while something runs it is one as well", async () => {
    const runner = virtual();
    const never = coroutine(function* never() {});
    const main = coroutine(function* () {
      const reports = collectReports();
      for (const call of [() => runner.run(never()), () => runner.close()]) {
        try {
          yield* until(call());
          assert.fail("ran");
        } catch (error) {
          assert.ok(error instanceof InvalidStateError, String(error));
        }
      }
      return reports;
    });
    const first = runner.run(main());
    await assert.rejects(runner.run(never()), InvalidStateError);
    await assert.rejects(runner.close(), InvalidStateError);
    assert.deepEqual(messages(await first), []);
    await runner.close();
  });

  test("a main that is cancelled rejects, and the runner goes on", async () => {
    const runner = virtual();
    await assert.rejects(
      runner.run(
        coroutine(function* () {
          currentTask()?.cancel("why");
          yield* sleep(1);
        }),
      ),
      (error) => error instanceof CancelledError && error.reason === "why",
    );
    assert.equal(await runner.run(() => 1), 1);
    await runner.close();
  });

  test("a deadlock fails the run, and the runner goes on", async () => {
    const runner = virtual();
    await assert.rejects(
      runner.run(() => new Future<void>()),
      DeadlockError,
    );
    assert.equal(await runner.run(() => sleep(1, "next")), "next");
    await runner.close();
  });

  test("stop() fails the run, and the runner goes on", async () => {
    const runner = virtual();
    runner.loop.callLater(5, () => runner.loop.stop());
    await assert.rejects(
      runner.run(() => sleep("1h")),
      /Event loop stopped before Future completed\./,
    );
    assert.equal(await runner.run(() => 1), 1);
    await runner.close();
  });

  test("debug mode is an option", async () => {
    const runner = new Runner({ clock: new VirtualClock(), debug: true });
    assert.equal(runner.loop.debug, true);
    assert.equal(await runner.run(() => getRunningLoop().debug), true);
    runner.loop.debug = false;
    assert.equal(await runner.run(() => getRunningLoop().debug), false);
    await runner.close();
    const other = virtual();
    assert.equal(other.loop.debug, false);
    await other.close();
  });

  test("a runner beside other runs ends only its own", async () => {
    const clock = new VirtualClock();
    const runner = new Runner({ clock });
    const beside = run(() => sleep(50, "beside"), { clock });
    await runner.run(
      coroutine(function* () {
        createTask(sleep("1h"));
        yield* sleep(1);
      }),
    );
    await runner.close();
    assert.equal(await beside, "beside");
  });

  test("a signal cancels main; then the runner ends by itself, with all that earlier runs have left", async () => {
    const child = new Child(`
      import { coroutine, createTask, Runner, sleep } from "tsyncio";
      const left = coroutine(function* left() { try { yield* sleep("1h"); } finally { yield* sleep(5); console.log("left cleaned"); } });
      const runner = new Runner();
      await runner.run(coroutine(function* () { createTask(left()); yield* sleep(1); }));
      await runner.run(coroutine(function* main() {
        try { yield* sleep(0); console.log("ready"); yield* sleep("1h"); } finally { console.log("main cleaned"); }
      }));
      console.log("never");`);
    await child.says("ready");
    child.kill("SIGINT");
    const { status, stdout, stderr } = await child.ended;
    assert.deepEqual([stdout, stderr, status], ["ready\nmain cleaned\nleft cleaned\n", "", 130]);
  });

  test("between its runs the platform's own behaviour stays; after close() no listener is left", async () => {
    const child = new Child(`
      import { Runner, sleep } from "tsyncio";
      const count = () => console.log(["SIGINT", "SIGTERM", "beforeExit"].map((name) => process.listenerCount(name)).join(" "));
      const runner = new Runner();
      await runner.run(() => sleep(1));
      count();
      await runner.run(() => count());
      await runner.close();
      count();`);
    assert.equal((await child.ended).stdout, "0 0 0\n1 1 1\n0 0 0\n");
  });
});

/** What native code leaves, reported on the platform's loop. */
async function runWithReports(body: () => Promise<void>): Promise<Report[]> {
  const runner = new Runner();
  const reports: Report[] = [];
  runner.loop.setExceptionHandler((_loop, report) => reports.push(report));
  await body();
  await runner.run(() => sleep(1));
  await runner.close();
  return reports;
}
