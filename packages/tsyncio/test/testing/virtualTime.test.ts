import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, getRunningLoop, run, sleep, until } from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";

describe("virtual time", () => {
  inBothForms("a day of sleeping takes no time, and the clock tells a day", async ({ fn, wait }) => {
    const begin = performance.now();
    const main = fn("main", function* () {
      const started = getRunningLoop().time();
      yield* wait(sleep("24h"));
      return getRunningLoop().time() - started;
    });
    assert.equal(await runWithVirtualTime(main()), 86_400_000);
    assert.ok(performance.now() - begin < 3_600_000);
  });

  test("stands still while anything runs", async () => {
    await runWithVirtualTime(
      coroutine(function* () {
        const before = getRunningLoop().time();
        for (let turn = 0; turn < 1000; turn++) yield* sleep(0);
        assert.equal(getRunningLoop().time(), before);
      }),
    );
  });

  test("all timers that are due at one instant fire in one iteration, in the order of their creation", async () => {
    const events: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        let iteration = 0;
        for (let id = 0; id < 10; id++) {
          loop.callLater(5, () => {
            if (id === 0) loop.callSoon(() => iteration++);
            events.push([id, iteration]);
          });
        }
        yield* sleep(10);
      }),
    );
    assert.deepEqual(
      events,
      Array.from({ length: 10 }, (_, id) => [id, 0]),
    );
  });

  test("jumps for a sleep that native code awaits, also where a task awaits that native code", async () => {
    const native = async (): Promise<string> => {
      await sleep(1000);
      await Promise.resolve();
      await createTask(sleep(1000));
      return "native";
    };
    const main = coroutine(function* () {
      const text = yield* until(native());
      return [text, getRunningLoop().time()];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["native", 2000]);
  });

  test("does not jump while an operation of the platform is awaited", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const timer = createTask(
          coroutine(function* () {
            yield* sleep(1);
            events.push(`virtual ${getRunningLoop().time()}`);
          })(),
        );
        yield* until(new Promise<void>((resolve) => setTimeout(resolve, 5)));
        events.push(`platform ${getRunningLoop().time()}`);
        yield* timer;
      }),
    );
    assert.deepEqual(events, ["platform 0", "virtual 1"]);
  });

  test("a bare future that only native code will set does not hold the clock, a promise of that code does", async () => {
    const future = new Future<number>();
    const bare = coroutine(function* () {
      return yield* future;
    });
    const tooLate = setTimeout(() => future.setResult(1), 3_600_000);
    await assert.rejects(runWithVirtualTime(bare()), {
      name: "DeadlockError",
      message: /task 'main' .* waits for a future/,
    });
    clearTimeout(tooLate);
    const promised = coroutine(function* () {
      return yield* until(new Promise<number>((resolve) => void setTimeout(() => resolve(2), 5)));
    });
    assert.equal(await runWithVirtualTime(promised()), 2);
  });

  test("lets native promise jobs have their turn before it jumps", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        void (async () => {
          for (let turn = 0; turn < 50; turn++) await null;
          events.push("native");
        })();
        yield* sleep(1);
        events.push("slept");
      }),
    );
    assert.deepEqual(events, ["native", "slept"]);
  });

  test("a clock begins where it is told to, and runs one after another share it", async () => {
    const clock = new VirtualClock(500);
    for (const expected of [510, 520]) {
      await run(() => sleep(10), { clock });
      assert.equal(clock.now(), expected);
    }
    const two = await Promise.all([run(() => sleep(5, 1), { clock }), run(() => sleep(10, 2), { clock })]);
    assert.deepEqual([two, clock.now()], [[1, 2], 530]);
  });

  test("several runs in virtual time at once do not disturb each other, nor one on the platform's clock", async () => {
    const results = await Promise.all([
      runWithVirtualTime(
        coroutine(function* () {
          yield* gather([sleep("1h"), sleep("2h")]);
          return getRunningLoop().time();
        }),
      ),
      runWithVirtualTime(
        coroutine(function* () {
          yield* sleep(7);
          return getRunningLoop().time();
        }),
      ),
      run(() => sleep(1, "platform")),
    ]);
    assert.deepEqual(results, [7_200_000, 7, "platform"]);
  });
});
