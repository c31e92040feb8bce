import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  ContextVar,
  coroutine,
  createTask,
  Future,
  getRunningLoop,
  InvalidStateError,
  sleep,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

/** A test body that runs in virtual time. */

describe("future", () => {
  test(
    "is pending, then done once; a second setResult, setException or settle is an InvalidStateError",
    inLoop(function* () {
      const ends: ((future: Future<number>) => void)[] = [
        (f) => f.setResult(1),
        (f) => f.setException(new Error("x")),
        (f) => f.cancel(),
      ];
      for (const end of ends) {
        const future = new Future<number>();
        assert.deepEqual([future.done(), future.cancelled()], [false, false]);
        assert.throws(() => future.result(), InvalidStateError);
        assert.throws(() => future.exception(), InvalidStateError);
        end(future);
        assert.equal(future.done(), true);
        assert.throws(() => future.setResult(2), InvalidStateError);
        assert.throws(() => future.setException(new Error("y")), InvalidStateError);
        assert.equal(future.cancel(), false);
        yield* outcome(future);
      }
    }),
  );

  test(
    "result() and exception() give what was set",
    inLoop(function* () {
      const [good, bad, cancelled] = [new Future<number>(), new Future<number>(), new Future<number>()];
      const error = new Error("x");
      good.setResult(1);
      bad.setException(error);
      assert.equal(cancelled.cancel("why"), true);
      assert.deepEqual([good.result(), good.exception(), bad.exception()], [1, null, error]);
      assert.throws(() => bad.result(), error);
      for (const read of [() => cancelled.result(), () => cancelled.exception()]) {
        assert.throws(read, (thrown) => thrown instanceof CancelledError && thrown.reason === "why");
      }
      assert.deepEqual([good.cancelled(), bad.cancelled(), cancelled.cancelled()], [false, false, true]);
    }),
  );

  test(
    "every awaiter gets the same error object",
    inLoop(function* () {
      const future = new Future<void>();
      const error = new Error("x");
      const wait = coroutine(function* () {
        try {
          yield* future;
        } catch (caught) {
          return caught;
        }
        return undefined;
      });
      const waiters = [createTask(wait()), createTask(wait())];
      yield* sleep(0);
      future.setException(error);
      for (const waiter of waiters) assert.equal(yield* waiter, error);
    }),
  );

  test(
    "a thrown value need not be an Error",
    inLoop(function* () {
      const future = new Future<void>();
      future.setException("just text");
      assert.equal(yield* outcome(future), "thrown just text");
    }),
  );

  test(
    "a class of errors stands for a new instance of it",
    inLoop(function* () {
      class Refused extends TypeError {}
      for (const Class of [Error, RangeError, Refused, CancelledError]) {
        const [one, two] = [new Future<void>(), new Future<void>()];
        one.setException(Class);
        two.setException(Class);
        const [first, second] = [one.exception(), two.exception()];
        assert.ok(first instanceof Class && second instanceof Class && first !== second);
        assert.equal(one.cancelled(), false);
      }
      // Any value can be thrown, as a native promise can be rejected with any.
      for (const value of [undefined, null, 0, () => {}, class Other {}]) {
        const future = new Future<void>();
        future.setException(value);
        assert.equal(future.exception(), value);
        assert.throws(
          () => future.result(),
          (thrown) => thrown === value,
        );
      }
      yield* sleep(0);
    }),
  );

  test(
    "done callbacks get the future, run in order, and one that was added late runs in the next iteration",
    inLoop(function* () {
      const events: unknown[] = [];
      const future = new Future<number>();
      future.addDoneCallback((done) => events.push(done.result()));
      future.addDoneCallback(() => events.push("second"));
      future.setResult(1);
      future.addDoneCallback(() => events.push("late"));
      assert.deepEqual(events, []);
      yield* sleep(0);
      assert.deepEqual(events, [1, "second", "late"]);
    }),
  );

  test(
    "removeDoneCallback removes all equal callbacks and gives their number",
    inLoop(function* () {
      const events: string[] = [];
      const [one, two] = [() => events.push("one"), () => events.push("two")];
      const future = new Future<void>();
      for (const callback of [one, two, one]) future.addDoneCallback(callback);
      assert.equal(future.removeDoneCallback(one), 2);
      assert.equal(future.removeDoneCallback(one), 0);
      future.setResult();
      yield* sleep(0);
      assert.deepEqual(events, ["two"]);
    }),
  );

  test(
    "the list of callbacks may change while callbacks run",
    inLoop(function* () {
      const events: string[] = [];
      const future = new Future<void>();
      const last = () => events.push("last");
      future.addDoneCallback(() => {
        events.push("first");
        future.removeDoneCallback(last);
        future.addDoneCallback(() => events.push("added"));
      });
      future.addDoneCallback(last);
      future.setResult();
      yield* sleep(1);
      assert.deepEqual(events, ["first", "last", "added"]);
    }),
  );

  test(
    "a callback runs in the context in which it was added, and what it sets stays in it",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const events: string[] = [];
      const future = new Future<void>();
      variable.set("a");
      future.addDoneCallback(() => {
        events.push(variable.get());
        variable.set("inside");
      });
      variable.set("b");
      future.addDoneCallback(() => events.push(variable.get()));
      variable.set("c");
      future.setResult();
      yield* sleep(0);
      assert.deepEqual([...events, variable.get()], ["a", "b", "c"]);
    }),
  );

  test(
    "a callback that throws is reported, and the others run",
    inLoop(function* () {
      const reports = collectReports();
      const events: string[] = [];
      const future = new Future<void>();
      future.addDoneCallback(function broken() {
        throw new Error("broken");
      });
      future.addDoneCallback(() => events.push("ran"));
      future.setResult();
      yield* sleep(0);
      assert.deepEqual(events, ["ran"]);
      assert.equal(reports.length, 1);
      assert.match(reports[0]?.message ?? "", /broken/);
      assert.equal(String(reports[0]?.exception), "Error: broken");
    }),
  );

  test(
    "native code takes the result, the error and the cancellation by then, catch and finally",
    inLoop(function* () {
      const [good, bad, cancelled] = [new Future<number>(), new Future<number>(), new Future<number>()];
      const events: unknown[] = [];
      const all = Promise.all([
        good.then((value) => events.push(value)),
        bad.catch((error: unknown) => events.push((error as Error).message)),
        cancelled.then(undefined, (error: unknown) => events.push((error as Error).name)),
        good.finally(() => events.push("finally")).then((value) => events.push(value + 1)),
      ]);
      good.setResult(1);
      bad.setException(new Error("bad"));
      cancelled.cancel();
      yield* coroutine(function* () {
        yield all;
      })();
      assert.deepEqual(events.map(String).sort(), ["1", "2", "CancelledError", "bad", "finally"]);
    }),
  );

  test(
    "a hundred thousand waiters: one that is cancelled leaves in O(1)",
    inLoop(function* () {
      const future = new Future<void>();
      const wait = coroutine(function* () {
        yield* future;
      });
      const tasks = Array.from({ length: 100_000 }, () => createTask(wait()));
      yield* sleep(0);
      const begin = process.cpuUsage();
      for (let index = tasks.length - 1; index > 0; index -= 2) tasks[index]?.cancel();
      const { user, system } = process.cpuUsage(begin);
      // In O(n) it would be minutes.
      assert.ok(user + system < 10_000_000, `${user + system} µs`);
      future.setResult();
      yield* sleep(1);
      assert.equal(tasks.filter((task) => task.cancelled()).length, 50_000);
      assert.equal(
        tasks.every((task) => task.done()),
        true,
      );
    }),
  );

  test(
    "createFuture of the loop makes one",
    inLoop(function* () {
      const future = getRunningLoop().createFuture<number>();
      future.setResult(1);
      assert.equal(yield* future, 1);
    }),
  );

  test("a future whose error nobody takes is reported at the end of the run", async () => {
    let reports: { message: string }[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        const future = new Future<void>();
        future.setException(new Error("x"));
        yield* sleep(1);
        assert.equal(future.done(), true);
      }),
    );
    assert.deepEqual(
      messages(reports as never).map((message) => /never retrieved/.test(message)),
      [true],
    );
  });
});
