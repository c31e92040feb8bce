import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  type Coroutine,
  coroutine,
  createTask,
  InvalidStateError,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  sleep,
  type Task,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome, shown } from "../support/outcome.js";

/** A task that gets one item and notes it. */
const getter = coroutine(function* (queue: Queue<unknown>, name: string, events: unknown[]) {
  events.push(`${name} got ${yield* queue.get()}`);
});

const putter = coroutine(function* (queue: Queue<unknown>, item: unknown, events: unknown[]) {
  yield* queue.put(item);
  events.push(`put ${item}`);
});

describe("Queue", () => {
  inBothForms("a bounded queue keeps the producer from running ahead, and nothing changes its order", async (form) => {
    const { fn, wait } = form;
    const events: unknown[] = [];
    const main = fn("main", function* () {
      const queue = new Queue<number>(2);
      const producer = createTask(
        fn("produce", function* () {
          for (let item = 1; item <= 5; item++) {
            yield* wait(queue.put(item));
            events.push(`put ${item}`);
          }
        })(),
      );
      yield* wait(sleep(1));
      for (let count = 0; count < 5; count++) {
        events.push(`got ${yield* wait(queue.get())}`);
        yield* wait(sleep(1));
      }
      yield* wait(producer);
    });
    await runWithVirtualTime(main());
    assert.deepEqual(events, "put 1,put 2,got 1,put 3,got 2,put 4,got 3,put 5,got 4,got 5".split(","));
  });

  test(
    "what need not wait does not yield; maxSize 0 or less is no limit, and a fraction is rounded up, as in asyncio",
    inLoop(function* () {
      let other = false;
      createTask(
        coroutine(function* () {
          other = true;
        })(),
      );
      for (const unlimited of [
        new Queue<number>(),
        new Queue<number>(-1),
        new Queue<number>(Number.POSITIVE_INFINITY),
      ]) {
        for (let item = 0; item < 1000; item++) yield* unlimited.put(item);
        assert.equal(unlimited.full(), false);
        assert.equal(unlimited.size, 1000);
        for (let item = 0; item < 1000; item++) assert.equal(yield* unlimited.get(), item);
        assert.equal(unlimited.empty(), true);
        for (let item = 0; item < 1000; item++) unlimited.taskDone();
        yield* unlimited.join();
      }
      assert.equal(other, false);
      const fraction = new Queue<number>(1.3);
      fraction.putNowait(1);
      assert.equal(fraction.full(), false);
      fraction.putNowait(2);
      assert.equal(fraction.full(), true);
      assert.equal(fraction.maxSize, 1.3);
      for (const bad of [Number.NaN, "2", null]) {
        assert.throws(() => new Queue(bad as number), {
          name: "TypeError",
          message: /maxSize is a number of items, not/,
        });
      }
    }),
  );

  test("putNowait and getNowait say what to do where they would have to wait, and work outside of tasks", () => {
    const queue = new Queue<number>(1);
    assert.throws(
      () => queue.getNowait(),
      (error) => error instanceof QueueEmpty && /await get\(\)/.test(error.message),
    );
    queue.putNowait(1);
    assert.throws(
      () => queue.putNowait(2),
      (error) => error instanceof QueueFull && /await put\(\)/.test(error.message),
    );
    assert.equal(queue.getNowait(), 1);
  });

  test(
    "those that wait are served in the order in which they came",
    inLoop(function* () {
      const queue = new Queue<string>(1);
      const events: unknown[] = [];
      const getters = ["a", "b", "c"].map((name) => createTask(getter(queue, name, events)));
      yield* sleep(0);
      assert.equal(queue.statistics().tasksWaitingGet, 3);
      for (const item of ["x", "y", "z"]) yield* queue.put(item);
      for (const task of getters) yield* task;
      assert.deepEqual(events.splice(0), ["a got x", "b got y", "c got z"]);
      queue.putNowait("first");
      const putters = ["p", "q", "r"].map((item) => createTask(putter(queue, item, events)));
      yield* sleep(0);
      assert.equal(queue.statistics().tasksWaitingPut, 3);
      for (const expected of ["first", "p", "q", "r"]) assert.equal(yield* queue.get(), expected);
      yield* putters[2] as Task<void>;
      assert.deepEqual(events, ["put p", "put q", "put r"]);
    }),
  );

  test(
    "an item belongs to nobody before it is taken: who comes between the wake-up and the resume takes it, and the woken one waits at the end",
    inLoop(function* () {
      const queue = new Queue<number>();
      const events: unknown[] = [];
      const first = createTask(getter(queue, "first", events));
      const second = createTask(getter(queue, "second", events));
      yield* sleep(0);
      queue.putNowait(1);
      assert.equal(queue.getNowait(), 1);
      yield* sleep(0);
      queue.putNowait(2);
      queue.putNowait(3);
      yield* second;
      yield* first;
      assert.deepEqual(events, ["second got 2", "first got 3"]);
    }),
  );

  for (const cancelFirst of [true, false]) {
    const order = cancelFirst ? "before" : "after";
    test(
      `a getter that is cancelled in the tick of the put (${order} it) leaves the item to the next`,
      inLoop(function* () {
        const queue = new Queue<number>();
        const events: unknown[] = [];
        const first = createTask(getter(queue, "first", events));
        const second = createTask(getter(queue, "second", events));
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        queue.putNowait(1);
        if (!cancelFirst) first.cancel();
        yield* second;
        assert.ok(first.cancelled());
        assert.deepEqual(events, ["second got 1"]);
        assert.equal(queue.statistics().tasksWaitingGet, 0);
      }),
    );

    test(
      `a putter that is cancelled in the tick of the get (${order} it) has put nothing and leaves the room to the next`,
      inLoop(function* () {
        const queue = new Queue<number>(1);
        const events: unknown[] = [];
        queue.putNowait(0);
        const first = createTask(putter(queue, 1, events));
        const second = createTask(putter(queue, 2, events));
        yield* sleep(0);
        if (cancelFirst) first.cancel();
        assert.equal(queue.getNowait(), 0);
        if (!cancelFirst) first.cancel();
        yield* second;
        assert.ok(first.cancelled());
        assert.deepEqual(events, ["put 2"]);
        assert.equal(queue.getNowait(), 2);
        assert.deepEqual(queue.statistics().tasksWaitingPut, 0);
      }),
    );
  }

  test(
    "all of the many that were woken in one tick and are cancelled in it lose nothing",
    inLoop(function* () {
      const queue = new Queue<number>();
      const events: unknown[] = [];
      const tasks = Array.from({ length: 6 }, (_, number) => createTask(getter(queue, `${number}`, events)));
      yield* sleep(0);
      for (const item of [1, 2, 3]) queue.putNowait(item);
      for (const number of [0, 2, 4]) tasks[number]?.cancel();
      yield* sleep(1);
      assert.deepEqual(events, ["1 got 1", "3 got 2", "5 got 3"]);
    }),
  );

  test(
    "get within a time limit leaves the item for later where the time is up",
    inLoop(function* () {
      const queue = new Queue<number>();
      assert.match((yield* outcome(withTimeout(5, () => queue.get()))) as string, /TimeoutError/);
      yield* queue.put(1);
      assert.equal(yield* queue.get(), 1);
      assert.deepEqual(queue.statistics().tasksWaitingGet, 0);
    }),
  );

  test(
    "a coroutine that is made and never awaited puts nothing and takes nothing",
    inLoop(function* () {
      const queue = new Queue<number>();
      queue.put(1).close();
      assert.equal(queue.size, 0);
      queue.putNowait(2);
      queue.get().close();
      assert.equal(queue.size, 1);
      const late = createTask(queue.get());
      late.cancel();
      yield* sleep(0);
      assert.equal(queue.size, 1);
    }),
  );
});

describe("Queue.join", () => {
  test(
    "waits until every item that was put in is done, and gives at once where there is none",
    inLoop(function* () {
      const queue = new Queue<number>();
      const events: string[] = [];
      yield* queue.join();
      for (const item of [1, 2]) queue.putNowait(item);
      const joiners = ["a", "b"].map((name) =>
        createTask(
          coroutine(function* () {
            yield* queue.join();
            events.push(name);
          })(),
        ),
      );
      yield* queue.get();
      yield* queue.get();
      queue.taskDone();
      yield* sleep(0);
      assert.equal(queue.statistics().tasksWaitingJoin, 2);
      assert.deepEqual(events, []);
      queue.taskDone();
      // It is over for them, whatever comes in before they resume.
      queue.putNowait(3);
      for (const joiner of joiners) yield* joiner;
      assert.deepEqual(events, ["a", "b"]);
      assert.equal(queue.statistics().unfinished, 1);
    }),
  );

  test("taskDone more often than items were put in is an error that says so", () => {
    const queue = new Queue<number>();
    assert.throws(
      () => queue.taskDone(),
      (error) => error instanceof InvalidStateError && /once for each get\(\)/.test(error.message),
    );
    queue.putNowait(1);
    queue.taskDone();
    assert.throws(() => queue.taskDone(), InvalidStateError);
  });

  test(
    "one that is cancelled leaves",
    inLoop(function* () {
      const queue = new Queue<number>();
      queue.putNowait(1);
      const joiner = createTask(queue.join());
      yield* sleep(0);
      joiner.cancel();
      yield* sleep(0);
      assert.equal(queue.statistics().tasksWaitingJoin, 0);
      queue.taskDone();
    }),
  );
});

describe("Queue.shutdown", () => {
  const shutDown = "QueueShutDown: the queue was shut down";

  test(
    "gives what is left, then throws; put throws at once; a second call is nothing new",
    inLoop(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 2]) queue.putNowait(item);
      queue.shutdown();
      queue.shutdown();
      assert.throws(() => queue.putNowait(3), QueueShutDown);
      assert.equal(yield* outcome(queue.put(3)), shutDown);
      assert.equal(yield* queue.get(), 1);
      assert.equal(queue.getNowait(), 2);
      assert.throws(() => queue.getNowait(), QueueShutDown);
      assert.equal(yield* outcome(queue.get()), shutDown);
      const joiner = createTask(queue.join());
      queue.taskDone();
      queue.taskDone();
      yield* joiner;
    }),
  );

  test(
    "wakes those that wait: getters of an empty queue and putters of a full one",
    inLoop(function* () {
      const empty = new Queue<number>();
      const full = new Queue<number>(1);
      full.putNowait(1);
      const tasks = [empty.get(), empty.get(), full.put(2), full.put(3)].map((one) =>
        createTask(outcome(one as Coroutine<unknown>)),
      );
      yield* sleep(0);
      empty.shutdown();
      full.shutdown();
      for (const task of tasks) assert.equal(yield* task, shutDown);
      assert.equal(full.getNowait(), 1);
    }),
  );

  test(
    "a getter that was woken by an item still gets it; the others of that tick do not",
    inLoop(function* () {
      const queue = new Queue<number>();
      const tasks = [1, 2].map(() => createTask(outcome(queue.get())));
      yield* sleep(0);
      queue.putNowait(7);
      queue.shutdown();
      assert.equal(yield* tasks[0] as Task<unknown>, 7);
      assert.equal(yield* tasks[1] as Task<unknown>, shutDown);
    }),
  );

  test(
    "a putter that was woken by a get and not resumed has put nothing",
    inLoop(function* () {
      const queue = new Queue<number>(1);
      queue.putNowait(1);
      const task = createTask(outcome(queue.put(2)));
      yield* sleep(0);
      queue.getNowait();
      queue.shutdown();
      assert.equal(yield* task, shutDown);
      assert.equal(queue.size, 0);
    }),
  );

  test(
    "immediate drops what is left, which counts as done; join waits for what is in progress",
    inLoop(function* () {
      const queue = new Queue<number>();
      for (const item of [1, 2, 3]) queue.putNowait(item);
      yield* queue.get();
      const joiner = createTask(queue.join());
      yield* sleep(0);
      queue.shutdown({ immediate: true });
      assert.equal(queue.size, 0);
      yield* sleep(0);
      assert.equal(joiner.done(), false);
      assert.throws(() => queue.getNowait(), QueueShutDown);
      queue.taskDone();
      yield* joiner;
      assert.throws(() => queue.taskDone(), InvalidStateError);
    }),
  );

  test(
    "immediate frees join where nothing is in progress, and after a plain shutdown too",
    inLoop(function* () {
      const queue = new Queue<number>();
      queue.putNowait(1);
      const joiner = createTask(queue.join());
      yield* sleep(0);
      queue.shutdown();
      yield* sleep(0);
      assert.equal(joiner.done(), false);
      queue.shutdown({ immediate: true });
      yield* joiner;
    }),
  );

  test(
    "the error that a waiting task gets has the chain of awaits, and no lines of the library",
    inLoop(function* () {
      const queue = new Queue<number>();
      const consume = coroutine(function* consume() {
        yield* queue.get();
      });
      const task = createTask(consume());
      yield* sleep(0);
      queue.shutdown();
      const error = (yield* outcomeOf(task)) as Error;
      assert.match(error.stack ?? "", /^QueueShutDown: .*\n {4}at async consume \([^)]*queue\.test/);
    }),
  );
});

const outcomeOf = coroutine(function* (task: Task<unknown>) {
  try {
    return yield* task;
  } catch (error) {
    return error;
  }
});

describe("a queue tells of itself", () => {
  test(
    "by statistics, inspect and what its waiting tasks wait for",
    inLoop(function* () {
      const queue = new Queue<number>(1);
      queue.putNowait(1);
      const task = createTask(queue.put(2));
      yield* sleep(0);
      assert.deepEqual(queue.statistics(), {
        size: 1,
        maxSize: 1,
        unfinished: 1,
        tasksWaitingGet: 0,
        tasksWaitingPut: 1,
        tasksWaitingJoin: 0,
        shutDown: false,
      });
      const text =
        "Queue { size: 1, maxSize: 1, unfinished: 1, tasksWaitingGet: 0, tasksWaitingPut: 1, tasksWaitingJoin: 0, shutDown: false }";
      assert.equal(inspect(queue), text);
      assert.equal(task.waitingOn?.describe(), `Queue.put() of ${text}`);
      assert.match(inspect(new PriorityQueue()), /^PriorityQueue \{/);
      assert.match(inspect(new LifoQueue()), /^LifoQueue \{/);
      task.cancel();
    }),
  );

  test("in the report of a deadlock", async () => {
    const queue = new Queue<number>();
    const error = await runWithVirtualTime(queue.get()).catch(shown);
    assert.match(String(error), /waits for Queue\.get\(\) of Queue \{ size: 0/);
  });
});
