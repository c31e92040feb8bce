/** Async generators of lowered code, written as the pass emits them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ContextVar, coroutine, createTask, currentTask, gather, moveOnAfter, type Report, sleep } from "tsyncio";
import { asyncGenerator, aw, co, delegate, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inLoweredLoop as inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

type Body = (...args: never[]) => Generator<unknown, unknown, unknown>;

/** An async generator function. */
function generator(name: string, body: Body): (...args: unknown[]) => AsyncGenerator<unknown, unknown, unknown> {
  const codeSite = site(name, "file", 1, 1);
  return (...args) => asyncGenerator(codeSite, body, undefined, args);
}

const numbers = generator("numbers", function* (to: number) {
  for (let number = 1; number <= to; number++) {
    aw(yield sleep(1));
    yield yielded(number);
  }
  return "end";
} as Body);

describe("async generator", () => {
  test(
    "calling it runs nothing; next() runs it to the next yield, in the task that awaits",
    inLoop(function* () {
      const events: unknown[] = [];
      const main = currentTask();
      const made = generator("made", function* () {
        events.push(currentTask() === main);
        events.push(yield yielded("first"));
        return "end";
      })();
      assert.equal(Object.prototype.toString.call(made), "[object AsyncGenerator]");
      const next = made.next("dropped");
      assert.deepEqual(events, []);
      assert.deepEqual(aw(yield next), { value: "first", done: false });
      assert.deepEqual(aw(yield made.next("sent")), { value: "end", done: true });
      assert.deepEqual(aw(yield made.next()), { value: undefined, done: true });
      assert.deepEqual(events, [true, "sent"]);
    }),
  );

  test(
    "awaits inside it, and gives awaited values",
    inLoop(function* () {
      const made = generator("made", function* () {
        yield yielded(Promise.resolve("promise"));
        yield yielded(sleep(1, "coroutine"));
        try {
          yield yielded(Promise.reject(new Error("x")));
        } catch (error) {
          yield yielded((error as Error).message);
        }
      })();
      const values: unknown[] = [];
      for (let index = 0; index < 4; index++) values.push((aw(yield made.next()) as IteratorResult<unknown>).value);
      assert.deepEqual(values, ["promise", "coroutine", "x", undefined]);
    }),
  );

  test(
    "an error ends it",
    inLoop(function* () {
      const made = generator("made", function* () {
        aw(yield sleep(1));
        throw new Error("x");
      })();
      assert.equal(aw(yield outcome(made.next() as never)), "Error: x");
      assert.deepEqual(aw(yield made.next()), { value: undefined, done: true });
    }),
  );

  test(
    "throw() and return() are seen by the body, whose clean-up may await",
    inLoop(function* () {
      const events: string[] = [];
      const make = generator("made", function* () {
        try {
          yield yielded(1);
        } catch (error) {
          events.push((error as Error).message);
          yield yielded("caught");
        } finally {
          aw(yield sleep(1));
          events.push("cleaned");
        }
      });
      const thrown = make();
      aw(yield thrown.next());
      assert.deepEqual(aw(yield thrown.throw(new Error("given"))), { value: "caught", done: false });
      assert.deepEqual(aw(yield thrown.return("early")), { value: "early", done: true });
      const fresh = make();
      assert.deepEqual(aw(yield fresh.return(Promise.resolve("never begun"))), { value: "never begun", done: true });
      assert.equal(aw(yield outcome(make().throw(new Error("new")) as never)), "Error: new");
      assert.deepEqual(events, ["given", "cleaned"]);
    }),
  );

  test(
    "requests that overlap are served in order",
    inLoop(function* () {
      const made = numbers(3);
      const results = aw(
        yield gather([made.next(), made.next(), made.next(), made.next(), made.next()] as never[]),
      ) as IteratorResult<unknown>[];
      assert.deepEqual(
        results.map(({ value, done }) => [value, done]),
        [
          [1, false],
          [2, false],
          [3, false],
          ["end", true],
          [undefined, true],
        ],
      );
    }),
  );

  test(
    "runs in the context of whoever asks",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const made = generator("made", function* () {
        for (;;) yield yielded(variable.get());
      })();
      variable.set("a");
      const first = aw(yield made.next()) as IteratorResult<unknown>;
      variable.set("b");
      const second = aw(yield made.next()) as IteratorResult<unknown>;
      assert.deepEqual([first.value, second.value], ["a", "b"]);
    }),
  );

  test(
    "a task that is cancelled while it waits inside: the body is unwound, no catch sees it, clean-ups are awaited, and the generator has ended",
    inLoop(function* () {
      const events: string[] = [];
      const made = generator("made", function* () {
        try {
          yield yielded(1);
          aw(yield sleep("1h"));
        } catch {
          events.push("caught");
        } finally {
          aw(yield sleep(5));
          events.push("cleaned");
        }
        events.push("never");
      })();
      aw(yield made.next());
      const task = createTask(made.next() as never);
      aw(yield sleep(1));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["cleaned"]);
      assert.deepEqual(aw(yield made.next()), { value: undefined, done: true });
    }),
  );

  test(
    "yield* takes async and sync iterables and native generators, passes values in, and gives the return value",
    inLoop(function* () {
      async function* native(): AsyncGenerator<string, string, unknown> {
        yield "native";
        return "native end";
      }
      const events: unknown[] = [];
      const made = generator("made", function* () {
        events.push(yield delegate(numbers(2)));
        events.push(yield delegate([Promise.resolve("sync")]));
        events.push(yield delegate(native()));
      })();
      const values: unknown[] = [];
      for (;;) {
        const { value, done } = aw(yield made.next()) as IteratorResult<unknown>;
        if (done) break;
        values.push(value);
      }
      assert.deepEqual(values, [1, 2, "sync", "native"]);
      assert.deepEqual(events, ["end", undefined, "native end"]);
    }),
  );

  test(
    "a cancellation inside a yield* closes the inner, waits for it, and then unwinds the outer: nobody carries on",
    inLoop(function* () {
      const events: string[] = [];
      const inner = generator("inner", function* () {
        try {
          yield yielded(1);
          aw(yield sleep("1h"));
          events.push("inner never");
        } finally {
          aw(yield sleep(1));
          events.push("inner cleaned");
        }
      });
      const outer = generator("outer", function* () {
        try {
          yield delegate(inner());
          events.push("outer never");
        } finally {
          aw(yield sleep(1));
          events.push("outer cleaned");
        }
        events.push("outer past");
      });
      const task = createTask(
        co(
          site("consumer", "file", 1, 1),
          (function* () {
            const made = outer();
            try {
              aw(yield made.next());
              aw(yield made.next());
              events.push("consumer never");
            } finally {
              events.push("consumer");
            }
          })(),
        ),
      );
      aw(yield sleep(1));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["inner cleaned", "outer cleaned", "consumer"]);
    }),
  );

  test(
    "return() while a yield* is on goes to the inner",
    inLoop(function* () {
      const events: string[] = [];
      const inner = generator("inner", function* () {
        try {
          yield yielded(1);
        } finally {
          events.push("inner");
        }
      });
      const made = generator("outer", function* () {
        try {
          yield delegate(inner());
        } finally {
          events.push("outer");
        }
      })();
      aw(yield made.next());
      assert.deepEqual(aw(yield made.return("early")), { value: "early", done: true });
      assert.deepEqual(events, ["inner", "outer"]);
    }),
  );

  test("one that was begun and not finished is closed at the end of the run; its error is reported", async () => {
    const events: string[] = [];
    let reports: Report[] = [];
    const begun = generator("begun", function* (fails: boolean) {
      try {
        yield yielded(1);
      } finally {
        aw(yield sleep(1));
        events.push("closed");
        // biome-ignore lint/correctness/noUnsafeFinally: what is tested
        if (fails) throw new Error("x");
      }
    } as Body);
    const kept: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        for (const fails of [false, true]) {
          const made = begun(fails);
          kept.push(made);
          yield made.next();
        }
        events.push("main ends");
      }),
    );
    assert.deepEqual(events, ["main ends", "closed", "closed"]);
    assert.match(messages(reports).join(), /closing of an async generator/);
    assert.equal(reports.length, 1);
  });

  test(
    "[Symbol.asyncDispose] closes it",
    inLoop(function* () {
      const events: string[] = [];
      const made = generator("made", function* () {
        try {
          yield yielded(1);
        } finally {
          events.push("closed");
        }
      })();
      aw(yield made.next());
      aw(yield made[Symbol.asyncDispose]());
      assert.deepEqual(events, ["closed"]);
    }),
  );

  test(
    "one whose turn comes late is skipped when its waiter is cancelled, and the next is served",
    inLoop(function* () {
      const made = numbers(3);
      const first = createTask(made.next() as never);
      aw(yield sleep(0));
      const second = moveOnAfter(0.5, () => made.next() as never);
      aw(yield second);
      const third = aw(yield made.next()) as IteratorResult<unknown>;
      assert.deepEqual([(aw(yield first) as IteratorResult<unknown>).value, third.value], [1, 2]);
    }),
  );
});
