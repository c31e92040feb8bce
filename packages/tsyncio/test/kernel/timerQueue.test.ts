import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, getRunningLoop, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { timerQueue } from "../support/internals.js";

type Timer = import("../../src/kernel/timerQueue.js").Timer & { id: number };

/** A timer as the loop makes them. */
const timer = (when: number, id: number): Timer =>
  ({ when, id, order: 0, below: null, prev: null, next: null, run() {} }) as Timer;

type Queue = InstanceType<typeof timerQueue.TimerQueue>;

const firstTime = (queue: Queue): number => queue.first()?.when ?? Number.POSITIVE_INFINITY;

function takeAll(queue: Queue, now: number): number[] {
  const taken: number[] = [];
  for (let first = queue.first(); first !== null && first.when <= now; first = queue.first()) {
    queue.remove(first);
    taken.push((first as Timer).id);
  }
  return taken;
}

describe("timer queue", () => {
  test("gives timers by deadline, and equal deadlines in the order of creation", () => {
    const queue = new timerQueue.TimerQueue();
    [5, 1, 5, 0.5, 5, 1].forEach((when, id) => {
      queue.add(timer(when, id));
    });
    assert.equal(firstTime(queue), 0.5);
    assert.deepEqual(takeAll(queue, 10), [3, 1, 5, 0, 2, 4]);
    assert.equal(queue.size, 0);
    assert.equal(firstTime(queue), Number.POSITIVE_INFINITY);
  });

  test("orders deadlines within one millisecond exactly", () => {
    const queue = new timerQueue.TimerQueue();
    [1.9, 1.1, 1.5, 1.1, 2, 1.05].forEach((when, id) => {
      queue.add(timer(when, id));
    });
    assert.deepEqual(takeAll(queue, 1.2), [5, 1, 3]);
    queue.add(timer(1.3, 6));
    assert.deepEqual(takeAll(queue, 1.4), [6]);
    assert.deepEqual(takeAll(queue, 2), [2, 0, 4]);
  });

  test("a timer that was removed can be added again, also where no other was added meanwhile", () => {
    const queue = new timerQueue.TimerQueue();
    const moved = timer(5, 0);
    for (const when of [5, 7, 6]) {
      queue.add(moved);
      queue.remove(moved);
      moved.when = when;
    }
    queue.add(moved);
    queue.add(timer(6, 1));
    assert.deepEqual([queue.size, takeAll(queue, 10)], [2, [0, 1]]);
  });

  test("gives none before its time", () => {
    const queue = new timerQueue.TimerQueue();
    queue.add(timer(10.5, 0));
    assert.deepEqual(takeAll(queue, 10.499), []);
    assert.deepEqual(takeAll(queue, 10.5), [0]);
  });

  test("agrees with a sorted list, with a hundred thousand random additions and removals", () => {
    const queue = new timerQueue.TimerQueue();
    const model: Timer[] = [];
    let state = 42;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    let now = 0;
    for (let step = 0; step < 100_000; step++) {
      const action = random(10);
      if (action < 6) {
        const added = timer(now + random(2000) / 8, step);
        queue.add(added);
        model.push(added);
      } else if (action < 9 && model.length > 0) {
        const [removed] = model.splice(random(model.length), 1);
        queue.remove(removed as Timer);
        queue.remove(removed as Timer);
      } else {
        now += random(20) / 8;
        const due = model.filter(({ when }) => when <= now).sort((x, y) => x.when - y.when || x.id - y.id);
        assert.deepEqual(
          takeAll(queue, now),
          due.map(({ id }) => id),
        );
        for (const { id } of due)
          model.splice(
            model.findIndex((other) => other.id === id),
            1,
          );
      }
      assert.equal(queue.size, model.length);
      if (step % 500 === 0)
        assert.equal(firstTime(queue), Math.min(Number.POSITIVE_INFINITY, ...model.map(({ when }) => when)));
    }
  });

  test("many cancelled timers are swept, and the order is kept", () => {
    const queue = new timerQueue.TimerQueue();
    const timers = Array.from({ length: 5000 }, (_, id) => timer(id * 3, id));
    for (const each of timers) queue.add(each);
    for (const each of timers) if (each.id % 50 !== 0) queue.remove(each);
    assert.equal(queue.size, 100);
    assert.deepEqual(
      takeAll(queue, 1e9),
      Array.from({ length: 100 }, (_, index) => index * 50),
    );
  });

  test("cancelled timers free their memory at once: adding and cancelling a million keeps nothing", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    if (collect === undefined) return;
    const queue = new timerQueue.TimerQueue();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let id = 0; id < 1_000_000; id++) {
      const added = timer(1e6 + id, id);
      queue.add(added);
      queue.remove(added);
    }
    collect();
    assert.ok(process.memoryUsage().heapUsed - before < 5e6);
  });
});

describe("timers of the loop", () => {
  test("timers of equal deadline fire in the order in which they were made", async () => {
    const events: number[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        for (let id = 0; id < 100; id++) {
          if (id % 2 === 0) loop.callAt(10, () => events.push(id));
          else loop.callLater(10, () => events.push(id));
        }
        yield* sleep(11);
      }),
    );
    assert.deepEqual(
      events,
      Array.from({ length: 100 }, (_, id) => id),
    );
  });

  test("sleepers wake by their deadlines, whatever the order in which they began", async () => {
    const events: number[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const delays = Array.from({ length: 500 }, (_, index) => (index * 7919) % 503);
        const tasks = delays.map((delay) =>
          createTask(
            coroutine(function* () {
              yield* sleep(delay);
              events.push(delay);
            })(),
          ),
        );
        for (const task of tasks) yield* task;
        assert.deepEqual(
          events,
          [...delays].sort((x, y) => x - y),
        );
      }),
    );
  });
});
