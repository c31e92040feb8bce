import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  BrokenResourceError,
  type Coroutine,
  coroutine,
  createChannel,
  createTask,
  type ReceiveChannel,
  type SendChannel,
  sleep,
  type Task,
  WouldBlock,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { inLoop } from "../support/inLoop.js";
import { outcome, waiting } from "../support/outcome.js";

const over = "EndOfChannel: nobody is left to send";

describe("a cancelled channel operation", () => {
  for (const cancelFirst of [true, false]) {
    test(
      `receive, in the tick of the send (${cancelFirst ? "before" : "after"} it): the value goes to the next`,
      inLoop(function* () {
        const [send, receive] = createChannel<number>(0);
        const first = createTask(receive.receive());
        const second = createTask(receive.receive());
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        send.trySend(1);
        if (!cancelFirst) first.cancel();
        assert.equal(yield* second, 1);
        assert.ok(first.cancelled());
        assert.equal(send.statistics().tasksWaitingReceive, 0);
      }),
    );
  }

  for (const cancelled of [true, false])
    test(
      `receive, after the last send, while another receiver asks: ${cancelled ? "the value goes to that one" : "it ends for that one"}`,
      inLoop(function* () {
        const [send, receive] = createChannel<number>(0);
        const first = createTask(receive.receive());
        yield* sleep(0);
        const second = createTask(outcome(receive.receive()));
        send.trySend(1);
        send.close();
        if (cancelled) first.cancel();
        const got = yield* second;
        if (cancelled) assert.equal(got, 1);
        else assert.match(String(got), /EndOfChannel/);
        assert.equal(first.cancelled(), cancelled);
        assert.match(String(yield* outcome(receive.receive())), /EndOfChannel/);
      }),
    );

  test(
    "all receivers that were handed something in one tick: everything goes back, in order, also where nothing is buffered",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const tasks = Array.from({ length: 4 }, () => createTask(receive.receive()));
      yield* sleep(0);
      for (const value of [1, 2, 3, 4]) send.trySend(value);
      for (const index of [0, 1, 3]) tasks[index]?.cancel();
      yield* sleep(0);
      assert.equal(yield* tasks[2] as Task<number>, 1);
      assert.equal(receive.statistics().currentBufferUsed, 3);
      assert.throws(() => send.trySend(5), WouldBlock);
      const [sender] = (yield* waiting(send.send(5))) as [Task<unknown>];
      assert.deepEqual([receive.tryReceive(), receive.tryReceive()], [2, 3]);
      assert.equal(sender.done(), false);
      assert.deepEqual([receive.tryReceive(), receive.tryReceive()], [4, 5]);
      yield* sender;
      assert.throws(() => receive.tryReceive(), WouldBlock);
    }),
  );

  test(
    "receive, where all receivers are closed by then: the value is dropped, as what is buffered is",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(1);
      const task = createTask(receive.receive());
      yield* sleep(0);
      send.trySend(1);
      send.trySend(2);
      receive.close();
      task.cancel();
      yield* sleep(0);
      assert.ok(task.cancelled());
      assert.throws(() => send.trySend(3), BrokenResourceError);
    }),
  );

  test(
    "receive, where all senders are closed by then: the value goes to the next, who would have seen the end",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const first = createTask(receive.receive());
      const second = createTask(outcome(receive.receive()));
      const third = createTask(outcome(receive.receive()));
      yield* sleep(0);
      send.trySend(1);
      send.close();
      first.cancel();
      assert.equal(yield* second, 1);
      assert.equal(yield* third, over);
    }),
  );

  test(
    "send, while it waits: nothing was sent; in the tick in which it was received: it was, once",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const [first, second] = [createTask(send.send(1)), createTask(send.send(2))];
      yield* sleep(0);
      first.cancel();
      yield* sleep(0);
      assert.equal(receive.tryReceive(), 2);
      second.cancel();
      yield* sleep(0);
      assert.throws(() => receive.tryReceive(), WouldBlock);
      assert.equal(send.statistics().tasksWaitingSend, 0);
    }),
  );

  test(
    "receive within a time limit leaves the channel as it was",
    inLoop(function* () {
      const [send, receive] = createChannel<string>(1);
      assert.match((yield* outcome(withTimeout(10, () => receive.receive()))) as string, /TimeoutError/);
      yield* send.send("kept");
      assert.equal(receive.tryReceive(), "kept");
    }),
  );
});

describe("what produces in a task of its own, behind a channel", () => {
  /** Runs the producer beside the body; it is cancelled when the body ends, and its clean-up is waited for. */
  const behindChannel = (
    produce: (send: SendChannel<number>) => Coroutine<void>,
    body: (receive: ReceiveChannel<number>) => Coroutine<unknown>,
  ): Coroutine<unknown> =>
    withTaskGroup(
      coroutine(function* (group) {
        const [send, receive] = createChannel<number>(0);
        group.createTask(produce(send));
        const result = yield* body(receive);
        group.cancel();
        return result;
      }),
    );
  const events: string[] = [];
  const produce = coroutine(function* (send: SendChannel<number>) {
    try {
      // A scope that is open while values are handed over: it is the producer's own, and reaches nothing of the consumer.
      yield* withTimeout(10, () =>
        coroutine(function* () {
          for (let value = 1; ; value++) yield* send.send(value);
        })(),
      );
    } finally {
      yield* sleep(1);
      events.push("closed");
      send.close();
    }
  });

  test(
    "is unwound when the consumer stops, before that goes on",
    inLoop(function* () {
      events.length = 0;
      const first = coroutine(function* (receive: ReceiveChannel<number>) {
        return [yield* receive.receive(), yield* receive.receive()];
      });
      assert.deepEqual(yield* behindChannel(produce, first), [1, 2]);
      assert.deepEqual(events, ["closed"]);
    }),
  );

  test(
    "fails the whole with its own error, after what it sent was received",
    inLoop(function* () {
      events.length = 0;
      const got: number[] = [];
      const slow = coroutine(function* (receive: ReceiveChannel<number>) {
        for (;;) {
          got.push(yield* receive.receive());
          yield* sleep(4);
        }
      });
      assert.match((yield* outcome(behindChannel(produce, slow))) as string, /TimeoutError/);
      assert.deepEqual([got, events], [[1, 2, 3], ["closed"]]);
    }),
  );

  test(
    "is unwound with the consumer, where that is cancelled or fails",
    inLoop(function* () {
      events.length = 0;
      const waits = createTask(behindChannel(produce, () => sleep("1h")));
      yield* sleep(2);
      waits.cancel();
      yield* sleep(2);
      assert.ok(waits.cancelled());
      const fails = coroutine(function* (receive: ReceiveChannel<number>) {
        yield* receive.receive();
        throw new Error("consumer");
      });
      assert.match((yield* outcome(behindChannel(produce, fails))) as string, /Error: consumer/);
      assert.deepEqual(events, ["closed", "closed"]);
    }),
  );
});
