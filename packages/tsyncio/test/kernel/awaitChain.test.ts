import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, createTask, run, sleep } from "tsyncio";
import { aw, co, site } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";

/** The lines of a stack from the first `at async` on, without places. */
function chainOf(error: unknown): string[] {
  return String((error as Error).stack)
    .split("\n")
    .filter((line) => /^ *at async /.test(line))
    .map((line) => line.trim().split(" ")[2] ?? "");
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new assert.AssertionError({ message: "no rejection" });
}

const place = /\(.*awaitChain\.test\.\w+:\d+:\d+\)/;

describe("await chain", () => {
  inBothForms("an error that is caught names the functions that wait for it, innermost first", async ({ fn, wait }) => {
    const fails = fn("fails", function* () {
      yield* wait(sleep(1));
      throw new Error("x");
    });
    const middle = fn("middle", function* () {
      yield* wait(fails());
    });
    const main = fn("main", function* () {
      try {
        yield* wait(middle());
      } catch (error) {
        return chainOf(error);
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["middle", "main"]);
  });

  test("an error that nobody caught has the exact line of every await (generator form)", async () => {
    const fails = coroutine(function* fails() {
      yield* sleep(1);
      throw new Error("x");
    });
    const middle = coroutine(function* middle() {
      yield* sleep(0);
      yield* fails();
    });
    const main = coroutine(function* main() {
      yield* middle();
    });
    const error = await rejection(runWithVirtualTime(main()));
    const lines = String(error.stack).split("\n");
    assert.equal(lines[0], "Error: x");
    assert.match(lines[1] ?? "", place);
    const chain = lines.filter((line) => line.includes("at async"));
    assert.equal(chain.length, 2);
    for (const line of chain) assert.match(line, place);
    const numbers = [lines[1] ?? "", ...chain].map((line) => Number(/:(\d+):\d+\)/.exec(line)?.[1]));
    assert.deepEqual(
      numbers.map((number) => number - (numbers[0] as number)),
      [0, 4, 7],
    );
  });

  test("the same for lowered code, whose lines are those of aw(yield x)", async () => {
    const [a, b] = [site("inner", "file", 1, 1), site("outer", "file", 2, 1)];
    const inner = () =>
      co(
        a,
        (function* () {
          aw(yield sleep(1));
          throw new Error("x");
        })(),
      );
    const outer = () =>
      co(
        b,
        (function* () {
          aw(yield inner());
        })(),
      );
    const error = await rejection(runWithVirtualTime(outer()));
    const chain = String(error.stack)
      .split("\n")
      .filter((line) => line.includes("at async"));
    assert.equal(chain.length, 1);
    assert.match(chain[0] ?? "", /at async outer \(.*awaitChain\.test\.\w+:\d+:\d+\)/);
  });

  test("in debug mode the lines are there where the error is caught as well", async () => {
    const fails = coroutine(function* fails() {
      throw new Error("x");
    });
    const middle = coroutine(function* middle() {
      yield* fails();
    });
    const main = coroutine(function* main() {
      try {
        yield* middle();
      } catch (error) {
        return String((error as Error).stack);
      }
      return "";
    });
    const stack = await runWithVirtualTime(main(), { debug: true });
    assert.match(stack, /at async middle \(.*awaitChain\.test\.\w+:\d+:\d+\)/);
    assert.match(stack, /at async main/);
  });

  test("the loop's own frames are not in the stack", async () => {
    const inner = coroutine(function* inner() {
      yield* sleep(1);
      throw new Error("x");
    });
    const error = await rejection(
      runWithVirtualTime(
        coroutine(function* outer() {
          yield* inner();
        }),
      ),
    );
    assert.doesNotMatch(String(error.stack), /tsyncioStep|scheduler|driver|node:internal/);
  });

  test("frames of the library have no place in it", async () => {
    const { withTimeout, withTaskGroup } = await import("tsyncio");
    const fails = coroutine(function* fails() {
      throw new Error("x");
    });
    const error = (await rejection(
      runWithVirtualTime(
        coroutine(function* outer() {
          yield* withTimeout(5, () => withTaskGroup(() => fails()));
        }),
      ),
    )) as AggregateError;
    assert.deepEqual(chainOf(error.errors[0]), ["outer"]);
  });

  test("an error of a task that is awaited names its own functions, then those of the one who awaits the task", async () => {
    const fails = coroutine(function* fails() {
      yield* sleep(1);
      throw new Error("x");
    });
    const inTask = coroutine(function* inTask() {
      yield* fails();
    });
    const waits = coroutine(function* waits() {
      yield* createTask(inTask());
    });
    const error = await rejection(
      runWithVirtualTime(
        coroutine(function* outer() {
          yield* waits();
        }),
      ),
    );
    const names = chainOf(error);
    assert.equal(names[0], "inTask");
    assert.ok(names.includes("outer"), String(error.stack));
  });

  test("a very deep chain names the innermost and tells that there are more", async () => {
    const down: (depth: number) => Coroutine<void> = coroutine(function* descend(
      depth: number,
    ): Generator<unknown, void, unknown> {
      if (depth === 0) throw new Error("x");
      yield* down(depth - 1);
    });
    const error = await rejection(run(down(10_000)));
    const lines = String(error.stack).split("\n");
    assert.ok(lines.length < 100);
    assert.match(lines.at(-1) ?? "", /more/);
  });

  test("frozen errors, errors without a stack and values that are no errors pass unharmed", async () => {
    const values = [
      Object.freeze(new Error("frozen")),
      Object.assign(new Error("bare"), { stack: undefined }),
      "text",
      null,
      undefined,
      { stack: 1 },
    ];
    const throws = coroutine(function* throws(value: unknown) {
      throw value;
    });
    await run(
      coroutine(function* () {
        for (const value of values) {
          try {
            yield* throws(value);
            assert.fail("nothing thrown");
          } catch (error) {
            assert.equal(error, value);
          }
        }
      }),
    );
  });
});
