import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, createTask, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms, lowered } from "../support/forms.js";

/** In time of the processor, which no other program of the machine can stretch. */
function millisecondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

/** The least of three: what the collector does in one of them is not meant. */
async function leastOfThree(measure: () => PromiseLike<number>): Promise<number> {
  return Math.min(await measure(), await measure(), await measure());
}

describe("frames", () => {
  inBothForms(
    "a chain of 100 000 awaits waits, resumes and returns without overflowing the stack",
    async ({ fn, wait }) => {
      const down: (depth: number) => Coroutine<number> = fn("down", function* (depth: number): Generator<
        unknown,
        number,
        unknown
      > {
        if (depth > 0) return 1 + (yield* wait(down(depth - 1)));
        yield* wait(sleep(1));
        return 0;
      });
      assert.equal(await runWithVirtualTime(down(100_000)), 100_000);
    },
  );

  inBothForms("an error passes through 100 000 awaits", async ({ fn, wait }) => {
    let finals = 0;
    const down: (depth: number) => Coroutine<number> = fn("down", function* (depth: number): Generator<
      unknown,
      number,
      unknown
    > {
      if (depth === 0) throw new Error("from the bottom");
      try {
        return 1 + (yield* wait(down(depth - 1)));
      } finally {
        finals++;
      }
    });
    await assert.rejects(runWithVirtualTime(down(100_000)), /from the bottom/);
    assert.equal(finals, 100_000);
  });

  inBothForms("a cancellation unwinds 100 000 frames", async ({ fn, wait }) => {
    let finals = 0;
    const down: (depth: number) => Coroutine<void> = fn("down", function* (depth: number): Generator<
      unknown,
      void,
      unknown
    > {
      try {
        if (depth > 0) yield* wait(down(depth - 1));
        else yield* wait(sleep("1h"));
      } finally {
        finals++;
      }
    });
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(down(100_000));
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        assert.equal(task.cancelled(), true);
      }),
    );
    assert.equal(finals, 100_001);
  });

  inBothForms("a resume costs the same at any depth", async ({ fn, wait }) => {
    const measure: (depth: number, resumes: number) => Coroutine<number> = fn(
      "measure",
      function* (depth: number, resumes: number): Generator<unknown, number, unknown> {
        if (depth > 0) return yield* wait(measure(depth - 1, resumes));
        const begin = process.cpuUsage();
        for (let index = 0; index < resumes; index++) yield* wait(sleep(0));
        return millisecondsSince(begin) / resumes;
      },
    );
    await runWithVirtualTime(measure(1, 2000));
    const shallow = await leastOfThree(() => runWithVirtualTime(measure(1, 2000)));
    const deep = await leastOfThree(() => runWithVirtualTime(measure(50_000, 2000)));
    // At a cost of O(depth) the ratio would be in the ten thousands.
    assert.ok(deep < shallow * 200, `${deep} ms against ${shallow} ms`);
  });

  test("rethrowing another error at each level costs as much at each level, however deep it is", async () => {
    const down: (depth: number) => Coroutine<number> = coroutine(function* (
      depth: number,
    ): Generator<unknown, number, unknown> {
      if (depth === 0) throw new Error("0");
      try {
        return yield* down(depth - 1);
      } catch {
        throw new Error(String(depth));
      }
    });
    const measure = async (depth: number): Promise<number> => {
      const begin = process.cpuUsage();
      await assert.rejects(runWithVirtualTime(down(depth)), { message: String(depth) });
      return millisecondsSince(begin) / depth;
    };
    await measure(500);
    const shallow = await leastOfThree(() => measure(500));
    const deep = await leastOfThree(() => measure(5000));
    assert.ok(deep < shallow * 5, `${deep} ms against ${shallow} ms a level`);
  });

  test("what a lowered function returns without await is awaited after its frame is popped: its catch sees nothing", async () => {
    const events: string[] = [];
    const fails = lowered("fails", function* () {
      yield sleep(1);
      throw new Error("late");
    });
    const returns = lowered("returns", function* () {
      try {
        return fails();
      } catch {
        events.push("caught");
        return undefined;
      } finally {
        events.push("finally");
      }
    });
    await assert.rejects(runWithVirtualTime(returns() as unknown as Coroutine<unknown>), /late/);
    assert.deepEqual(events, ["finally"]);
  });

  test("a lowered function that returns a promise or a task gives its value", async () => {
    const promised = lowered("promised", function* () {
      return Promise.resolve(1);
    });
    const tasked = lowered("tasked", function* () {
      return createTask(promised());
    });
    assert.equal(await runWithVirtualTime(tasked() as unknown as Coroutine<unknown>), 1);
  });

  test("a chain of 100 000 returned coroutines keeps no frames", async () => {
    const loop: (left: number) => Coroutine<unknown> = lowered("loop", function* (left: number): Generator<
      unknown,
      unknown,
      unknown
    > {
      return left === 0 ? "end" : loop(left - 1);
    });
    assert.equal(await runWithVirtualTime(loop(100_000)), "end");
  });

  test("a task that waits for a returned coroutine can be cancelled", async () => {
    const events: string[] = [];
    const inner = lowered("inner", function* () {
      try {
        yield sleep("1h");
      } finally {
        events.push("inner");
      }
    });
    const outer = lowered("outer", function* () {
      return inner();
    });
    await runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(outer() as unknown as Coroutine<unknown>);
        yield* sleep(1);
        task.cancel();
        yield* sleep(1);
        assert.equal(task.cancelled(), true);
      }),
    );
    assert.deepEqual(events, ["inner"]);
  });

  test("what a generator-form coroutine returns is not awaited", async () => {
    const value = await runWithVirtualTime(
      coroutine(function* () {
        const inner = coroutine(function* () {
          return [sleep(1)];
        });
        const [returned] = yield* inner();
        returned?.close();
        return typeof returned;
      }),
    );
    assert.equal(value, "object");
  });
});
