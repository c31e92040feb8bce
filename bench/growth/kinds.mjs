// What is measured: n of something, made, waited for and gone.
import { coroutine, createTask, getRunningLoop, Lock, sleep, withTaskGroup } from "tsyncio";

const turn = coroutine(function* () {
  yield* sleep(0);
});

const standInLine = coroutine(function* (lock) {
  yield* lock.acquire();
  lock.release();
});

/** @type {Record<string, (n: number) => import("tsyncio").Coroutine<unknown>>} */
export const kinds = {
  /** Timers of 1 to 5 milliseconds in a row that no queue likes, half of them cancelled, all others fire. */
  timers: coroutine(function* (n) {
    const loop = getRunningLoop();
    const done = loop.createFuture();
    let left = n - (n >> 1);
    const fired = () => {
      if (--left === 0) done.setResult(undefined);
    };
    const handles = Array.from({ length: n }, (_, i) => loop.callLater(1 + ((i * 7919) % 5), fired));
    for (let i = 1; i < n; i += 2) handles[i].cancel();
    yield* done;
  }),

  /** Tasks that give up their turn once. */
  tasks: coroutine(function* (n) {
    const tasks = Array.from({ length: n }, () => createTask(turn()));
    for (const task of tasks) yield* task;
  }),

  /** Tasks that stand in line for a lock. */
  "waiters on one lock": coroutine(function* (n) {
    const lock = new Lock();
    yield* lock.acquire();
    const tasks = Array.from({ length: n }, () => createTask(standInLine(lock)));
    yield* sleep(0);
    lock.release();
    for (const task of tasks) yield* task;
  }),

  /** Children of a task group. */
  "children in one group": coroutine(function* (n) {
    yield* withTaskGroup((group) => {
      for (let i = 0; i < n; i++) group.createTask(turn());
    });
  }),
};
