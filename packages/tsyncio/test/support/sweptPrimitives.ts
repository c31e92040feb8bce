/** What the cancel sweep does with locks and their like; see `sync/cancelSweep.test.ts`. */
import assert from "node:assert/strict";
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  CapacityLimiter,
  Condition,
  coroutine,
  Event,
  Lock,
  moveOnAfter,
  RwLock,
  Semaphore,
  sleep,
} from "tsyncio";
import type { Scenario, Stage } from "./cancelSweep.js";

/** Something that tasks acquire: each takes it twice, with a wait while it has it. */
export function holding(
  stage: Stage,
  name: string,
  count: number,
  most: number,
  acquire: () => Generator<unknown, { release(): void }, any>,
): void {
  let holders = 0;
  const worker = coroutine(function* (time: number) {
    for (let round = 0; round < 2; round++) {
      const guard = yield* acquire();
      try {
        assert.ok(++holders <= most, `${holders} hold it`);
        yield* sleep(time);
      } finally {
        holders--;
        guard.release();
      }
    }
  });
  for (let index = 0; index < count; index++) stage.task(`${name} ${index}`, worker(index % 2));
  stage.check(() => assert.equal(holders, 0));
}

export const primitives: Record<string, Scenario> = {
  *Lock(stage) {
    const lock = stage.watch(new Lock());
    holding(stage, "worker", 4, 1, function* () {
      return yield* lock.acquire();
    });
    stage.check(() => assert.equal(lock.locked(), false));
  },

  *"Lock.with under time limits"(stage) {
    const lock = stage.watch(new Lock());
    for (let index = 0; index < 4; index++)
      stage.task(
        `worker ${index}`,
        moveOnAfter(1 + index, () => lock.with(() => stage.work(2, index))),
      );
    stage.check(() => assert.equal(lock.locked(), false));
  },

  *Semaphore(stage) {
    const semaphore = stage.watch(new Semaphore(2));
    holding(stage, "worker", 5, 2, function* () {
      return yield* semaphore.acquire();
    });
    stage.check(() => assert.deepEqual(semaphore.statistics(), { value: 2, locked: false, tasksWaiting: 0 }));
  },

  *"Semaphore, released by another task"(stage) {
    const semaphore = stage.watch(new Semaphore(0));
    let taken = 0;
    const take = coroutine(function* () {
      yield* semaphore.acquire();
      taken++;
    });
    for (let index = 0; index < 3; index++) stage.task(`taker ${index}`, take());
    yield* sleep(0);
    semaphore.release();
    semaphore.release();
    stage.task("late", take());
    yield* sleep(0);
    semaphore.release();
    semaphore.release();
    stage.check(() => assert.equal(semaphore.statistics().value, 4 - taken));
  },

  *BoundedSemaphore(stage) {
    const semaphore = stage.watch(new BoundedSemaphore(1));
    holding(stage, "worker", 3, 1, function* () {
      return yield* semaphore.acquire();
    });
    stage.check(() => assert.equal(semaphore.locked(), false));
  },

  *Event(stage) {
    const event = stage.watch(new Event());
    for (let index = 0; index < 3; index++) stage.task(`waiter ${index}`, event.wait());
    stage.task(
      "impatient",
      moveOnAfter(1, () => event.wait()),
    );
    yield* sleep(2);
    event.set();
    event.clear();
    stage.task("later", event.wait());
    yield* sleep(2);
    event.set();
  },

  *Condition(stage) {
    const condition = stage.watch(new Condition());
    let stock = 0;
    let closed = false;
    const take = coroutine(function* () {
      yield* condition.waitFor(() => stock > 0 || closed);
      assert.equal(condition.locked(), true);
      if (!closed) stock--;
      yield* sleep(0);
    });
    const put = coroutine(function* () {
      yield* sleep(0);
      stock++;
      condition.notify();
      yield* sleep(0);
    });
    for (let index = 0; index < 3; index++) stage.task(`taker ${index}`, condition.with(take));
    for (let index = 0; index < 2; index++) stage.task(`bringer ${index}`, condition.with(put));
    yield* sleep(10);
    const lost = stock > 0 && condition.statistics().tasksWaiting > 0;
    closed = true;
    yield* condition.with(() => condition.notifyAll());
    stage.check(() => assert.equal(lost, false, "a notification was lost"));
    stage.check(() => assert.equal(condition.locked(), false));
  },

  *"Condition under time limits"(stage) {
    const condition = stage.watch(new Condition());
    const patient = coroutine(function* (time: number) {
      const guard = yield* condition.acquire();
      try {
        yield* moveOnAfter(time, () => condition.wait());
        assert.equal(condition.locked(), true);
        yield* sleep(1);
      } finally {
        guard.release();
      }
    });
    for (const time of [1, 2, 2]) stage.task(`patient ${time}`, patient(time));
    yield* sleep(2);
    yield* condition.with(() => condition.notify(2));
    stage.check(() => assert.equal(condition.locked(), false));
  },

  *Barrier(stage) {
    const barrier = stage.watch(new Barrier(2));
    for (let index = 0; index < 4; index++)
      stage.task(
        `visitor ${index}`,
        moveOnAfter(5, () => barrier.wait()),
      );
    yield* sleep(6);
    stage.check(() => assert.match(String(barrier), /filling.*tasksWaiting: 0/));
  },

  *"Barrier, reset and aborted"(stage) {
    const barrier = stage.watch(new Barrier(3));
    const visit = coroutine(function* () {
      for (let round = 0; round < 2; round++) {
        try {
          yield* barrier.wait();
        } catch (error) {
          assert.ok(error instanceof BrokenBarrierError);
        }
      }
    });
    for (let index = 0; index < 4; index++) stage.task(`visitor ${index}`, visit());
    yield* sleep(1);
    barrier.reset();
    yield* sleep(1);
    barrier.abort();
    yield* sleep(1);
    barrier.reset();
    barrier.abort();
    stage.check(() => assert.match(String(barrier), /broken.*tasksWaiting: 0/));
  },

  *CapacityLimiter(stage) {
    const limiter = stage.watch(new CapacityLimiter(1));
    holding(stage, "worker", 4, 2, function* () {
      return yield* limiter.acquire();
    });
    yield* sleep(0);
    limiter.totalTokens = 2;
    yield* sleep(1);
    limiter.totalTokens = 1;
    stage.check(() => assert.equal(limiter.borrowedTokens, 0));
  },

  *RwLock(stage) {
    const lock = stage.watch(new RwLock());
    let writers = 0;
    const visit = coroutine(function* (writes: boolean) {
      for (let round = 0; round < 2; round++) {
        const guard = yield* writes ? lock.write() : lock.read();
        try {
          if (writes) writers++;
          assert.ok(writers === 0 || (writes && lock.statistics().readers === 0));
          yield* sleep(round);
        } finally {
          if (writes) writers--;
          guard.release();
        }
      }
    });
    for (const writes of [false, true, false, false, true]) stage.task(writes ? "writer" : "reader", visit(writes));
    stage.check(() => assert.equal(lock.locked(), false));
  },
};
