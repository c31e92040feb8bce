import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  gather,
  InvalidStateError,
  isCoroutine,
  isCoroutineFunction,
  run,
  sleep,
  until,
  waitFor,
  withCancelScope,
} from "tsyncio";
import { coLazy, site } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms, lowered } from "../support/forms.js";
import { its } from "../support/outcome.js";
import { collectReports } from "../support/reports.js";

describe("coroutine", () => {
  inBothForms("calling a coroutine function runs nothing; awaiting runs it", async ({ fn }) => {
    const events: string[] = [];
    const work = fn("work", function* () {
      events.push("ran");
      return 1;
    });
    const blueprint = work();
    events.push("made");
    assert.equal(await run(blueprint), 1);
    assert.deepEqual(events, ["made", "ran"]);
  });

  test("parameter defaults run when the coroutine begins, and not when it is called", async () => {
    const events: string[] = [];
    const work = coroutine(function* (value: string = noting(events, "x")) {
      events.push("body");
      return value;
    });
    const blueprint = work();
    events.push("made");
    assert.equal(await run(blueprint), "x");
    assert.deepEqual(events, ["made", "default", "body"]);
  });

  test("parameter defaults of lowered code run when the coroutine begins", async () => {
    const events: string[] = [];
    const codeSite = site("work", import.meta.url, 1, 1);
    function* body(value: string = noting(events, "x")) {
      return value;
    }
    const blueprint = coLazy(codeSite, body as never, undefined, []);
    events.push("made");
    assert.equal(await run(blueprint), "x");
    assert.deepEqual(events, ["made", "default"]);
  });

  test("destructured and computed parameters run when the coroutine begins", async () => {
    const events: string[] = [];
    const work = coroutine(function* ({ a, b = noting(events, 2) }: { a: number; b?: number }, [c]: number[]) {
      return a + b + (c ?? 0);
    });
    const blueprint = work(
      {
        get a() {
          events.push("getter");
          return 1;
        },
      },
      [4],
    );
    assert.deepEqual(events, []);
    assert.equal(await run(blueprint), 7);
    assert.deepEqual(events, ["getter", "default"]);
  });

  test("an error in a parameter default is thrown where the coroutine is awaited", async () => {
    const work = coroutine(function* (value: number = fails()) {
      return value;
    });
    const blueprint = work();
    await assert.rejects(run(blueprint), /no default/);
  });

  test("coroutine() keeps this, the name, the length and the arguments", async () => {
    const object = {
      base: 10,
      add: coroutine(function* add(this: { base: number }, a: number, b: number) {
        return this.base + a + b;
      }),
    };
    assert.equal(object.add.name, "add");
    assert.equal(object.add.length, 2);
    assert.equal(object.add(1, 2).name, "add");
    assert.equal(await run(object.add(1, 2)), 13);
  });

  test("methods and arrow-like generator methods can be coroutines", async () => {
    class Counter {
      count = 0;
      increment = coroutine(function* (this: Counter, by: number) {
        yield* sleep(0);
        this.count += by;
        return this.count;
      });
    }
    const counter = new Counter();
    assert.equal(await run(counter.increment(3)), 3);
  });

  inBothForms("awaiting gives the value, or throws the error", async ({ fn, wait }) => {
    const good = fn("good", function* () {
      yield* wait(sleep(1));
      return "value";
    });
    const bad = fn("bad", function* () {
      yield* wait(sleep(1));
      throw new Error("bad");
    });
    const main = fn("main", function* () {
      const value = yield* wait(good());
      try {
        yield* wait(bad());
      } catch (error) {
        return [value, (error as Error).message];
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["value", "bad"]);
  });

  inBothForms("a second await throws InvalidStateError and says to share a task", async ({ fn, wait }) => {
    const work = fn("work", function* () {});
    const main = fn("main", function* () {
      const once = work();
      yield* wait(once);
      yield* wait(once);
    });
    await assert.rejects(runWithVirtualTime(main()), (error) => {
      assert.ok(error instanceof InvalidStateError);
      assert.match(error.message, /^cannot reuse already awaited coroutine 'work'/);
      assert.match(error.message, /share a task: createTask\(work\(/);
      return true;
    });
  });

  test("a second await of what sleep, until and a scope return is the same error", () =>
    runWithVirtualTime(
      coroutine(function* () {
        for (const once of [sleep(5), until(Promise.resolve()), withCancelScope(() => 1)]) {
          yield* its<unknown>(once);
          try {
            yield* its<unknown>(once);
            assert.fail("no error");
          } catch (error) {
            assert.match((error as Error).message, /^cannot reuse already awaited coroutine/);
          }
        }
      }),
    ));

  inBothForms(
    "awaiting a coroutine that is being awaited by another task is an InvalidStateError",
    async ({ fn, wait }) => {
      const work = fn("work", function* () {
        yield* wait(sleep(10));
      });
      const main = fn("main", function* () {
        const shared = work();
        const first = createTask(shared);
        yield* wait(sleep(1));
        try {
          yield* wait(shared);
        } finally {
          yield* wait(first);
        }
      });
      await assert.rejects(runWithVirtualTime(main()), {
        name: "InvalidStateError",
        message: /coroutine 'work' is being awaited already/,
      });
    },
  );

  test("createTask of a coroutine that was awaited is an InvalidStateError", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const once = sleep(1);
        yield* once;
        assert.throws(() => createTask(once), InvalidStateError);
        const work = coroutine(function* () {})();
        createTask(work);
        assert.throws(() => createTask(work), InvalidStateError);
        yield* sleep(1);
      }),
    ));

  test("close() ends an unstarted coroutine without a report", async () => {
    let reports: unknown[] = [];
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const work = coroutine(function* () {
          events.push("ran");
        })();
        work.close();
        work.close();
        yield* sleep(1);
        try {
          yield* work;
        } catch (error) {
          events.push((error as Error).message.slice(0, 38));
        }
      }),
    );
    assert.deepEqual(reports, []);
    assert.deepEqual(events, ["cannot reuse already awaited coroutine"]);
  });

  test("close() of a coroutine that a task runs is an InvalidStateError, and of an ended one nothing", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const work = coroutine(function* work() {
          yield* sleep(10);
        })();
        const task = createTask(work);
        assert.throws(() => work.close(), { name: "InvalidStateError", message: /cancel\(\)/ });
        yield* sleep(1);
        assert.throws(() => work.close(), InvalidStateError);
        yield* task;
        work.close();
      }),
    ));

  test("a bare generator is no coroutine: createTask, run, waitFor and bodies say to wrap the function", async () => {
    function* bare(): Generator<never, void, unknown> {}
    const wrap = { name: "TypeError", message: /bare generator.*wrap/s };
    await assert.rejects(run(bare as never), wrap);
    await assert.rejects(run(bare() as never), wrap);
    await runWithVirtualTime(
      coroutine(function* () {
        assert.throws(() => createTask(bare() as never), wrap);
        assert.throws(() => waitFor(bare() as never, 1), wrap);
        try {
          yield* withCancelScope(bare as never);
          assert.fail("no error");
        } catch (error) {
          assert.match((error as Error).message, wrap.message);
        }
        yield* sleep(0);
      }),
    );
  });

  test("gather of a bare generator says to wrap the function, and does not run it", () =>
    runWithVirtualTime(() => {
      let ran = false;
      function* bare(): Generator<never, void, unknown> {
        ran = true;
      }
      assert.throws(() => gather(bare() as never), { name: "TypeError" });
      assert.equal(ran, false);
    }));

  test("createTask of a function says to call it, and of other values names their type", () =>
    runWithVirtualTime(() => {
      assert.throws(() => createTask(sleep as never), { name: "TypeError", message: /sleep/ });
      for (const value of [undefined, null, 1, "text", {}]) assert.throws(() => createTask(value as never), TypeError);
    }));

  test("coroutine() takes generator functions alone", () => {
    for (const value of [() => {}, function named() {}, async () => {}, null, 1]) {
      assert.throws(() => coroutine(value as never), { name: "TypeError", message: /generator function/ });
    }
  });

  test("a yield without the asterisk of what cannot be awaited is an error that says so", async () => {
    const work = coroutine(function* () {
      yield 42;
    });
    await assert.rejects(run(work()), { name: "TypeError", message: /bad yield: 42.*yield\*/ });
  });

  test("await of a plain value in lowered code gives the value, without a turn of the loop", async () => {
    const events: unknown[] = [];
    const main = lowered("main", function* () {
      const other = createTask(
        lowered("other", function* () {
          events.push("other");
        })(),
      );
      for (const value of [1, "text", null, undefined, { a: 1 }]) events.push(yield value);
      yield other;
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, [1, "text", null, undefined, { a: 1 }, "other"]);
  });

  test("an iterator of an awaitable that was opened by hand and dropped disturbs no later wait", () =>
    runWithVirtualTime(
      coroutine(function* () {
        sleep(1000, "dropped")[Symbol.iterator]();
        assert.equal(yield* sleep(1, "mine"), "mine");
      }),
    ));

  test("isCoroutine and isCoroutineFunction", () => {
    const work = coroutine(function* () {});
    assert.equal(isCoroutineFunction(work), true);
    assert.equal(
      isCoroutineFunction(() => {}),
      false,
    );
    const made = work();
    assert.equal(isCoroutine(made), true);
    made.close();
    assert.equal(isCoroutine(Promise.resolve()), false);
    assert.equal(isCoroutine((function* () {})()), false);
  });
});

function fails(): never {
  throw new Error("no default");
}

function noting<T>(events: string[], value: T): T {
  events.push("default");
  return value;
}
