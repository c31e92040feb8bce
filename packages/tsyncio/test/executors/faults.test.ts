/** What a program gets where a function in a worker goes wrong, and that the pool goes on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, getRunningLoop, run, TimeoutError, withTimeout } from "tsyncio";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "tsyncio/executors";

const WORK = new URL("../../../test/executors/fixtures/work.mjs", import.meta.url).href;

type Pool = ThreadPoolExecutor | ProcessPoolExecutor;

const never = (): never => {
  for (;;);
};

for (const [name, makePool] of [
  ["a thread", () => new ThreadPoolExecutor({ maxWorkers: 1 })],
  ["a process", () => new ProcessPoolExecutor({ maxWorkers: 1 })],
] as [string, () => Pool][]) {
  describe(`A function in ${name} of a pool`, () => {
    /** Each thing that goes wrong is followed by a call that goes well, in the only worker that there is. */
    const fails = (
      sentence: string,
      work: (pool: Pool) => PromiseLike<unknown>,
      expected: (error: any) => void,
    ): void => {
      test(`${sentence}; the next call is served`, () =>
        run(
          coroutine(function* () {
            const pool = makePool();
            let caught: unknown;
            try {
              yield work(pool);
              assert.fail("nothing was thrown");
            } catch (error) {
              caught = error;
            }
            expected(caught);
            assert.equal(yield* pool.run(() => 42), 42);
            yield pool.shutdown();
          }),
        ));
    };

    const message =
      (text: string | RegExp) =>
      (error: Error): void => {
        if (typeof text === "string") assert.equal(String(error), text);
        else assert.match(String(error), text);
      };

    fails(
      "that throws: its error",
      (pool) =>
        pool.run(() => {
          throw new RangeError("too far");
        }),
      (error) => {
        assert.ok(error instanceof RangeError);
        assert.equal(error.message, "too far");
      },
    );
    fails(
      "that throws what is no error: just that",
      (pool) =>
        pool.run(() => {
          // biome-ignore lint/style/useThrowOnlyError: what this test is about
          throw "text";
        }),
      (error) => assert.equal(error, "text"),
    );
    fails(
      "that fails in a callback of its own, after its call: that error",
      (pool) =>
        pool.run(
          () =>
            new Promise(() =>
              setTimeout(() => {
                throw new Error("later");
              }, 1),
            ),
        ),
      message("Error: later"),
    );
    fails(
      "that leaves a rejection unhandled: that error",
      (pool) => pool.run(() => new Promise(() => setTimeout(() => Promise.reject(new Error("rejected")), 1))),
      message("Error: rejected"),
    );
    fails(
      "whose result cannot be copied: a DataCloneError",
      (pool) => pool.run(() => () => 1),
      message(/^DataCloneError: .*could not be cloned/),
    );
    fails(
      "whose argument cannot be copied: a DataCloneError",
      (pool) =>
        pool.run(
          (fn: () => void) => fn,
          () => {},
        ),
      message(/^DataCloneError: .*could not be cloned/),
    );
    fails(
      "of a module that is not there: the platform's ERR_MODULE_NOT_FOUND",
      (pool) => pool.run(new URL("file:///no/such/module.mjs")),
      (error) => assert.equal(error.code, "ERR_MODULE_NOT_FOUND"),
    );
    fails(
      "that its module does not export: a TypeError that names both",
      (pool) => pool.run(new URL(`${WORK}#nothing`)),
      message(/^TypeError: the module .*work\.mjs has no function 'nothing'$/),
    );
    fails(
      "that calls process.exit(): an error",
      (pool) => pool.run(() => process.exit(3)),
      message(
        name === "a thread" ? /^Error: process\.exit\(3\) was called in a thread of a pool/ : /^Error: Worker exited/,
      ),
    );
    fails(
      "that calls process.exit() in a callback: an error",
      (pool) => pool.run(() => new Promise(() => setTimeout(() => process.exit(), 1))),
      message(
        name === "a thread" ? /^Error: process\.exit\(\) was called in a thread of a pool/ : /^Error: Worker exited/,
      ),
    );
    fails(
      "that never ends, and whose time is up: a TimeoutError, and the worker is ended",
      (pool) => withTimeout(50, () => pool.run(never)),
      (error) => assert.ok(error instanceof TimeoutError),
    );

    test("is open at the end of the run: the pool is named with its line, and ended", async () => {
      const reports: string[] = [];
      await run(
        coroutine(function* () {
          getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report.message));
          const pool = makePool();
          yield* pool.run(() => 1);
        }),
      );
      assert.equal(reports.length, 1);
      const kind = name === "a thread" ? "threads" : "processes";
      assert.match(
        reports[0] ?? "",
        new RegExp(
          `^still open at the end of the run.*\\n {4}a pool of ${kind}, opened at .*faults\\.test\\.[jt]s:\\d+:\\d+$`,
        ),
      );
    });
  });
}

test("A function in a thread that tries to exit where it has imported `exit` gets the same error", () =>
  run(
    coroutine(function* () {
      const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
      try {
        yield* pool.run(async () => (await import("node:process")).exit(1));
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.match(String(error), /^Error: process\.exit\(1\) was called in a thread/);
      }
      yield pool.shutdown();
    }),
  ));
