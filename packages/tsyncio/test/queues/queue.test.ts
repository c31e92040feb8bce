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
import { forAwait } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms, lowered } from "../support/forms.js";
import { outcome, shown } from "../support/outcome.js";

const inLoop = (body: () => Generator<unknown, void, any>) => () => runWithVirtualTime(coroutine(body));

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

describe("LifoQueue", () => {
  test(
    "gives the newest first, is bounded, and is a Queue",
    inLoop(function* () {
      const queue = new LifoQueue<number>(3);
      for (const item of [1, 3, 2]) yield* queue.put(item);
      assert.equal(queue.full(), true);
      assert.ok(queue instanceof Queue);
      assert.deepEqual([yield* queue.get(), yield* queue.get(), yield* queue.get()], [2, 3, 1]);
      assert.throws(() => new LifoQueue(Number.NaN), TypeError);
      queue.putNowait(1);
      queue.shutdown({ immediate: true });
      assert.throws(() => queue.getNowait(), QueueShutDown);
    }),
  );
});

describe("PriorityQueue", () => {
  const drained = <T>(queue: Queue<T>): T[] => {
    const items: T[] = [];
    while (!queue.empty()) items.push(queue.getNowait());
    return items;
  };

  test("gives the least first: numbers, texts, dates, big numbers", () => {
    const cases: [unknown[], unknown[]][] = [
      [
        [3, 1, 2, -1, 1.5, 10],
        [-1, 1, 1.5, 2, 3, 10],
      ],
      [
        ["b", "a", "B", ""],
        ["", "B", "a", "b"],
      ],
      [
        [2n, 10n, 1n],
        [1n, 2n, 10n],
      ],
      [
        [new Date(2), new Date(1)],
        [new Date(1), new Date(2)],
      ],
    ];
    for (const [items, expected] of cases) {
      const queue = new PriorityQueue<unknown>();
      for (const item of items) queue.putNowait(item);
      assert.deepEqual(drained(queue), expected);
    }
  });

  test("compares arrays element by element, a shorter one before a longer one that begins with it", () => {
    const queue = new PriorityQueue<unknown>();
    const sorted = [[1], [1, "a"], [1, "b"], [1, ["x", 1]], [2, 0], [10, "a", 1], [10, "a", 2]];
    for (const item of [6, 2, 0, 4, 1, 5].map((index) => sorted[index])) queue.putNowait(item);
    assert.deepEqual(
      drained(queue),
      [0, 1, 2, 4, 5, 6].map((index) => sorted[index]),
    );
  });

  test("equal items come in the order in which they were put in; jobs and callbacks have no order of their own", () => {
    const queue = new PriorityQueue<[number, unknown]>();
    const jobs = [{ z: 1 }, { a: 1 }, () => "z", () => "a", Object.create(null), null, undefined];
    for (const job of jobs) queue.putNowait([1, job]);
    queue.putNowait([0, "urgent"]);
    for (const job of jobs) queue.putNowait([1, job]);
    assert.deepEqual(
      drained(queue).map(([, job]) => job),
      ["urgent", ...jobs, ...jobs],
    );
  });

  test("takes a compare function", () => {
    const queue = new PriorityQueue<{ due: number; name: string }>(0, { compare: (a, b) => b.due - a.due });
    for (const [due, name] of [
      [1, "a"],
      [2, "b"],
      [1, "c"],
      [2, "d"],
    ] as const)
      queue.putNowait({ due, name });
    assert.equal(
      drained(queue)
        .map(({ name }) => name)
        .join(""),
      "bdac",
    );
    assert.throws(() => new PriorityQueue(0, { compare: 1 as never }), {
      name: "TypeError",
      message: /compare is a function/,
    });
  });

  test("keeps the order of the least first however puts and gets alternate", () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const queue = new PriorityQueue<[number, number]>();
    const expected: [number, number][] = [];
    for (let step = 0; step < 5000; step++) {
      if (random(5) < 3) {
        const item: [number, number] = [random(20), step];
        queue.putNowait(item);
        expected.push(item);
      } else if (expected.length > 0) {
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        assert.deepEqual(queue.getNowait(), expected.shift());
      }
      assert.equal(queue.size, expected.length);
    }
  });

  test("bears a hundred thousand in order, in reverse order, and equal ones", () => {
    for (const numberOf of [(i: number) => i, (i: number) => -i, () => 0]) {
      const queue = new PriorityQueue<number>();
      for (let i = 0; i < 100_000; i++) queue.putNowait(numberOf(i));
      let last = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < 100_000; i++) {
        const item = queue.getNowait();
        assert.ok(item >= last);
        last = item;
      }
    }
  });

  test(
    "a compare that throws fails that put or get alone: nothing is lost and nothing is out of order",
    inLoop(function* () {
      let faults = 0;
      const queue = new PriorityQueue<number>(0, {
        compare(a, b) {
          if (faults > 0 && faults-- === 1) throw new Error("compare");
          return a - b;
        },
      });
      const inside: number[] = [];
      for (let step = 0; step < 400; step++) {
        const item = (step * 7919) % 101;
        faults = step % 3 === 0 ? 1 + (step % 4) : 0;
        const put = yield* outcome(queue.put(item));
        if (put === undefined) inside.push(item);
        else assert.equal(put, "Error: compare");
        assert.equal(queue.statistics().unfinished >= inside.length, true);
        if (step % 2 === 0) continue;
        faults = step % 5 === 0 ? 1 + (step % 3) : 0;
        const got = yield* outcome(queue.get());
        if (got === "Error: compare") continue;
        inside.sort((a, b) => a - b);
        assert.equal(got, inside.shift());
      }
      faults = 0;
      assert.equal(queue.size, inside.length);
      assert.deepEqual(
        drained(queue),
        inside.sort((a, b) => a - b),
      );
    }),
  );

  test(
    "serves a waiting getter the least of what is there when it resumes",
    inLoop(function* () {
      const queue = new PriorityQueue<number>();
      const task = createTask(queue.get());
      yield* sleep(0);
      queue.putNowait(2);
      queue.putNowait(1);
      assert.equal(yield* task, 1);
    }),
  );
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
