/** Queues and channels under random producers, consumers and cancellations: nothing is lost, nothing comes twice, nobody hangs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Coroutine,
  coroutine,
  createChannel,
  createTask,
  EndOfChannel,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  sleep,
  type Task,
  WouldBlock,
} from "tsyncio";
import { explore, runWithVirtualTime } from "tsyncio/testing";
import { randomOf } from "../support/randomProgram.js";

const seeds = Number(process.env["RANDOM_PROGRAMS"] ?? 400);
const firstSeed = Number(process.env["FIRST_SEED"] ?? 1);

type Random = (below: number) => number;

/** Tasks that are cancelled at any moment; what is cancelled before it begins, or while it waits, or in the tick of its wake-up. */
class Crowd {
  readonly tasks: Task<unknown>[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(coroutine: Coroutine<unknown>): void {
    this.tasks.push(createTask(coroutine));
  }

  cancelSome(): void {
    const { length } = this.tasks;
    if (length === 0) return;
    for (let count = this.#random(4); count > 0; count--) this.tasks[this.#random(length)]?.cancel();
  }

  get left(): number {
    return this.tasks.filter((task) => !task.done()).length;
  }

  failures(): unknown[] {
    return this.tasks.flatMap((task) => (task.done() && !task.cancelled() ? (task.exception() ?? []) : []));
  }
}

const pause = coroutine(function* (random: Random) {
  for (let ticks = random(3); ticks > 0; ticks--) yield* sleep(0);
});

const playQueue = coroutine(function* (seed: number) {
  const random = randomOf(seed);
  const size = random(4);
  const queue = [
    () => new Queue<number>(size),
    () => new LifoQueue<number>(size),
    () => new PriorityQueue<number>(size),
  ][random(3)]?.() as Queue<number>;
  const crowd = new Crowd(random);
  const put: number[] = [];
  const got: number[] = [];
  let done = 0;
  let next = 0;
  let allDone = 0;
  const noteDone = (): void => {
    done++;
    queue.taskDone();
    if (done === put.length) allDone++;
  };
  const produce = coroutine(function* () {
    for (let count = 1 + random(6); count > 0; count--) {
      const item = next++;
      try {
        if (random(3) > 0) yield* queue.put(item);
        else queue.putNowait(item);
        put.push(item);
      } catch (error) {
        if (!(error instanceof QueueFull || error instanceof QueueShutDown)) throw error;
      }
      yield* pause(random);
    }
  });
  const deal = coroutine(function* (item: number) {
    got.push(item);
    try {
      yield* pause(random);
    } finally {
      noteDone();
    }
  });
  const consume = coroutine(function* () {
    for (let count = 1 + random(6); count > 0; count--) {
      try {
        yield* deal(random(3) > 0 ? yield* queue.get() : queue.getNowait());
      } catch (error) {
        if (!(error instanceof QueueEmpty || error instanceof QueueShutDown)) throw error;
      }
      yield* pause(random);
    }
  });
  const join = coroutine(function* () {
    const [before, atOnce] = [allDone, done === put.length];
    yield* queue.join();
    assert.ok(atOnce || allDone > before, "join returned although something was not done");
  });
  const settled = (): void => {
    const { tasksWaitingGet, tasksWaitingPut, tasksWaitingJoin, unfinished, shutDown } = queue.statistics();
    assert.deepEqual(crowd.failures(), []);
    assert.equal(put.length - got.length, queue.size, "as many are inside as were put and not got");
    assert.equal(unfinished, put.length - done);
    assert.ok(tasksWaitingGet === 0 || (queue.empty() && !shutDown), "a getter hangs");
    assert.ok(tasksWaitingPut === 0 || (queue.full() && !shutDown), "a putter hangs");
    assert.ok(tasksWaitingJoin === 0 || unfinished > 0, "a join hangs");
    assert.equal(crowd.left, tasksWaitingGet + tasksWaitingPut + tasksWaitingJoin, "somebody waits for nothing");
  };
  for (let round = 0; round < 6; round++) {
    for (let count = random(5); count > 0; count--)
      crowd.add([produce, consume, consume, join][random(4)]?.() as Coroutine);
    for (let tick = random(6); tick > 0; tick--) {
      crowd.cancelSome();
      yield* sleep(0);
      if (random(3) === 0) crowd.cancelSome();
    }
    yield* sleep(1);
    settled();
  }
  queue.shutdown();
  crowd.cancelSome();
  yield* sleep(1);
  settled();
  while (!queue.empty()) {
    got.push(queue.getNowait());
    noteDone();
  }
  yield* sleep(1);
  settled();
  assert.equal(crowd.left, 0);
  const ascending = (items: number[]): number[] => [...items].sort((a, b) => a - b);
  assert.deepEqual(ascending(got), ascending(put), "each item that was put was got once");
  if (queue.constructor === Queue) assert.deepEqual(got, put, "in the order in which they were put");
});

const playChannel = coroutine(function* (seed: number) {
  const random = randomOf(seed);
  const capacity = [0, 0, 1, 3][random(4)] as number;
  const cancels = random(3) > 0;
  const [firstSend, firstReceive] = createChannel<number>(capacity);
  const senders = [firstSend];
  const receivers = [firstReceive];
  const crowd = new Crowd(random);
  const begun = new Set<number>();
  const sent = new Set<number>();
  const got: number[] = [];
  let next = 0;
  const any = <E>(ends: E[]): E => ends[random(ends.length)] as E;
  const produce = coroutine(function* () {
    const end = any(senders).clone();
    try {
      for (let count = 1 + random(6); count > 0; count--) {
        const item = next++;
        begun.add(item);
        if (random(3) > 0) {
          yield* end.send(item);
          sent.add(item);
        } else {
          try {
            end.trySend(item);
            sent.add(item);
          } catch (error) {
            if (!(error instanceof WouldBlock)) throw error;
            begun.delete(item);
          }
        }
        yield* pause(random);
      }
    } finally {
      end.close();
    }
  });
  const consume = coroutine(function* (forEver: boolean) {
    const end = any(receivers).clone();
    try {
      for (let count = 1 + random(6); count > 0 || forEver; count--) {
        try {
          got.push(forEver || random(3) > 0 ? yield* end.receive() : end.tryReceive());
        } catch (error) {
          if (!(error instanceof WouldBlock)) throw error;
        }
        yield* pause(random);
      }
    } catch (error) {
      if (!(error instanceof EndOfChannel)) throw error;
    } finally {
      end.close();
    }
  });
  const settled = (): void => {
    const { currentBufferUsed, tasksWaitingSend, tasksWaitingReceive, openSendChannels } = firstSend.statistics();
    assert.deepEqual(crowd.failures(), []);
    assert.equal(new Set(got).size, got.length, "nothing comes twice");
    assert.ok(got.every((item) => begun.has(item)));
    const inside = [...sent].filter((item) => !got.includes(item)).length;
    assert.ok(currentBufferUsed >= inside, "what was sent and not received is inside");
    if (!cancels) assert.equal(currentBufferUsed, inside);
    assert.ok(
      tasksWaitingReceive === 0 || (currentBufferUsed + tasksWaitingSend === 0 && openSendChannels > 0),
      "a receiver hangs",
    );
    assert.ok(tasksWaitingSend === 0 || currentBufferUsed >= capacity, "a sender hangs");
    assert.equal(crowd.left, tasksWaitingSend + tasksWaitingReceive, "somebody waits for nothing");
  };
  for (let round = 0; round < 6; round++) {
    for (let count = random(5); count > 0; count--) crowd.add([produce, consume][random(2)]?.(false) as Coroutine);
    for (let tick = random(6); tick > 0; tick--) {
      if (cancels) crowd.cancelSome();
      yield* sleep(0);
      if (cancels && random(3) === 0) crowd.cancelSome();
    }
    yield* sleep(1);
    settled();
  }
  crowd.add(consume(true));
  crowd.add(consume(true));
  firstSend.close();
  if (cancels) for (const task of crowd.tasks.slice(0, -2)) if (random(2) === 0) task.cancel();
  yield* sleep(10);
  settled();
  assert.equal(crowd.left, 0, "all end with the last sender");
  for (const item of sent) assert.ok(got.includes(item), "everything that was sent is received");
});

describe("random producers and consumers", () => {
  for (const [what, play] of [
    ["a queue gives each item that was put once, in order; join ends when all is done; nobody hangs", playQueue],
    [
      "a channel gives each value that was sent once; all receivers end with the last sender; nobody hangs",
      playChannel,
    ],
  ] as const) {
    test(`${seeds} times: ${what}`, async () => {
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        await runWithVirtualTime(play(seed)).catch((cause) => {
          throw new Error(`seed ${seed}`, { cause });
        });
      }
    });

    test(`the same in other orders of the tasks: ${what}`, async () => {
      for (let seed = firstSeed; seed < firstSeed + seeds / 20; seed++) await explore(() => play(seed), { seeds: 10 });
    });
  }
});
