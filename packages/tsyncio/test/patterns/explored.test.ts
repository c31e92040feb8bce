/** What the patterns promise, in many orders of the tasks, with cancellations and errors at random moments. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, test } from "node:test";
import { allTasks, coroutine, createTask, gather, getRunningLoop, sleep, type Task } from "tsyncio";
import { events } from "tsyncio/interop";
import {
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
import { explore } from "tsyncio/testing";
import { outcome } from "../support/outcome.js";

/** Numbers that look random, the same in each run of a program. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

const PROGRAMS = 8;
const options = { seeds: 8 };

/** A program for some seeds of its own, each in many orders. */
const exploring = (program: (random: (below: number) => number) => Generator<unknown, void, any>) => async () => {
  for (let seed = 1; seed <= PROGRAMS; seed++) await explore(() => coroutine(program)(randomOf(seed)), options);
};

/** Cancels some of the tasks at random moments, and awaits them all. */
const disturbed = coroutine(function* (tasks: readonly Task<unknown>[], random: (below: number) => number) {
  const loop = getRunningLoop();
  for (const task of tasks) if (random(3) === 0) loop.callLater(random(40), () => task.cancel());
  const outcomes = yield* gather(tasks.map((task) => outcome(task)));
  assert.equal(allTasks().size, 1, "nothing is left");
  return outcomes;
});

describe("in every order", () => {
  for (const [name, policy] of Object.entries({ drop, restart, enqueue, keepLatest })) {
    test(
      `${name}: never two at once, every clean-up runs to its end, and the next call is served`,
      exploring(function* (random) {
        let on = 0;
        let cleaned = 0;
        let begun = 0;
        const call = policy(
          coroutine(function* (time: number, fails: boolean) {
            assert.equal(++on, 1);
            begun++;
            try {
              yield* sleep(time);
              if (fails) throw new Error("fails");
              return time;
            } finally {
              // It may be cancelled here, too.
              try {
                yield* sleep(random(3));
              } finally {
                on--;
                cleaned++;
              }
            }
          }),
        );
        const callers = Array.from({ length: 8 }, () => {
          const [at, time, fails] = [random(30), random(12), random(5) === 0];
          return createTask(
            coroutine(function* () {
              yield* sleep(at);
              return yield* call(time, fails);
            })(),
          );
        });
        yield* disturbed(callers, random);
        assert.deepEqual([on, cleaned], [0, begun]);
        assert.equal(yield* call(1, false), 1);
      }),
    );
  }

  for (const ordered of [true, false]) {
    test(
      `mapConcurrent: the bound holds, nothing is left, and the source is closed (ordered: ${ordered})`,
      exploring(function* (random) {
        const count = 12;
        const concurrency = 1 + random(4);
        const failsAt = random(2) === 0 ? random(count) : -1;
        let [on, pulled, taken, closed] = [0, 0, 0, false];
        const source = (function* () {
          try {
            for (let i = 0; i < count; i++) {
              assert.ok(++pulled - taken <= concurrency + 1);
              yield i;
            }
          } finally {
            closed = true;
          }
        })();
        const work = coroutine(function* (item: number) {
          assert.ok(++on <= concurrency);
          try {
            yield* sleep(random(9));
            if (item === failsAt) throw new Error("fails");
            return item;
          } finally {
            try {
              yield* sleep(random(3));
            } finally {
              on--;
            }
          }
        });
        const seen: number[] = [];
        const consume = coroutine(function* () {
          const results = mapConcurrent(source, work, { concurrency, ordered });
          try {
            for (let next = yield* results.next(); !next.done; next = yield* results.next()) {
              taken++;
              seen.push(next.value);
              yield* sleep(random(4));
              assert.ok(on <= concurrency);
            }
            return "all";
          } finally {
            yield* results.return();
          }
        });
        const [result] = yield* disturbed([createTask(consume())], random);
        assert.equal(on, 0);
        assert.equal(closed, pulled > 0);
        if (ordered) assert.deepEqual(seen, [...seen.keys()]);
        if (result === "all") assert.equal(seen.length, count);
        else assert.match(String(result), failsAt >= 0 ? /^(cancelled|Error: fails)$/ : /^cancelled$/);
      }),
    );
  }

  test(
    "once: never two runs at once, and whoever is not cancelled gets a result",
    exploring(function* (random) {
      let on = 0;
      const connect = once(
        coroutine(function* () {
          assert.equal(++on, 1);
          try {
            yield* sleep(8);
            return "connected";
          } finally {
            try {
              yield* sleep(random(4));
            } finally {
              on--;
            }
          }
        }),
      );
      const callers = Array.from({ length: 6 }, () => {
        const at = random(12);
        return createTask(
          coroutine(function* () {
            yield* sleep(at);
            return yield* connect();
          })(),
        );
      });
      const outcomes = yield* disturbed(callers, random);
      for (const [index, caller] of callers.entries())
        if (!caller.cancelling()) assert.equal(outcomes[index], "connected");
      assert.equal(yield* connect(), "connected");
    }),
  );

  for (const [name, wrap] of Object.entries({ debounce, throttle }))
    test(
      `${name}: whoever is not cancelled is served, by a run with arguments of its burst`,
      exploring(function* (random) {
        const begun: number[] = [];
        const call = wrap(
          10,
          coroutine(function* (at: number) {
            const now = getRunningLoop().time();
            assert.ok(at <= now);
            begun.push(now);
            yield* sleep(random(5));
            return now;
          }),
        );
        const callers = Array.from({ length: 10 }, () => {
          const at = random(60);
          return createTask(
            coroutine(function* () {
              yield* sleep(at);
              const served = yield* call(at);
              assert.ok(served >= at);
              return served;
            })(),
          );
        });
        const outcomes = yield* disturbed(callers, random);
        for (const [index, caller] of callers.entries())
          if (!caller.cancelling()) assert.ok(begun.includes(outcomes[index] as number), String(outcomes[index]));
        if (name === "throttle")
          for (const [index, time] of begun.entries())
            if (index > 0) assert.ok(time - (begun[index - 1] as number) >= 10);
      }),
    );

  test(
    "rateLimiter: the rate holds, and nobody waits for one that was cancelled",
    exploring(function* (random) {
      const limiter = rateLimiter({ limit: 3, per: 10 });
      const passed: number[] = [];
      const callers = Array.from({ length: 12 }, () => {
        const at = random(20);
        return createTask(
          coroutine(function* () {
            yield* sleep(at);
            yield* limiter.acquire();
            passed.push(getRunningLoop().time());
          })(),
        );
      });
      yield* disturbed(callers, random);
      for (let i = 3; i < passed.length; i++) assert.ok((passed[i] as number) - (passed[i - 3] as number) >= 10);
      assert.ok((passed.at(-1) as number) <= 20 + Math.ceil(passed.length / 3) * 10);
    }),
  );

  test(
    "events: each event goes to one taker, and none is lost where takers are cancelled",
    exploring(function* (random) {
      const emitter = new EventEmitter();
      const stream = events<number>(emitter, "x", { end: "end" });
      const seen: number[] = [];
      const takers = Array.from({ length: 5 }, () =>
        createTask(
          coroutine(function* () {
            for (let next = yield* stream.next(); !next.done; next = yield* stream.next()) {
              seen.push(next.value);
              yield* sleep(random(4));
            }
          })(),
        ),
      );
      const loop = getRunningLoop();
      for (let i = 0; i < 20; i++) loop.callLater(random(30), () => emitter.emit("x", i));
      loop.callLater(50, () => emitter.emit("end"));
      yield* disturbed(takers, random);
      for (let next = yield* stream.next(); !next.done; next = yield* stream.next()) seen.push(next.value);
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        [...Array(20).keys()],
      );
    }),
  );
});
