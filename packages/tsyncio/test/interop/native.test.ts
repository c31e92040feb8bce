/** Native code that awaits ours, and ours that awaits native promises and thenables. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Awaitable,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  moveOnAfter,
  run,
  shield,
  sleep,
  until,
  waitFor,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

/** The unhandled rejections that happen while a body runs, and some host turns after it. */
async function unhandledDuring(body: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const listener = (error: unknown): void => {
    seen.push(String(error));
  };
  process.on("unhandledRejection", listener);
  try {
    await body();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", listener);
  }
  return seen;
}

describe("native code awaits ours", () => {
  test("a coroutine becomes a task: await, then, catch, finally, Promise.all; with no loop running one is started", async () => {
    const work = coroutine(function* (value: number) {
      assert.notEqual(currentTask(), null);
      yield* sleep(1);
      if (value < 0) throw new Error("negative");
      return value;
    });
    assert.equal(await work(1), 1);
    assert.equal(await work(1).then((value) => value + 1), 2);
    assert.equal(await work(-1).catch((error: unknown) => (error as Error).message), "negative");
    let finals = 0;
    assert.equal(
      await work(3).finally(() => {
        finals++;
      }),
      3,
    );
    assert.equal(finals, 1);
    assert.deepEqual(await Promise.all([work(4), work(5)]), [4, 5]);
    await assert.rejects(work(-1), /negative/);
  });

  test("native code inside a run awaits coroutines, tasks and futures of that run", async () => {
    const events: unknown[] = [];
    await run(
      coroutine(function* () {
        const future = new Future<string>();
        const task = createTask(sleep(1, "task"));
        const native = async (): Promise<void> => {
          events.push(await sleep(1, "coroutine"), await task, await future);
        };
        const running = native();
        future.setResult("future");
        yield* until(running);
      }),
    );
    assert.deepEqual(events, ["coroutine", "task", "future"]);
  });

  test("a second native await of a coroutine is rejected, and says to share a task", async () => {
    const once = coroutine(function* work() {})();
    await once;
    await assert.rejects(async () => once, { name: "InvalidStateError", message: /share a task/ });
  });

  test("top-level await of a coroutine works in a program", async () => {
    const { stdout, status, stderr } = await runChild(`
      import { coroutine, sleep } from "tsyncio";
      const main = coroutine(function* () { yield* sleep(1); return "value"; });
      console.log(await main());`);
    assert.deepEqual([stdout, status, stderr], ["value\n", 0, ""]);
  });

  test("an error that native code does not catch is an unhandled rejection, as of any promise", async () => {
    const { stderr, status } = await runChild(`
      import { coroutine } from "tsyncio";
      coroutine(function* () { throw new Error("dropped"); })().then();`);
    assert.equal(status, 1);
    assert.match(stderr, /dropped/);
  });
});

describe("ours awaits native promises", () => {
  inBothForms("the value or the error of the promise", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const values: unknown[] = [yield* wait(until(Promise.resolve(1)))];
      values.push(yield* wait(new Promise<number>((resolve) => setTimeout(resolve, 1, 2)) as Awaitable<number>));
      try {
        yield* wait(until(Promise.reject(new Error("x"))));
      } catch (error) {
        values.push((error as Error).message);
      }
      try {
        yield* wait(until(new Promise((_, reject) => setTimeout(reject, 1, undefined))));
      } catch (error) {
        values.push(error);
      }
      return values;
    });
    assert.deepEqual(await run(main()), [1, 2, "x", undefined]);
  });

  test("a rejected promise that was handed over is no unhandled rejection, wherever it was handed to", async () => {
    const rejected = (): Promise<never> => Promise.reject(new Error("x"));
    const uses: Record<string, () => Awaitable<unknown>> = {
      until: () => until(rejected()),
      createTask: () => createTask(rejected()),
      gather: () => gather(rejected(), rejected()),
      "gather with concurrency": () => gather([sleep(5), rejected(), rejected()], { concurrency: 1 }),
      shield: () => shield(rejected()),
      waitFor: () => waitFor(rejected(), 100),
      "waitFor with no time": () => waitFor(rejected(), 0),
      "a task that is cancelled before it begins": () => {
        const task = createTask(rejected());
        task.cancel();
        return task;
      },
    };
    for (const [name, use] of Object.entries(uses)) {
      assert.deepEqual(await unhandledDuring(() => run(() => outcome(use())).catch(() => {})), [], name);
    }
    assert.deepEqual(await unhandledDuring(() => run(rejected()).catch(() => {})), [], "run");
  });

  test("a cancelled waiter detaches at once, and the late outcome, also a rejection, is consumed", async () => {
    const seen = await unhandledDuring(() =>
      run(
        coroutine(function* () {
          let fail: ((error: Error) => void) | undefined;
          const late = new Promise((_, reject) => {
            fail = reject;
          });
          const task = createTask(until(late));
          yield* sleep(0);
          task.cancel();
          yield* sleep(0);
          assert.equal(task.cancelled(), true);
          fail?.(new Error("late"));
        }),
      ),
    );
    assert.deepEqual(seen, []);
  });

  test("a waiting place that was left is not used for another wait", async () => {
    await run(
      coroutine(function* () {
        let release: ((value: string) => void) | undefined;
        const left = new Promise<string>((resolve) => {
          release = resolve;
        });
        yield* moveOnAfter(1, () => left);
        const next = createTask(until(new Promise((resolve) => setTimeout(resolve, 3, "right"))));
        yield* sleep(0);
        release?.("wrong");
        assert.equal(yield* next, "right");
      }),
    );
  });

  test("a promise and a cancel in the same turn: the task is cancelled, and nothing is left", async () => {
    await run(
      coroutine(function* () {
        const task = createTask(until(Promise.resolve(1)));
        yield* sleep(0);
        yield* sleep(0);
        task.cancel();
        assert.ok(["cancelled", 1].includes((yield* outcome(task)) as never));
      }),
    );
  });
});

describe("misbehaving thenables", () => {
  const thenable = (then: (ok: (value: unknown) => void, no: (error: unknown) => void) => void): PromiseLike<unknown> =>
    ({ then }) as PromiseLike<unknown>;

  inBothForms("one that calls back at once, also with an error", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const value = yield* wait(thenable((ok) => ok("value")));
      try {
        yield* wait(thenable((_, no) => no(new Error("x"))));
      } catch (error) {
        return [value, (error as Error).message];
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["value", "x"]);
  });

  test(
    "one that throws is an error; one that throws after it called back is not",
    inLoop(function* () {
      assert.equal(
        yield* outcome(
          thenable(() => {
            throw new Error("from then");
          }),
        ),
        "Error: from then",
      );
      assert.equal(
        yield* outcome(
          thenable((ok) => {
            ok("value");
            throw new Error("too late");
          }),
        ),
        "value",
      );
      const getter = {
        get then(): never {
          throw new Error("from the getter");
        },
      };
      assert.equal(
        yield* outcome(
          createTask(
            coroutine(function* () {
              return (yield getter) as unknown;
            })(),
          ),
        ),
        "Error: from the getter",
      );
    }),
  );

  test("one that calls back twice, at once or later, does not settle anybody else's wait", async () => {
    await run(
      coroutine(function* () {
        let again: ((value: unknown) => void) | undefined;
        assert.equal(
          yield* until(
            thenable((ok, no) => {
              again = ok;
              ok("first");
              ok("second");
              no(new Error("third"));
            }),
          ),
          "first",
        );
        const right = new Promise((resolve) => setTimeout(resolve, 5, "right"));
        setTimeout(() => again?.("WRONG"), 1);
        assert.equal(yield* until(right), "right");
      }),
    );
  });

  test(
    "one that gives another thenable is unwrapped, as await does",
    inLoop(function* () {
      assert.equal(yield* until(thenable((ok) => ok(Promise.resolve("inner")))), "inner");
    }),
  );

  test(
    "one that never calls back can be cancelled",
    inLoop(function* () {
      const task = createTask(until(thenable(() => {})));
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );
});
