/** The patterns with every one of their tasks cancelled at every place; see `support/cancelSweep.ts`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, getRunningLoop, sleep } from "tsyncio";
import {
  type CoroutineFunction,
  debounce,
  drop,
  enqueue,
  keepLatest,
  mapConcurrent,
  once,
  rateLimiter,
  restart,
  throttle,
} from "tsyncio/patterns";
import { cancelSweep, owning, type Scenario, type Stage } from "../support/cancelSweep.js";
import { outcome } from "../support/outcome.js";

const pairs = Number(process.env["CANCEL_PAIRS"] ?? 250);

type Call = (name: number) => Coroutine<unknown>;

/** Several tasks that call the same wrapped function, a millisecond apart. */
function* calling(
  stage: Stage,
  limit: number,
  wrap: (fn: Call) => CoroutineFunction<unknown, [number], unknown>,
): Generator<unknown, void, any> {
  let most = 0;
  const call = wrap(
    coroutine(function* (name: number) {
      most = Math.max(most, stage.inside + 1);
      return yield* stage.work(2, name);
    }),
  );
  const caller = coroutine(function* (name: number) {
    yield* outcome(call(name));
    yield* outcome(call(name));
  });
  for (const name of [1, 2, 3]) {
    stage.task(`caller ${name}`, caller(name));
    yield* sleep(1);
  }
  stage.check(() => assert.ok(most <= limit, `${most} at once`));
}

const scenarios: Record<string, Scenario> = {
  drop: (stage) => calling(stage, 1, drop),
  enqueue: (stage) => calling(stage, 1, enqueue),
  keepLatest: (stage) => calling(stage, 1, keepLatest),
  restart: (stage) => calling(stage, 1, restart),
  once: (stage) => calling(stage, 1, once),
  debounce: (stage) => calling(stage, 3, (fn) => debounce(2, fn)),
  throttle: (stage) => calling(stage, 3, (fn) => throttle(4, fn)),

  *mapConcurrent(stage) {
    for (const ordered of [true, false])
      owning(stage, function* (part) {
        const results = mapConcurrent([3, 1, 2, 1], (time) => part.work(time, time), { concurrency: 2, ordered });
        try {
          for (;;) {
            const { done } = yield* results.next();
            if (done) break;
          }
        } finally {
          yield* results.return();
        }
      });
  },

  *rateLimiter(stage) {
    const limiter = rateLimiter({ limit: 2, per: 5 });
    const times: number[] = [];
    const pass = coroutine(function* () {
      yield* limiter.acquire();
      times.push(getRunningLoop().time());
    });
    for (let index = 0; index < 5; index++) stage.task(`${index}`, pass());
    stage.check(() => {
      for (const [index, time] of times.entries())
        assert.ok(time - (times[index - 2] ?? -5) >= 5, `too many at a time: ${times}`);
    });
  },
};

describe("cancel sweep of the patterns", () => {
  for (const [name, scenario] of Object.entries(scenarios)) {
    test(`${name}: wherever a task is cancelled, nobody hangs and nothing is left or lost`, async (context) => {
      const { points, pairs: tried, violations } = await cancelSweep(scenario, pairs);
      context.diagnostic(`${points} points, ${tried} pairs, ${violations.length} violations`);
      assert.deepEqual(violations, []);
    });
  }
});
