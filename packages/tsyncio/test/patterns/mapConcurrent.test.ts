import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { coroutine, createTask, gather, getRunningLoop, Queue, run, sleep } from "tsyncio";
import { events } from "tsyncio/interop";
import { mapConcurrent } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { collect, noted, worker } from "../support/mapped.js";

describe("mapConcurrent", () => {
  inBothForms("gives the results in the order of the items", async ({ fn, wait }) => {
    const work = fn("work", function* (time: number, index: number) {
      yield* wait(sleep(time));
      return [time, index];
    });
    const main = fn("main", function* () {
      const seen: unknown[] = [];
      const results = mapConcurrent([30, 10, 20, 0], work, { concurrency: 3 });
      for (let next = yield* wait(results.next()); !next.done; next = yield* wait(results.next()))
        seen.push(next.value);
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), [
      [30, 0],
      [10, 1],
      [20, 2],
      [0, 3],
    ]);
  });

  test(
    "gives them in the order in which they are done, where that is asked for",
    inLoop(function* () {
      const seen = yield* collect(mapConcurrent([30, 10, 20, 5], worker([]), { concurrency: 4, ordered: false }));
      assert.deepEqual(seen, [50, 100, 200, 300, "done"]);
    }),
  );

  test(
    "takes as long as its places allow",
    inLoop(function* () {
      const begun = getRunningLoop().time();
      yield* collect(mapConcurrent([10, 10, 10, 10, 10], worker([]), { concurrency: 2, ordered: false }));
      assert.equal(getRunningLoop().time() - begun, 30);
    }),
  );

  test(
    "is lazy: nothing is pulled before the first result is asked for, and then no more than there are places",
    inLoop(function* () {
      const events: unknown[] = [];
      const results = mapConcurrent(noted(events, [1, 2, 3, 4]), worker(events), { concurrency: 2 });
      yield* sleep(5);
      assert.deepEqual(events, []);
      assert.deepEqual(yield* results.next(), { value: 10, done: false });
      // One is taken, so one more is pulled; and then nobody takes anything.
      yield* sleep(100);
      assert.deepEqual(events, [
        "pull 1",
        "pull 2",
        "begin 1",
        "begin 2",
        "end 1",
        "pull 3",
        "begin 3",
        "end 2",
        "end 3",
      ]);
      assert.deepEqual(yield* collect(results), [20, 30, 40, "done"]);
      assert.deepEqual(events.slice(-4), ["end", "closed", "begin 4", "end 4"]);
    }),
  );

  for (const ordered of [true, false]) {
    test(
      `never works on, and holds, more than its places (${ordered ? "ordered" : "as they are done"})`,
      inLoop(function* () {
        let running = 0;
        let most = 0;
        let pulled = 0;
        let taken = 0;
        let ahead = 0;
        const items = (function* () {
          for (let i = 0; i < 200; i++) {
            pulled++;
            ahead = Math.max(ahead, pulled - taken);
            yield (i * 7919) % 23;
          }
        })();
        const work = coroutine(function* (time: number) {
          most = Math.max(most, ++running);
          yield* sleep(time);
          running--;
        });
        const results = mapConcurrent(items, work, { concurrency: 5, ordered });
        while (!(yield* results.next()).done) {
          taken++;
          yield* sleep(taken % 4);
        }
        assert.deepEqual([taken, most, running], [200, 5, 0]);
        // The one that was just given counts as taken by then.
        assert.ok(ahead <= 6, `${ahead} ahead`);
      }),
    );
  }

  test(
    "takes async iterables, sync ones of promises and coroutines, and functions that await nothing",
    inLoop(function* () {
      async function* native(): AsyncGenerator<number> {
        yield 1;
        yield 2;
      }
      const double = (n: number): number => n * 2;
      assert.deepEqual(yield* collect(mapConcurrent(native(), double, { concurrency: 2 })), [2, 4, "done"]);
      const promised = [Promise.resolve(1), sleep(1, 2), 3];
      assert.deepEqual(yield* collect(mapConcurrent(promised, double, { concurrency: 1 / 0 })), [2, 4, 6, "done"]);
      assert.deepEqual(yield* collect(mapConcurrent([], double, { concurrency: 1 })), ["done"]);
      assert.deepEqual(yield* collect(mapConcurrent("ab", (s) => s, { concurrency: 1 })), ["a", "b", "done"]);
    }),
  );

  test(
    "takes queues and events; left early, what it has not taken stays",
    inLoop(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3, 4]) queue.putNowait(item);
      const results = mapConcurrent(queue, worker([]), { concurrency: 2 });
      assert.equal((yield* results.next()).value, 10);
      yield* results.return();
      assert.equal(queue.size, 2);
      queue.shutdown();
      assert.deepEqual(yield* collect(mapConcurrent(queue, worker([]), { concurrency: 2 })), [30, 40, "done"]);

      const emitter = new EventEmitter();
      const clicks = events<number>(emitter, "x", { end: "end" });
      emitter.emit("x", 5);
      emitter.emit("end");
      assert.deepEqual(yield* collect(mapConcurrent(clicks, worker([]), { concurrency: 2 })), [50, "done"]);
      assert.equal(emitter.listenerCount("x"), 0);
    }),
  );

  test("takes streams", async () => {
    const seen = await run(() =>
      collect(mapConcurrent(Readable.from(["a", "b"]), (text) => sleep(1, `${text}!`), { concurrency: 2 })),
    );
    assert.deepEqual(seen, ["a!", "b!", "done"]);
    const web = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(1);
        controller.close();
      },
    });
    assert.deepEqual(await run(() => collect(mapConcurrent(web, (n) => n + 1, { concurrency: 2 }))), [2, "done"]);
  });

  test("native for await takes it, and closes it at a break", async () => {
    const events: unknown[] = [];
    const seen: number[] = [];
    for await (const value of mapConcurrent(noted(events, [1, 1, 1, 1]), (n) => sleep(n, n), { concurrency: 2 })) {
      seen.push(value);
      if (seen.length === 2) break;
    }
    assert.deepEqual(seen, [1, 1]);
    assert.equal(events.at(-1), "closed");
  });

  test(
    "several tasks may take from one: each result goes to one of them",
    inLoop(function* () {
      const results = mapConcurrent([1, 2, 3, 4, 5], worker([]), { concurrency: 2 });
      const tasks = [1, 2].map(() => createTask(collect(results)));
      const seen = (yield* gather(tasks)).flat();
      assert.deepEqual(seen.filter((value) => value !== "done").sort(), [10, 20, 30, 40, 50]);
    }),
  );

  test("says at once what it takes", () => {
    const fn = (): void => {};
    for (const source of [null, undefined, 5, {}, sleep(0), Promise.resolve([])])
      assert.throws(() => mapConcurrent(source as never, fn, { concurrency: 1 }), {
        name: "TypeError",
        message: /iterable/,
      });
    assert.throws(() => mapConcurrent([], 5 as never, { concurrency: 1 }), {
      name: "TypeError",
      message: /a function/,
    });
    for (const concurrency of [0, 1.5, -1, undefined, "2"])
      assert.throws(() => mapConcurrent([], fn, { concurrency: concurrency as never }), {
        name: "TypeError",
        message: /concurrency is a whole number from 1/,
      });
    assert.throws(
      () => mapConcurrent([], fn, undefined as never),
      /concurrency is a whole number from 1, not undefined/,
    );
  });

  test(
    "a bare generator is a mistake that is told",
    inLoop(function* () {
      const bare = function* () {
        yield* sleep(1);
      };
      assert.match(
        String(yield* collect(mapConcurrent([1], bare as never, { concurrency: 1 }))),
        /TypeError: .*bare generator/,
      );
    }),
  );
});
