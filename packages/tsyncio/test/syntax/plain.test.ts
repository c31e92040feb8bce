/** Coroutines of async functions that await nothing, in the shape that the pass emits. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Coroutine, createTask, currentTask, Future, gather, isCoroutine, run, sleep, withTimeout } from "tsyncio";
import { aw, co, now, plain, site } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { inLoweredLoop as inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

const made = site("made", "file:///made.ts", 1, 1);

/** `async (…) => …`, called. */
function call(fn: (a?: any, b?: any, c?: any, d?: any) => unknown, ...given: unknown[]): Coroutine<any> {
  return plain(made, fn as never, undefined, ...given) as Coroutine<any>;
}

/** The ways in which a coroutine is awaited: in the expression that makes it, where it waits in line, and as a task. */
const ways: Record<string, (made: () => Coroutine<any>) => Coroutine<unknown>> = {
  "where it is made": lowered("here", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    let held: unknown;
    // biome-ignore lint/suspicious/noAssignInExpressions: the shape that the pass emits
    return aw(now((held = make())) ?? (yield held));
  }),
  "after another was made": lowered("later", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    const first = make();
    call(() => 0).close();
    return aw(now(first) ?? (yield first));
  }),
  "as a task": lowered("task", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    return aw(yield createTask(make()));
  }),
  "by gather": lowered("gather", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    return (aw(yield gather(make())) as unknown[])[0];
  }),
};

for (const [way, awaited] of Object.entries(ways)) {
  describe(`A coroutine that awaits nothing, awaited ${way}`, () => {
    test(
      "gives what its function returns, also nothing, and what it returns is awaited",
      inLoop(function* () {
        const settled = new Future<string>();
        settled.setResult("future");
        const plainObject = { a: 1 };
        const results: unknown[] = [];
        for (const value of [
          1,
          undefined,
          null,
          false,
          "",
          Symbol.iterator,
          plainObject,
          settled,
          Promise.resolve("promise"),
          { then: (resolve: (value: string) => void) => resolve("thenable") },
          sleep(5, "slept"),
          createTask(sleep(5, "task")),
        ])
          results.push(aw(yield awaited(() => call(() => value))));
        assert.deepEqual(results, [
          1,
          undefined,
          null,
          false,
          "",
          Symbol.iterator,
          plainObject,
          "future",
          "promise",
          "thenable",
          "slept",
          "task",
        ]);
      }),
    );

    test(
      "throws what its function throws, and what the awaitable fails with that it returns",
      inLoop(function* () {
        const failed = new Future();
        failed.setException(new RangeError("future"));
        const outcomes: unknown[] = [];
        for (const fn of [
          () => {
            throw new Error("thrown");
          },
          () => {
            // biome-ignore lint/style/useThrowOnlyError: whatever can be thrown
            throw undefined;
          },
          () => failed,
          () => Promise.reject(new TypeError("promise")),
          () => ({
            get then() {
              throw new Error("getter");
            },
          }),
        ])
          outcomes.push(aw(yield outcome(awaited(() => call(fn)))));
        assert.deepEqual(outcomes, [
          "Error: thrown",
          "thrown undefined",
          "RangeError: future",
          "TypeError: promise",
          "Error: getter",
        ]);
      }),
    );

    test(
      "is cancelled where it returns what waits",
      inLoop(function* () {
        const inner = createTask(sleep("1h"));
        const timed = withTimeout(5, () => awaited(() => call(() => inner)));
        assert.equal(aw(yield outcome(timed)), "TimeoutError: not done within 5 ms");
        assert.equal(inner.cancelled(), true);
      }),
    );
  });
}

describe("A coroutine that awaits nothing", () => {
  test(
    "gets `this` and its arguments, in the task and the context that await it",
    inLoop(function* () {
      const self = {};
      const seen: unknown[] = [];
      const note = function (this: unknown, ...given: unknown[]): void {
        seen.push([this === self, given, currentTask()?.name]);
      };
      const make = () => plain(made, note as never, self, 1, 2, 3, 4);
      aw(now(make()));
      aw(yield createTask(make(), { name: "other" }));
      assert.deepEqual(seen, [
        [true, [1, 2, 3, 4], "main"],
        [true, [1, 2, 3, 4], "other"],
      ]);
    }),
  );

  test(
    "runs nothing before it is awaited, once",
    inLoop(function* () {
      let calls = 0;
      const coroutine = call(() => ++calls);
      assert.deepEqual([calls, isCoroutine(coroutine), coroutine.name], [0, true, "made"]);
      assert.equal(aw(now(coroutine)), 1);
      assert.match(String(aw(yield outcome(coroutine))), /cannot reuse already awaited coroutine 'made'/);
      const task = createTask(call(() => ++calls));
      assert.match(String(aw(yield outcome(task.coroutine))), /coroutine 'made' is being awaited already/);
      const closed = call(() => ++calls);
      closed.close();
      assert.match(String(aw(yield outcome(closed))), /cannot reuse already awaited coroutine 'made'/);
      aw(yield task);
      assert.equal(calls, 2);
    }),
  );

  test(
    "does not give the other tasks a turn, nor another caller its value",
    inLoop(function* () {
      const events: string[] = [];
      const other = createTask(call(() => events.push("other")));
      aw(now(call(() => events.push("first"))));
      aw(now(call(() => events.push("second"))));
      assert.deepEqual(events, ["first", "second"]);
      aw(yield other);
      assert.deepEqual(events, ["first", "second", "other"]);
    }),
  );

  test("is reported by the line that made it where nobody awaits it", async () => {
    const reports = await runWithVirtualTime(
      lowered("main", function* () {
        const collected = collectReports();
        call(() => 0);
        aw(now(call(() => 1)));
        aw(yield sleep(1));
        return collected;
      })(),
    );
    assert.deepEqual(messages(reports as never), ["coroutine 'made' was never awaited"]);
    assert.match(String((reports as any)[0].message), /made at .*plain\.test/);
  });

  for (const [way, name] of [
    ["where it is made", "here"],
    ["after another was made", "later"],
  ] as const) {
    test(`awaited ${way} has its await in the chain of an error, and itself where the error comes from elsewhere`, async () => {
      const outer = lowered("outer", function* (fn: () => never) {
        aw(yield ways[way]?.(() => call(fn)));
      });
      const chainOf = async (fn: () => never): Promise<string[]> => {
        const { stack } = await run(outer(fn)).then(
          () => assert.fail(),
          (error: Error) => error,
        );
        assert.doesNotMatch(String(stack), /tsyncioStep|callInPlace|PlainCoroutine/);
        assert.match(String(stack), new RegExp(`at async ${name} \\(.*plain\\.test\\.\\w+:\\d+:\\d+\\)`));
        return String(stack)
          .split("\n")
          .filter((line) => line.startsWith("    at async "))
          .map((line) => line.split(" ")[6] as string);
      };
      assert.deepEqual(
        await chainOf(() => {
          throw new Error("new");
        }),
        [name, "outer"],
      );
      const failed = await run(
        lowered("elsewhere", function* () {
          throw new Error("old");
        })(),
      ).catch((error: Error) => error);
      assert.deepEqual(
        await chainOf(() => {
          throw failed;
        }),
        ["made", name, "outer"],
      );
    });
  }

  test("lets go of what it was called with as soon as it is called", async () => {
    const main = lowered("main", function* () {
      const held = call(() => 1, { big: true });
      aw(now(held));
      return [held];
    });
    const [ended] = (await run(main())) as unknown as [Record<string, unknown>];
    assert.deepEqual([ended["fn"], ended["self"], ended["a"]], [null, undefined, undefined]);
  });

  test("of which a task awaits a hundred thousand in one turn, is called a hundred thousand times", async () => {
    const steps = site("steps", "file:///steps.ts", 1, 1);
    const main = function* (): Generator<unknown, number, any> {
      let sum = 0;
      for (let i = 0; i < 100_000; i++) sum += aw(now(call((n: number) => n, i))) as number;
      return sum;
    };
    assert.equal(await run(co(steps, main())), 4_999_950_000);
  });
});
