import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTask, Queue, sleep } from "tsyncio";
import { forAwait } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

describe("iterating over a queue", () => {
  test(
    "for await of lowered code gives items until the queue is shut down and empty",
    inLoop(function* () {
      const queue = new Queue<number>(1);
      const got: unknown[] = [];
      const consume = lowered("consume", function* () {
        const loop = forAwait(queue);
        try {
          while (loop.more(yield loop.next())) {
            got.push(loop.value);
            queue.taskDone();
          }
        } finally {
          const closing = loop.end();
          if (closing) yield closing;
        }
        return "over";
      });
      const consumers = [createTask(consume()), createTask(consume())];
      for (let item = 1; item <= 5; item++) yield* queue.put(item);
      yield* queue.join();
      queue.shutdown();
      for (const consumer of consumers) assert.equal(yield* consumer, "over");
      assert.deepEqual(got, [1, 2, 3, 4, 5]);
    }),
  );

  test(
    "by hand in the generator form",
    inLoop(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 2]) queue.putNowait(item);
      queue.shutdown();
      const got: number[] = [];
      const iterator = queue[Symbol.asyncIterator]();
      for (let step = yield* iterator.next(); !step.done; step = yield* iterator.next()) got.push(step.value);
      assert.deepEqual(got, [1, 2]);
      assert.deepEqual(yield* iterator.next(), { value: undefined, done: true });
      assert.equal(iterator[Symbol.asyncIterator](), iterator);
    }),
  );

  test("a native for await gives them too, and one that is left early takes nothing more", async () => {
    await runWithVirtualTime(async () => {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3, 4]) queue.putNowait(item);
      for await (const item of queue) if (item === 2) break;
      assert.equal(queue.size, 2);
      queue.shutdown();
      const got: number[] = [];
      for await (const item of queue) got.push(item);
      assert.deepEqual(got, [3, 4]);
    });
  });

  test(
    "a consumer that is cancelled while it waits takes nothing",
    inLoop(function* () {
      const queue = new Queue<number>();
      const iterator = queue[Symbol.asyncIterator]();
      const first = createTask(iterator.next());
      const second = createTask(iterator.next());
      yield* sleep(0);
      queue.putNowait(1);
      first.cancel();
      assert.deepEqual(yield* second, { value: 1, done: false });
    }),
  );
});
