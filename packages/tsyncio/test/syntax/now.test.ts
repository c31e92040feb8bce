/** What need not wait is done where it is awaited, in the shape that the pass emits: `aw(now($t = f()) ?? (yield $t))`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Coroutine,
  createChannel,
  createTask,
  Event,
  Lock,
  PriorityQueue,
  Queue,
  QueueShutDown,
  Semaphore,
  sleep,
} from "tsyncio";
import { aw, now } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { inLoweredLoop as inLoop } from "../support/inLoop.js";
import { collectReports } from "../support/reports.js";

/** The ways to await what is made: in place, and with the frame suspended. The results must be the same. */
const ways: Record<string, (make: () => Coroutine<any>) => Coroutine<any>> = {
  "in place": lowered("inPlace", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    let held: unknown;
    // biome-ignore lint/suspicious/noAssignInExpressions: the shape that the pass emits
    return aw(now((held = make())) ?? (yield held));
  }),
  "by the driver": lowered("byDriver", function* (make: () => Coroutine<any>): Generator<unknown, unknown, any> {
    return aw(yield make());
  }),
};

describe("What need not wait", () => {
  test(
    "is done before the frame is suspended, and what has to wait is not begun",
    inLoop(function* () {
      const queue = new Queue<string>(1);
      assert.equal(aw(now(queue.put("a"))), undefined);
      assert.equal(queue.size, 1);
      const second = queue.put("b");
      assert.equal(now(second), undefined);
      assert.deepEqual([queue.size, queue.statistics().tasksWaitingPut], [1, 0]);
      second.close();
      assert.equal(aw(now(queue.get())), "a");
      const lock = new Lock();
      const guard = aw(now(lock.acquire())) as Disposable;
      assert.equal(lock.locked(), true);
      guard[Symbol.dispose]();
      assert.equal(lock.locked(), false);
      const event = new Event();
      event.set();
      assert.equal(aw(now(event.wait())), true);
    }),
  );

  test("cannot be awaited again, and is not reported as forgotten", async () => {
    const reports = await runWithVirtualTime(
      lowered("main", function* () {
        const collected = collectReports();
        const lock = new Lock();
        const held = lock.acquire();
        aw(now(held));
        let error: unknown;
        try {
          aw(yield held);
        } catch (thrown) {
          error = thrown;
        }
        assert.match(String(error), /cannot reuse already awaited coroutine 'Lock.acquire'/);
        return collected;
      })(),
    );
    assert.deepEqual(reports, []);
  });

  test(
    "waits in line as before where others were first",
    inLoop(function* () {
      const semaphore = new Semaphore(1);
      const order: string[] = [];
      const take = lowered("take", function* (name: string) {
        let held: unknown;
        // biome-ignore lint/suspicious/noAssignInExpressions: the shape that the pass emits
        aw(now((held = semaphore.acquire())) ?? (yield held));
        order.push(name);
        aw(yield sleep(1));
        semaphore.release();
      });
      const tasks = ["a", "b", "c"].map((name) => createTask(take(name)));
      aw(yield sleep(0));
      assert.equal(semaphore.statistics().tasksWaiting, 2);
      tasks[1]?.cancel();
      aw(yield tasks[2]);
      assert.deepEqual(order, ["a", "c"]);
      assert.deepEqual(semaphore.statistics().tasksWaiting, 0);
    }),
  );
});

for (const [way, awaited] of Object.entries(ways)) {
  describe(`What need not wait, awaited ${way}`, () => {
    test(
      "gives any item as it is, also what could be awaited",
      inLoop(function* () {
        const queue = new Queue<unknown>();
        const promise = Promise.resolve(1);
        const items = [0, "", false, undefined, null, Symbol.iterator, promise, () => 1, { then: 1 }];
        for (const item of items) assert.equal(aw(yield awaited(() => queue.put(item))), undefined);
        for (const item of items) {
          // A pair, since what an async function returns would be awaited.
          const pair = lowered("pair", function* (): Generator<unknown, unknown[], any> {
            let held: unknown;
            // biome-ignore lint/suspicious/noAssignInExpressions: the shape that the pass emits
            return [aw(way === "in place" ? (now((held = queue.get())) ?? (yield held)) : yield queue.get())];
          });
          assert.equal((aw(yield pair()) as unknown[])[0], item);
        }
      }),
    );

    test(
      "wakes the one that waits for it",
      inLoop(function* () {
        const queue = new Queue<number>();
        const [send, receive] = createChannel<number>(1);
        const got = createTask(awaited(() => queue.get()));
        const received = createTask(awaited(() => receive.receive()));
        aw(yield sleep(0));
        aw(yield awaited(() => queue.put(1)));
        aw(yield awaited(() => send.send(2)));
        assert.deepEqual([aw(yield got), aw(yield received)], [1, 2]);
      }),
    );

    test(
      "is attempted once where it throws, and throws at the await",
      inLoop(function* () {
        let compared = 0;
        const compare = (): number => {
          compared++;
          throw new RangeError("no order");
        };
        const queue = new PriorityQueue<number>(0, { compare });
        queue.putNowait(1);
        let error: unknown;
        try {
          aw(yield awaited(() => queue.put(2)));
        } catch (thrown) {
          error = thrown;
        }
        assert.match(String(error), /no order/);
        assert.deepEqual([compared, queue.size], [1, 1]);
      }),
    );

    test(
      "that can never be done throws at the await, with the functions that await it",
      inLoop(function* () {
        const queue = new Queue<number>();
        queue.shutdown();
        let error: unknown;
        try {
          aw(yield awaited(() => queue.get()));
        } catch (thrown) {
          error = thrown;
        }
        assert.ok(error instanceof QueueShutDown);
        const name = way === "in place" ? "inPlace" : "byDriver";
        assert.match(String(error.stack), new RegExp(`at async ${name} \\(.*now\\.test.*\\n.*at async main`));
        assert.doesNotMatch(String(error.stack), /tsyncioStep|passInPlace/);
      }),
    );
  });
}
