import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTask, LifoQueue, PriorityQueue, Queue, QueueShutDown, sleep } from "tsyncio";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

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
