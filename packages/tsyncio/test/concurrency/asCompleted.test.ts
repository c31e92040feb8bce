import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  asCompleted,
  coroutine,
  createTask,
  Future,
  getRunningLoop,
  moveOnAfter,
  sleep,
  type Task,
  TimeoutError,
  until,
} from "tsyncio";
import { aw, forAwait } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms, lowered } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { its, outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

const fails = coroutine(function* (after: number, message: string) {
  yield* sleep(after);
  throw new Error(message);
});

const named = (name: string, after: number): Task<string> => createTask(sleep(after, name), { name });
const now = (): number => getRunningLoop().time();

describe("asCompleted", () => {
  inBothForms("plain iteration gives awaitables of the results, in the order of completion", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const seen: unknown[] = [];
      const future = new Future<string>();
      getRunningLoop().callLater(15, () => future.setResult("future"));
      const awaitables = [sleep(30, "coroutine"), named("task", 10), future, Promise.resolve("promise")];
      for (const next of asCompleted(awaitables)) seen.push([yield* wait(next), now()]);
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), [
      ["promise", 0],
      ["task", 10],
      ["future", 15],
      ["coroutine", 30],
    ]);
  });

  inBothForms(
    "async iteration gives the tasks and futures themselves, done, in the order of completion (behaviour 70)",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        const tasks = [named("a", 30), named("b", 10), named("c", 20)];
        const seen: Task<string>[] = [];
        const iterator = asCompleted(tasks)[Symbol.asyncIterator]();
        for (;;) {
          const { done, value } = yield* wait(iterator.next());
          if (done) break;
          assert.equal(value.done(), true);
          seen.push(value);
        }
        assert.deepEqual(seen, [tasks[1], tasks[2], tasks[0]]);
        assert.deepEqual(yield* wait(iterator.next()), { value: undefined, done: true });
      });
      await runWithVirtualTime(main());
    },
  );

  test("for await of lowered code gives them, and can be left and resumed", async () => {
    const main = lowered("main", function* (): Generator<unknown, unknown, unknown> {
      const seen: unknown[] = [];
      const several = asCompleted([named("a", 30), named("b", 10), named("c", 20)]);
      for (const limit of [2, 3]) {
        const each = forAwait(several);
        try {
          while (each.more(aw(yield each.next()))) {
            seen.push((each.value as Task<string>).result());
            if (seen.length === limit) break;
          }
        } catch (error) {
          each.fail(error);
        } finally {
          const closing = each.end();
          if (closing) aw(yield closing);
        }
      }
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["b", "c", "a"]);
  });

  test("native for await gives them too; of a coroutine or a promise the task that was made of it", async () => {
    const native = async (): Promise<unknown[]> => {
      const seen: unknown[] = [];
      const task = named("task", 1);
      for await (const done of asCompleted([sleep(5, "coroutine"), task, Promise.resolve("promise")]))
        seen.push(done === task ? "the task" : done.result());
      for (const next of asCompleted([sleep(2, "b"), sleep(1, "a")])) seen.push(await next);
      return seen;
    };
    assert.deepEqual(await runWithVirtualTime(() => until(native())), ["promise", "the task", "coroutine", "a", "b"]);
  });

  inBothForms("an error is thrown by the await whose turn it is, and the others go on", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const seen: unknown[] = [];
      const cancelled = named("cancelled", 90);
      getRunningLoop().callLater(15, () => cancelled.cancel());
      for (const next of asCompleted([sleep(30, "a"), fails(10, "x"), cancelled]))
        seen.push(yield* wait(outcome(next)));
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["Error: x", "cancelled", "a"]);
  });

  test(
    "several may be awaited at once, and are served in their order (behaviour 70)",
    inLoop(function* () {
      const events: unknown[] = [];
      const take = coroutine(function* (name: string, next: ReturnType<typeof sleep<string>>) {
        events.push([name, yield* next, now()]);
      });
      const names = ["first", "second", "third"];
      const takers = [...asCompleted([sleep(30, "a"), sleep(10, "b"), sleep(20, "c")])].map((next, index) =>
        createTask(take(names[index] as string, next)),
      );
      for (const taker of takers) yield* taker;
      assert.deepEqual(events, [
        ["first", "b", 10],
        ["second", "c", 20],
        ["third", "a", 30],
      ]);
    }),
  );

  inBothForms(
    "the time is up: TimeoutError from the await whose turn it is and from those after it; nothing is cancelled (behaviour 71)",
    async ({ fn, wait }) => {
      const main = fn("main", function* () {
        const seen: unknown[] = [];
        const slow = [named("slow", 50), named("slower", 60)];
        for (const next of asCompleted([...slow, sleep(10, "quick")], { timeout: "20ms" }))
          seen.push([yield* wait(outcome(next)), now()]);
        assert.deepEqual(seen, [
          ["quick", 10],
          ["TimeoutError: not done within 20 ms", 20],
          ["TimeoutError: not done within 20 ms", 20],
        ]);
        const iterator = asCompleted(slow, { timeout: 5 })[Symbol.asyncIterator]();
        for (let step = 0; step < 2; step++) {
          try {
            yield* wait(iterator.next());
            assert.fail("no error");
          } catch (error) {
            assert.ok(error instanceof TimeoutError);
          }
        }
        assert.equal((yield* wait(iterator.next())).done, true);
        return [yield* wait(slow[0] as Task<string>), yield* wait(slow[1] as Task<string>), now()];
      });
      assert.deepEqual(await runWithVirtualTime(main()), ["slow", "slower", 60]);
    },
  );

  test(
    "what ended before the time was up is given after it; a timer of one that is used up is gone",
    inLoop(function* () {
      const seen: unknown[] = [];
      const several = asCompleted([sleep(10, "a"), sleep(90, "b")], { timeout: 20 });
      yield* sleep(50);
      for (const next of several) seen.push(yield* outcome(next));
      assert.deepEqual(seen, ["a", "TimeoutError: not done within 20 ms"]);
      for (const next of asCompleted([sleep(1)], { timeout: "1h" })) yield* next;
      for (const next of asCompleted([], { timeout: "1h" })) yield* next;
      yield* sleep(0);
      assert.equal(getRunningLoop().time(), 51);
    }),
  );

  inBothForms("a loop that was left can be resumed by another (behaviour 71)", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const seen: unknown[] = [];
      const several = asCompleted([sleep(1, "a"), sleep(2, "b"), sleep(3, "c"), sleep(4, "d")]);
      for (const next of several) {
        seen.push(yield* wait(next));
        if (seen.length === 2) break;
      }
      const { value } = yield* wait(several[Symbol.asyncIterator]().next());
      seen.push(value?.result());
      for (const next of several) seen.push(yield* wait(next));
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["a", "b", "c", "d"]);
  });

  test(
    "begins at the call: coroutines are made tasks in the order of the arguments; the same awaitable twice runs once",
    inLoop(function* () {
      const events: string[] = [];
      const work = coroutine(function* (name: string) {
        events.push(name);
        yield* sleep(1);
        return name;
      });
      const twice = work("a");
      const several = asCompleted([twice, work("b"), twice]);
      assert.deepEqual(events, []);
      yield* sleep(0);
      assert.deepEqual(events, ["a", "b"]);
      const seen: string[] = [];
      for (const next of several) seen.push(yield* next);
      assert.deepEqual(seen, ["a", "b"]);
    }),
  );

  test(
    "the consumer is cancelled while it waits: what it asked for is there for the next who asks",
    inLoop(function* () {
      const several = asCompleted([sleep(10, "a"), sleep(20, "b")]);
      const iterator = several[Symbol.asyncIterator]();
      assert.equal(yield* moveOnAfter(5, () => iterator.next()), undefined);
      const seen: unknown[] = [];
      for (const next of several) seen.push([yield* next, now()]);
      assert.deepEqual(seen, [
        ["a", 10],
        ["b", 20],
      ]);
    }),
  );

  test(
    "cancelled in the iteration in which it was woken, before and after that: the next in the queue gets it",
    inLoop(function* () {
      for (const order of ["wake, cancel", "cancel, wake"]) {
        const [future, other] = [new Future<string>(), new Future<string>()];
        const [one, two] = [...asCompleted([future, other])].map((next) => createTask(its(next)));
        yield* sleep(0);
        const cancel = (): void => void one?.cancel();
        if (order === "wake, cancel") future.setResult("value");
        getRunningLoop().callSoon(cancel);
        if (order === "cancel, wake") getRunningLoop().callSoon(() => future.setResult("value"));
        assert.equal(yield* outcome(one as Task<string>), "cancelled", order);
        assert.equal(yield* two as Task<string>, "value", order);
      }
    }),
  );

  test("takes the iterations that CPython takes, also where a task that comes in between takes what another was woken for", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        const tick = (count: number): void => {
          events.push(`-- ${count}`);
          if (count < 9) loop.callSoon(tick, count + 1);
        };
        loop.callSoon(tick, 1);
        const turns = coroutine(function* (name: string, count: number) {
          for (let turn = 0; turn < count; turn++) yield* sleep(0);
          events.push(`${name} ends`);
          return name;
        });
        const several = asCompleted([createTask(turns("a", 2)), createTask(turns("b", 5)), createTask(turns("c", 6))]);
        const take = coroutine(function* (name: string, after: number) {
          for (let turn = 0; turn < after; turn++) yield* sleep(0);
          const iterator = several[Symbol.asyncIterator]();
          const { value } = yield* iterator.next();
          events.push(`${name} got ${value?.result()}`);
        });
        const takers = [createTask(take("waits", 0)), createTask(take("comes in", 5)), createTask(take("last", 6))];
        for (const taker of takers) yield* taker;
      }),
    );
    // As observed on CPython 3.13.0.
    assert.deepEqual(
      events,
      "-- 1,-- 2,-- 3,a ends,-- 4,-- 5,waits got a,-- 6,b ends,-- 7,c ends,last got b,-- 8,-- 9,comes in got c".split(
        ",",
      ),
    );
  });

  test("what is given twice comes once, but for sleep(0), which is one object for all", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task = createTask(sleep(5));
        assert.equal([...asCompleted([task, task])].length, 1);
        let count = 0;
        for (const next of asCompleted([sleep(0), sleep(0)])) {
          yield* next;
          count++;
        }
        assert.equal(count, 2);
      }),
    ));

  test("throws at once where it gets no list, or something in it that cannot be awaited, before anything is started", () =>
    runWithVirtualTime(
      coroutine(function* () {
        let ran = false;
        const work = coroutine(function* () {
          ran = true;
        });
        const spare = work();
        assert.throws(() => asCompleted([spare, 5 as never]), { name: "TypeError", message: /asCompleted.*not 5/ });
        const used = createTask(spare);
        yield* used;
        assert.equal(ran, true);
        ran = false;
        const fresh = work();
        assert.throws(() => asCompleted([fresh, spare]), { name: "InvalidStateError", message: /cannot reuse/ });
        for (const unfit of [fresh, used, 5, "ab", null, undefined, (function* () {})()])
          assert.throws(() => asCompleted(unfit as never), TypeError);
        assert.throws(() => asCompleted([fresh], { timeout: "soon" as never }), TypeError);
        yield* sleep(1);
        assert.equal(ran, false);
        fresh.close();
      }),
    ));

  test("a coroutine of it that nobody awaits is reported, and so is an error that nobody takes", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        for (const _next of asCompleted([fails(1, "lost")]));
        yield* sleep(5);
      }),
    );
    const [coroutines, tasks] = messages(reports).sort();
    assert.equal(coroutines, "coroutine 'asCompleted' was never awaited");
    assert.match(tasks ?? "", /never retrieved/);
  });
});
