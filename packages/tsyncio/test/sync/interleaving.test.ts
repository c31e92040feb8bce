/** Random schedules of asking, releasing and cancelling; what has to hold is looked at after every step. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Barrier,
  CapacityLimiter,
  Condition,
  type Coroutine,
  coroutine,
  createTask,
  Event,
  Future,
  type Guard,
  Lock,
  RwLock,
  Semaphore,
  sleep,
  type Task,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { randomOf } from "../support/randomProgram.js";

const seeds = Number(process.env["INTERLEAVINGS"] ?? 60);
const steps = 120;
/** Of `Task.flags`. */
const QUEUED = 32;

/** What is acquired, and what has to hold of it. */
interface Subject {
  readonly primitive: { statistics(): { tasksWaiting: number } };
  /** In one of several ways, where there are several. */
  acquire(way: number): Coroutine<Guard>;
  /** Who holds it, by their ways. */
  check(holders: readonly number[]): void;
  /** Whether the first that waits could have it. */
  free(holders: readonly number[], way: number): boolean;
  /** Something else that can happen to it. */
  disturb?(random: (below: number) => number): void;
  readonly end?: () => void;
}

interface Visitor {
  readonly way: number;
  readonly task: Task<void>;
  readonly leave: Future<void>;
  state: "waits" | "holds" | "cancelled" | "gone";
}

function counted(primitive: Lock | Semaphore, limit: number): Subject {
  return {
    primitive,
    acquire: () => primitive.acquire(),
    check: (holders) => assert.ok(holders.length <= limit, `${holders.length} hold it`),
    free: (holders) => holders.length < limit,
  };
}

function limiter(): Subject {
  const primitive = new CapacityLimiter(2);
  let most = 2;
  return {
    primitive,
    acquire: () => primitive.acquire(),
    check: (holders) => {
      assert.ok(holders.length <= most, `${holders.length} hold it`);
      assert.ok(primitive.borrowedTokens >= holders.length);
    },
    free: () => primitive.availableTokens > 0,
    disturb: (random) => {
      primitive.totalTokens = random(4);
      most = Math.max(primitive.totalTokens, primitive.borrowedTokens);
    },
    end: () => {
      primitive.totalTokens = 3;
      most = 3;
    },
  };
}

function rwLock(): Subject {
  const primitive = new RwLock();
  const writers = (holders: readonly number[]): number => holders.filter((way) => way === 0).length;
  return {
    primitive,
    acquire: (way) => (way === 0 ? primitive.write() : primitive.read()),
    check: (holders) => assert.ok(writers(holders) === 0 || holders.length === 1, `${holders} hold it`),
    free: (holders, way) => holders.length === 0 || (way !== 0 && writers(holders) === 0),
  };
}

const play = coroutine(function* (subject: Subject, seed: number) {
  const random = randomOf(seed);
  const visitors: Visitor[] = [];
  const visit = coroutine(function* (visitor: () => Visitor, way: number, leave: Future<void>) {
    const guard = yield* subject.acquire(way);
    const self = visitor();
    // One that was handed it already may resume later.
    const before = visitors
      .slice(0, visitors.indexOf(self))
      .some(({ state, task }) => state === "waits" && task.waitingOn && (task.flags & QUEUED) === 0);
    assert.equal(before, false, "nobody who came earlier waits still");
    self.state = "holds";
    try {
      yield* leave;
    } finally {
      self.state = "gone";
      guard.release();
    }
  });
  const holding = (): Visitor[] => visitors.filter(({ state }) => state === "holds");
  const check = (): void => subject.check(holding().map(({ way }) => way));
  const arrive = (): void => {
    const way = random(3);
    const leave = new Future<void>();
    const task = createTask(visit(() => visitor, way, leave));
    const visitor: Visitor = { way, leave, task, state: "waits" };
    visitors.push(visitor);
  };
  const settled = coroutine(function* () {
    for (let tick = 0; tick < 6; tick++) yield* sleep(0);
    check();
    const first = visitors.find(({ state }) => state === "waits");
    const ways = holding().map(({ way }) => way);
    if (first) assert.equal(subject.free(ways, first.way), false, "nobody waits while something is free");
    const waiting = visitors.filter(({ state }) => state === "waits").length;
    assert.equal(subject.primitive.statistics().tasksWaiting, waiting);
  });
  for (let step = 0; step < steps; step++) {
    const some = visitors.filter(({ state }) => state === "waits" || state === "holds");
    const one = some[random(some.length || 1)];
    switch (random(8)) {
      case 0:
      case 1:
        arrive();
        break;
      case 2:
      case 3:
        if (one?.state === "holds" && !one.leave.done()) one.leave.setResult();
        break;
      case 4:
        if (one) {
          one.task.cancel();
          if (one.state === "waits") one.state = "cancelled";
        }
        break;
      case 5:
        subject.disturb?.(random);
        break;
      case 6:
        yield* sleep(0);
        break;
      case 7:
        yield* settled();
    }
    check();
  }
  subject.end?.();
  while (visitors.some(({ state }) => state === "waits" || state === "holds")) {
    yield* settled();
    for (const { leave } of holding()) if (!leave.done()) leave.setResult();
  }
  yield* settled();
  for (const { task } of visitors) if (task.done() && !task.cancelled()) assert.equal(task.exception(), null);
  return visitors.length;
});

describe("interleavings", () => {
  const subjects: Record<string, () => Subject> = {
    Lock: () => counted(new Lock(), 1),
    "Semaphore(3)": () => counted(new Semaphore(3), 3),
    CapacityLimiter: limiter,
    RwLock: rwLock,
  };
  for (const [name, make] of Object.entries(subjects)) {
    test(`${name}: ${seeds} random schedules: never too many, first come first served, nobody waits for what is free, all comes back`, async () => {
      for (let seed = 1; seed <= seeds; seed++) {
        let subject: Subject | undefined;
        try {
          await runWithVirtualTime(() => {
            subject = make();
            return play(subject, seed);
          });
        } catch (error) {
          throw new Error(`seed ${seed}: ${subject?.primitive}`, { cause: error });
        }
        assert.doesNotMatch(String(subject?.primitive), /locked: true|tasksWaiting: [1-9]|borrowedTokens: [1-9]/);
      }
    });
  }

  test(`Condition: ${seeds} random schedules: whoever is cancelled, nobody waits while there is something to take`, async () => {
    const main = coroutine(function* (seed: number) {
      const random = randomOf(seed);
      const condition = new Condition();
      const tasks: Task<unknown>[] = [];
      let stock = 0;
      let taken = 0;
      const take = coroutine(function* () {
        yield* condition.waitFor(() => stock > 0);
        stock--;
        taken++;
      });
      const put = coroutine(function* (pause: number) {
        for (let count = 0; count < pause; count++) yield* sleep(0);
        stock++;
        condition.notify();
        for (let count = 0; count < pause; count++) yield* sleep(0);
      });
      let brought = 0;
      for (let step = 0; step < steps; step++) {
        switch (random(6)) {
          case 0:
          case 1:
            tasks.push(createTask(condition.with(take)));
            break;
          case 2: {
            const pause = random(3);
            createTask(condition.with(() => put(pause)));
            brought++;
            break;
          }
          case 3: {
            const left = tasks.filter((task) => !task.done());
            left[random(Math.min(left.length, 3) || 1)]?.cancel();
            break;
          }
          case 4:
            yield* sleep(0);
            break;
          case 5:
            yield* sleep(1);
            assert.equal(condition.locked(), false, `seed ${seed}`);
            assert.ok(stock === 0 || condition.statistics().tasksWaiting === 0, `seed ${seed}: ${condition}, ${stock}`);
        }
      }
      yield* sleep(1);
      assert.equal(stock + taken, brought);
      for (const task of tasks) task.cancel();
      yield* sleep(1);
      assert.deepEqual(condition.statistics(), { locked: false, owner: null, tasksWaiting: 0, tasksWaitingForLock: 0 });
    });
    for (let seed = 1; seed <= seeds; seed++) await runWithVirtualTime(main(seed));
  });

  test(`Event: ${seeds} random schedules: a set wakes exactly those that wait`, async () => {
    const main = coroutine(function* (seed: number) {
      const random = randomOf(seed);
      const event = new Event();
      /** Those that wait, and those that were woken and may still be cancelled. */
      let waiting = new Set<Task<unknown>>();
      const woken: Task<unknown>[] = [];
      for (let step = 0; step < steps; step++) {
        const one = [...waiting][random(waiting.size || 1)];
        switch (random(6)) {
          case 0:
          case 1:
            if (!event.isSet()) waiting.add(createTask(event.wait(), { eager: true }));
            else assert.equal(yield* event.wait(), true);
            break;
          case 2:
            event.set();
            woken.push(...waiting);
            waiting = new Set();
            break;
          case 3:
            event.clear();
            break;
          case 4:
            one?.cancel();
            waiting.delete(one as Task<unknown>);
            break;
          case 5:
            yield* sleep(0);
            for (const task of woken.splice(0)) assert.equal(task.result(), true, `seed ${seed}`);
        }
        assert.equal(event.statistics().tasksWaiting, waiting.size, `seed ${seed}`);
      }
      for (const task of waiting) task.cancel();
    });
    for (let seed = 1; seed <= seeds; seed++) await runWithVirtualTime(main(seed));
  });

  test(`Barrier: ${seeds} random schedules: it opens as soon as all parties are there, and all of a round leave`, async () => {
    const main = coroutine(function* (seed: number) {
      const random = randomOf(seed);
      const barrier = new Barrier(3);
      let inside = 0;
      const visit = coroutine(function* () {
        inside++;
        try {
          yield* barrier.wait();
        } catch (error) {
          assert.equal((error as Error).name, "BrokenBarrierError");
        } finally {
          inside--;
        }
      });
      const tasks: Task<unknown>[] = [];
      for (let step = 0; step < steps; step++) {
        switch (random(8)) {
          case 0:
          case 1:
          case 2:
            tasks.push(createTask(visit()));
            break;
          case 3:
            tasks[random(tasks.length || 1)]?.cancel();
            break;
          case 4:
            barrier.reset();
            break;
          case 5:
            if (random(4) === 0) {
              barrier.abort();
              assert.equal(barrier.broken, true);
            }
            break;
          case 6:
            yield* sleep(0);
            break;
          case 7:
            yield* sleep(1);
            assert.equal(barrier.nWaiting, inside, `seed ${seed}: ${barrier}`);
            assert.ok(inside < 3, `seed ${seed}: ${barrier}`);
            assert.match(String(barrier), /filling|broken/);
        }
        assert.ok(barrier.nWaiting <= 3);
      }
      for (const task of tasks) task.cancel();
      yield* sleep(1);
      assert.equal(barrier.nWaiting, 0);
      assert.equal(inside, 0);
    });
    for (let seed = 1; seed <= seeds; seed++) await runWithVirtualTime(main(seed));
  });
});
