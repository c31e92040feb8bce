import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, getRunningLoop, type RetryOptions, retry, sleep, withTimeout } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

const now = (): number => getRunningLoop().time();

/** The moments at which a body that always fails is called. */
const moments = coroutine(function* (options: RetryOptions) {
  const calls: number[] = [];
  const begin = now();
  const result = yield* outcome(
    retry((attempt) => {
      calls.push(now() - begin);
      throw new Error(`attempt ${attempt}`);
    }, options),
  );
  assert.equal(result, `Error: attempt ${calls.length}`);
  return calls;
});

describe("retry", () => {
  inBothForms("runs the body again until it succeeds; the body receives the number of the attempt", async (form) => {
    const events: unknown[] = [];
    const body = form.fn("body", function* (attempt: number) {
      events.push([attempt, now()]);
      yield* form.wait(sleep(10));
      if (attempt < 3) throw new Error("not yet");
      return `value ${attempt}`;
    });
    const main = form.fn("main", function* () {
      return yield* form.wait(retry(body, { times: 5, delay: "50ms" }));
    });
    assert.equal(await runWithVirtualTime(main()), "value 3");
    assert.deepEqual(events, [
      [1, 0],
      [2, 60],
      [3, 170],
    ]);
  });

  inBothForms("throws the error of the last attempt as it is; times counts attempts in all", async ({ fn, wait }) => {
    const errors: Error[] = [];
    const body = fn("body", function* () {
      yield* wait(sleep(1));
      errors.push(new Error("x"));
      throw errors.at(-1);
    });
    const main = fn("main", function* () {
      try {
        yield* wait(retry(body, { times: 4 }));
      } catch (error) {
        return errors.indexOf(error as Error);
      }
      return -1;
    });
    assert.equal(await runWithVirtualTime(main()), 3);
    assert.equal(errors.length, 4);
  });

  test(
    "without options: three attempts, 100 and 200 ms apart",
    inLoop(function* () {
      assert.deepEqual(yield* moments({}), [0, 100, 300]);
    }),
  );

  test(
    "the pauses grow by the factor, up to maxDelay",
    inLoop(function* () {
      assert.deepEqual(yield* moments({ times: 5, delay: 10 }), [0, 10, 30, 70, 150]);
      assert.deepEqual(yield* moments({ times: 4, delay: 10, factor: 1 }), [0, 10, 20, 30]);
      assert.deepEqual(yield* moments({ times: 4, delay: "1s", factor: 10, maxDelay: "5s" }), [0, 1000, 6000, 11000]);
      assert.deepEqual(yield* moments({ times: 3, delay: "1m", maxDelay: 5 }), [0, 5, 10]);
      assert.deepEqual(yield* moments({ times: 3, delay: 0 }), [0, 0, 0]);
      assert.deepEqual(yield* moments({ times: 1 }), [0]);
      const many = yield* moments({ times: 2000, delay: 1, maxDelay: 2 });
      assert.equal(many.at(-1), 1 + 2 * 1998);
    }),
  );

  test(
    "jitter leaves a part of each pause to chance, and never makes it longer",
    inLoop(function* () {
      const options = { times: 3, delay: 100, random: () => 0.5 };
      assert.deepEqual(yield* moments({ ...options, jitter: 0.2 }), [0, 90, 270]);
      assert.deepEqual(yield* moments({ ...options, jitter: true }), [0, 50, 150]);
      assert.deepEqual(yield* moments({ ...options, jitter: false }), [0, 100, 300]);
      assert.deepEqual(yield* moments({ ...options, jitter: 1, random: () => 0 }), [0, 100, 300]);
      for (let round = 0; round < 20; round++) {
        const [, second] = (yield* moments({ times: 2, delay: 100, jitter: 0.5 })) as [number, number];
        assert.ok(second > 50 - 1e-6 && second <= 100 + 1e-6, String(second));
      }
    }),
  );

  inBothForms("when decides, given the error and the attempt; it may be awaited", async ({ fn, wait }) => {
    const asked: unknown[] = [];
    const main = fn("main", function* () {
      const fails = (attempt: number): never => {
        throw new Error(`attempt ${attempt}`);
      };
      const when = (error: unknown, attempt: number): boolean => {
        asked.push([(error as Error).message, attempt]);
        return attempt < 2;
      };
      const later = fn("later", function* (error: unknown, attempt: number) {
        yield* wait(sleep(5));
        return when(error, attempt);
      });
      const results: unknown[] = [];
      for (const decides of [when, later])
        results.push(yield* wait(outcome(retry(fails, { times: 9, when: decides, delay: 1 }))));
      return results;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["Error: attempt 2", "Error: attempt 2"]);
    const twice = [
      ["attempt 1", 1],
      ["attempt 2", 2],
    ];
    assert.deepEqual(asked, [...twice, ...twice]);
  });

  test(
    "when is not asked after the last attempt; an error that it throws is the outcome",
    inLoop(function* () {
      let asked = 0;
      const fails = (): never => {
        throw new Error("x");
      };
      yield* outcome(retry(fails, { times: 2, when: () => ++asked > 0 }));
      assert.equal(asked, 1);
      const broken = retry(fails, {
        when: () => {
          throw new Error("when");
        },
      });
      assert.equal(yield* outcome(broken), "Error: when");
    }),
  );

  test(
    "its own cancellation is not retried: in an attempt, in a pause, before the first step",
    inLoop(function* () {
      for (const [after, events] of [
        [5, ["begins", "cleaned"]],
        [50, ["begins", "cleaned"]],
        [0, []],
      ] as const) {
        const seen: string[] = [];
        const task = createTask(
          retry(
            coroutine(function* () {
              seen.push("begins");
              try {
                yield* sleep(10);
              } finally {
                yield* sleep(1);
                seen.push("cleaned");
              }
              throw new Error("x");
            }),
          ),
        );
        if (after > 0) yield* sleep(after);
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
        yield* sleep("1h");
        assert.deepEqual(seen, events);
      }
    }),
  );

  test(
    "somebody else's cancellation is not retried either, and when is not asked",
    inLoop(function* () {
      let attempts = 0;
      const other = createTask(sleep("1h"));
      getRunningLoop().callLater(5, () => other.cancel());
      const result = outcome(
        retry(
          coroutine(function* () {
            attempts++;
            yield* other;
          }),
          { when: () => assert.fail("asked") as never },
        ),
      );
      assert.deepEqual([yield* result, attempts], ["cancelled", 1]);
    }),
  );

  test(
    "a timeout of an attempt is an error like any other; a timeout around it ends it",
    inLoop(function* () {
      let attempts = 0;
      const slow = coroutine(function* () {
        attempts++;
        yield* sleep("1h");
      });
      const each = retry(() => withTimeout(10, slow), { delay: 1, factor: 1 });
      assert.equal(yield* outcome(each), "TimeoutError: not done within 10 ms");
      assert.deepEqual([attempts, now()], [3, 32]);
      const all = withTimeout(15, () => retry(() => withTimeout(10, slow), { delay: 1 }));
      assert.equal(yield* outcome(all), "TimeoutError: not done within 15 ms");
      assert.deepEqual([attempts, now()], [5, 47]);
    }),
  );

  test(
    "a body may give a plain value or a native promise; a bare generator is a TypeError that is not retried",
    inLoop(function* () {
      assert.equal(yield* retry(() => 5), 5);
      assert.equal(
        yield* retry((attempt) => (attempt < 2 ? Promise.reject(new Error("x")) : attempt), { delay: 0 }),
        2,
      );
      let calls = 0;
      const bare = retry(function* () {
        calls++;
      } as never);
      try {
        yield* bare;
        assert.fail("no error");
      } catch (error) {
        assert.match(String(error), /TypeError: retry was given a bare generator/);
      }
      yield* outcome(
        retry(() => {
          calls++;
          return (function* () {})() as never;
        }),
      );
      assert.equal(calls, 1);
    }),
  );

  test("bad options throw at once", () => {
    const body = (): number => 5;
    const name = "TypeError";
    assert.throws(() => retry(5 as never), { name, message: /retry takes a function.*not 5/ });
    for (const times of [0, -1, 1.5, Number.NaN, "3" as never])
      assert.throws(() => retry(body, { times }), { name, message: /times is a whole number from 1/ });
    for (const factor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => retry(body, { factor }), { name, message: /factor is a number above 0/ });
    for (const jitter of [-0.1, 1.1, Number.NaN, "much" as never])
      assert.throws(() => retry(body, { jitter }), { name, message: /jitter is a number from 0 to 1/ });
    assert.throws(() => retry(body, { delay: "soon" as never }), { name, message: /"soon"/ });
    assert.throws(() => retry(body, { maxDelay: Number.NaN }), { name, message: /NaN/ });
    assert.throws(() => retry(body, { when: true as never }), { name, message: /when is a function/ });
    assert.throws(() => retry(body, { random: 0.5 as never }), { name, message: /random is a function/ });
  });

  test("is lazy, and reported where nobody awaits it", async () => {
    let reports: ReturnType<typeof collectReports> = [];
    let calls = 0;
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        retry(() => ++calls);
        yield* sleep(1);
      }),
    );
    assert.deepEqual([calls, messages(reports)], [0, ["coroutine 'retry' was never awaited"]]);
  });

  test(
    "times: Infinity tries until one succeeds",
    inLoop(function* () {
      const value = yield* retry(
        (attempt) => {
          if (attempt < 10_000) throw new Error("again");
          return attempt;
        },
        { times: Number.POSITIVE_INFINITY, delay: 0 },
      );
      assert.equal(value, 10_000);
    }),
  );
});
