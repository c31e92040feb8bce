import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  BrokenResourceError,
  ClosedResourceError,
  coroutine,
  createChannel,
  createTask,
  EndOfChannel,
  type ReceiveChannel,
  type SendChannel,
  sleep,
  type Task,
  WouldBlock,
  withTaskGroup,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome, waiting } from "../support/outcome.js";

const closed = "ClosedResourceError: this end was closed; give each user a clone()";
const broken = "BrokenResourceError: nobody is left to receive";
const over = "EndOfChannel: nobody is left to send";

const resultsOf = coroutine(function* (tasks: Task<unknown>[]) {
  const results: unknown[] = [];
  for (const task of tasks) results.push(yield* task);
  return results;
});

const drained = coroutine(function* <T>(receive: ReceiveChannel<T>) {
  const got: T[] = [];
  const iterator = receive[Symbol.asyncIterator]();
  for (let step = yield* iterator.next(); !step.done; step = yield* iterator.next()) got.push(step.value);
  return got;
});

describe("createChannel", () => {
  inBothForms("hands values over in order; a sender waits for its receiver where nothing is buffered", async (form) => {
    const { fn, wait } = form;
    const events: unknown[] = [];
    const main = fn("main", function* () {
      const [send, receive] = createChannel<number>(0);
      createTask(
        fn("produce", function* () {
          for (const value of [1, 2]) {
            yield* wait(send.send(value));
            events.push(`sent ${value}`);
          }
          send.close();
        })(),
      );
      yield* wait(sleep(1));
      const iterator = receive[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = yield* wait(iterator.next());
        events.push(done ? "end" : `received ${value}`);
        if (done) return;
        yield* wait(sleep(1));
      }
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, ["received 1", "sent 1", "received 2", "sent 2", "end"]);
  });

  test("takes a whole number from 0, or Infinity", () => {
    for (const bad of [-1, 1.5, Number.NaN, "1", undefined, null]) {
      assert.throws(() => createChannel(bad as number), { name: "TypeError", message: /capacity is a whole number/ });
    }
    createChannel(0);
    const [send, receive] = createChannel<number>(Number.POSITIVE_INFINITY);
    for (let value = 0; value < 5000; value++) send.trySend(value);
    for (let value = 0; value < 5000; value++) assert.equal(receive.tryReceive(), value);
  });

  test(
    "a buffer takes as much as it holds; nothing that need not wait yields",
    inLoop(function* () {
      let other = false;
      createTask(
        coroutine(function* () {
          other = true;
        })(),
      );
      const [send, receive] = createChannel<number | string>(2);
      send.trySend(1);
      yield* send.send(2);
      assert.throws(
        () => send.trySend(3),
        (error) => error instanceof WouldBlock && /await/.test(error.message),
      );
      assert.equal(yield* receive.receive(), 1);
      assert.equal(receive.tryReceive(), 2);
      assert.throws(() => receive.tryReceive(), WouldBlock);
      send.trySend("last");
      send.close();
      send.close();
      assert.equal(yield* outcome(send.send("too late")), closed);
      assert.throws(() => send.trySend("too late"), ClosedResourceError);
      assert.throws(() => send.clone(), ClosedResourceError);
      assert.equal(receive.tryReceive(), "last");
      assert.equal(yield* outcome(receive.receive()), over);
      assert.throws(() => receive.tryReceive(), EndOfChannel);
      receive.close();
      receive.close();
      assert.equal(yield* outcome(receive.receive()), closed);
      assert.throws(() => receive.tryReceive(), ClosedResourceError);
      assert.equal(other, false);
    }),
  );

  test(
    "what is sent to a task that waits belongs to it: nobody takes it in between, also not where it resumes later",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(2);
      const [task] = (yield* waiting(receive.receive())) as [Task<unknown>];
      send.trySend(1);
      assert.throws(() => receive.tryReceive(), WouldBlock);
      send.trySend(2);
      send.trySend(3);
      assert.throws(() => send.trySend(4), WouldBlock);
      assert.equal(receive.tryReceive(), 2);
      assert.equal(send.statistics().currentBufferUsed, 1);
      assert.equal(yield* task, 1);
      assert.equal(receive.tryReceive(), 3);
    }),
  );

  test(
    "room belongs to the sender that waits for it",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(1);
      send.trySend(1);
      const [task] = (yield* waiting(send.send(2))) as [Task<unknown>];
      assert.equal(receive.tryReceive(), 1);
      assert.throws(() => send.trySend(3), WouldBlock);
      assert.equal(yield* receive.receive(), 2);
      assert.equal(yield* task, undefined);
    }),
  );

  test(
    "those that wait are served in the order in which they came, on both sides",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const receivers = yield* waiting(receive.receive(), receive.clone().receive(), receive.receive());
      for (const value of [1, 2, 3]) send.trySend(value);
      assert.deepEqual(yield* resultsOf(receivers), [1, 2, 3]);
      const senders = yield* waiting(send.send(4), send.clone().send(5), send.send(6));
      const got = [receive.tryReceive(), yield* receive.receive(), receive.tryReceive()];
      assert.deepEqual(got, [4, 5, 6]);
      assert.deepEqual(yield* resultsOf(senders), [undefined, undefined, undefined]);
    }),
  );

  test(
    "many senders, each with a clone that it closes: the loop ends with the last of them, and each keeps its order",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const got = yield* withTaskGroup(
        coroutine(function* (group) {
          const produce = coroutine(function* (end: SendChannel<number>, from: number) {
            try {
              for (let value = from; value < from + 3; value++) yield* end.send(value);
            } finally {
              end.close();
            }
          });
          for (let from = 0; from < 30; from += 3) group.createTask(produce(send.clone(), from));
          send.close();
          return yield* drained(receive);
        }),
      );
      for (let from = 0; from < 30; from += 3)
        assert.deepEqual(
          got.filter((value) => value >= from && value < from + 3),
          [from, from + 1, from + 2],
        );
      assert.equal(got.length, 30);
    }),
  );

  test(
    "many receivers share what is sent, and all of them end",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(1);
      const receivers = Array.from({ length: 5 }, () => createTask(drained(receive)));
      yield* sleep(0);
      for (let value = 0; value < 10; value++) yield* send.send(value);
      send.close();
      const got = (yield* resultsOf(receivers)) as number[][];
      assert.ok(got.every((values) => values.length > 0));
      assert.deepEqual(
        got.flat().sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
    }),
  );
});

describe("closing", () => {
  test(
    "an end wakes those that wait at it, and not those at its clones",
    inLoop(function* () {
      const [s1, r1] = createChannel<string>(0);
      const s2 = s1.clone();
      const senders = yield* waiting(s1.send("nope"), s2.send("ok"), s1.send("nope"));
      s1.close();
      assert.equal(yield* r1.receive(), "ok");
      assert.deepEqual(yield* resultsOf(senders), [closed, undefined, closed]);
      const r2 = r1.clone();
      const receivers = yield* waiting(r1.receive(), r2.receive(), r1.receive());
      r1.close();
      s2.trySend("ok");
      assert.deepEqual(yield* resultsOf(receivers), [closed, "ok", closed]);
    }),
  );

  test(
    "the last sender ends the channel for the receivers that wait; the last receiver breaks it for the senders",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const other = send.clone();
      const receivers = yield* waiting(receive.receive(), receive.clone().receive());
      send.close();
      yield* sleep(1);
      assert.equal(receivers[0]?.done(), false);
      other.close();
      assert.deepEqual(yield* resultsOf(receivers), [over, over]);

      const [s, r] = createChannel<number>(1);
      s.trySend(1);
      const senders = yield* waiting(s.send(2), s.clone().send(3));
      r.close();
      assert.deepEqual(yield* resultsOf(senders), [broken, broken]);
      assert.throws(() => s.trySend(4), BrokenResourceError);
      assert.equal(yield* outcome(s.send(4)), broken);
      assert.equal(s.statistics().currentBufferUsed, 0);
    }),
  );

  test(
    "receivers' clones keep it open one by one",
    inLoop(function* () {
      const [send, receive] = createChannel<null>(10);
      const second = receive.clone();
      const third = receive.clone();
      send.trySend(null);
      receive.close();
      second[Symbol.dispose]();
      assert.throws(() => receive.clone(), ClosedResourceError);
      assert.throws(() => second.clone(), ClosedResourceError);
      send.trySend(null);
      third.close();
      assert.throws(() => send.trySend(null), BrokenResourceError);
    }),
  );

  test(
    "an end that is closed after a task was handed a value, and before that resumed, does not take the value away",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(0);
      const [task, late] = (yield* waiting(receive.receive(), receive.receive())) as [Task<unknown>, Task<unknown>];
      send.trySend(1);
      receive.close();
      send.close();
      assert.equal(yield* task, 1);
      assert.equal(yield* late, closed);
    }),
  );

  test(
    "the iteration of a closed end throws, as receive() does",
    inLoop(function* () {
      const [, receive] = createChannel<number>(0);
      const task = createTask(outcome(drained(receive)));
      yield* sleep(0);
      receive.close();
      assert.equal(yield* task, closed);
    }),
  );

  test("a native for await receives until the end", async () => {
    await runWithVirtualTime(async () => {
      const [send, receive] = createChannel<number>(5);
      for (const value of [1, 2, 3]) send.trySend(value);
      send.close();
      const got: number[] = [];
      for await (const value of receive) got.push(value);
      assert.deepEqual(got, [1, 2, 3]);
    });
  });
});

describe("a channel tells of itself", () => {
  test(
    "by statistics, which all ends share, by inspect, and by what its waiting tasks wait for",
    inLoop(function* () {
      const [send, receive] = createChannel<number>(2);
      const expect = (change: object): void => {
        Object.assign(statistics, change);
        assert.deepEqual(send.statistics(), statistics);
        assert.deepEqual(receive.statistics(), statistics);
      };
      const statistics = {
        currentBufferUsed: 0,
        maxBufferSize: 2,
        openSendChannels: 1,
        openReceiveChannels: 1,
        tasksWaitingSend: 0,
        tasksWaitingReceive: 0,
      };
      expect({});
      send.trySend(1);
      const clone = send.clone();
      expect({ currentBufferUsed: 1, openSendChannels: 2 });
      clone.close();
      const other = receive.clone();
      expect({ openSendChannels: 1, openReceiveChannels: 2 });
      other.close();
      send.trySend(2);
      const tasks = [createTask(send.send(3)), createTask(send.send(4))];
      yield* sleep(0);
      expect({ currentBufferUsed: 2, openReceiveChannels: 1, tasksWaitingSend: 2 });
      const text =
        "SendChannel { currentBufferUsed: 2, maxBufferSize: 2, openSendChannels: 1, openReceiveChannels: 1, tasksWaitingSend: 2, tasksWaitingReceive: 0 }";
      assert.equal(inspect(send), text);
      assert.equal(tasks[0]?.waitingOn?.describe(), `SendChannel.send() of ${text}`);
      assert.match(inspect(receive), /^ReceiveChannel \{/);
      for (const task of tasks) task.cancel();
      yield* sleep(0);
      expect({ tasksWaitingSend: 0 });
      for (const value of [1, 2]) assert.equal(receive.tryReceive(), value);
      const task = createTask(receive.receive());
      yield* sleep(0);
      expect({ currentBufferUsed: 0, tasksWaitingReceive: 1 });
      task.cancel();
      yield* sleep(0);
      expect({ tasksWaitingReceive: 0 });
    }),
  );
});
