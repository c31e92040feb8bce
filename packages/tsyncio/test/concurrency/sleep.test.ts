import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, getRunningLoop, moveOnAfter, run, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";

describe("sleep", () => {
  inBothForms("waits for its time and gives its value", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const values: unknown[] = [
        yield* wait(sleep("1.5s", "value")),
        yield* wait(sleep(0, "zero")),
        yield* wait(sleep(5)),
        yield* wait(sleep(-1, "negative")),
      ];
      return [...values, getRunningLoop().time()];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["value", "zero", undefined, "negative", 1505]);
  });

  test("counts from when it begins, and not from the call", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const stored = sleep(10);
        yield* sleep(100);
        yield* stored;
        assert.equal(getRunningLoop().time(), 110);
      }),
    ));

  test("is never too short on the platform's clock", async () => {
    await run(
      coroutine(function* () {
        for (const delay of [0.2, 1, 1.5, 3]) {
          const begin = performance.now();
          yield* sleep(delay);
          assert.ok(performance.now() - begin >= delay);
        }
      }),
    );
  });

  test("sleep(Infinity) never ends by itself", () =>
    runWithVirtualTime(
      coroutine(function* () {
        assert.equal(yield* moveOnAfter("24h", () => sleep(Number.POSITIVE_INFINITY, "never")), undefined);
      }),
    ));
});
