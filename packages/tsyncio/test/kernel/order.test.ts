import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Awaitable,
  coroutine,
  createTask,
  Future,
  gather,
  getRunningLoop,
  shield,
  sleep,
  waitFor,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { its } from "../support/outcome.js";

/** Counts the iterations of the loop that pass between a mark and a later look. */
class Ticks {
  #count = 0;
  #on = true;
  constructor() {
    const loop = getRunningLoop();
    const tick = (): void => {
      this.#count++;
      if (this.#on) loop.callSoon(tick);
    };
    loop.callSoon(tick);
  }
  get now(): number {
    return this.#count;
  }
  stop(): void {
    this.#on = false;
  }
}

/** Runs a body with a counter whose callback stands in the ready queue before all that the body enqueues. */
function ticking(body: (ticks: Ticks) => Generator<unknown, void, any>): Promise<void> {
  return runWithVirtualTime(
    coroutine(function* () {
      const ticks = new Ticks();
      try {
        yield* coroutine(body)(ticks);
      } finally {
        ticks.stop();
      }
    }),
  );
}

/** The iterations that awaiting takes. */
const cost = coroutine(function* (ticks: Ticks, awaitable: Awaitable<unknown>) {
  const before = ticks.now;
  yield* its(awaitable);
  return ticks.now - before;
});

describe("order: the tick table of asyncio", () => {
  test("createTask to the first step: 1 iteration", () =>
    ticking(function* (ticks) {
      const made = ticks.now;
      const task = createTask(
        coroutine(function* () {
          return ticks.now - made;
        })(),
      );
      assert.equal(yield* task, 1);
    }));

  test("a child returns, and its awaiter resumes 1 iteration later", () =>
    ticking(function* (ticks) {
      const task = createTask(
        coroutine(function* () {
          yield* sleep(0);
          return ticks.now;
        })(),
      );
      const ended = yield* task;
      assert.equal(ticks.now - ended, 1);
    }));

  test("setResult, setException and cancel of a future: the waiter resumes 1 iteration later", () =>
    ticking(function* (ticks) {
      for (const end of [
        (future: Future<void>) => future.setResult(),
        (future: Future<void>) => future.setException(new Error("x")),
        (future: Future<void>) => future.cancel(),
      ]) {
        const future = new Future<void>();
        let done = 0;
        createTask(
          coroutine(function* () {
            done = ticks.now;
            end(future);
          })(),
        );
        try {
          yield* future;
        } catch {}
        assert.equal(ticks.now - done, 1);
      }
    }));

  test("the last child is done, and the awaiter of gather resumes 2 iterations later", () =>
    ticking(function* (ticks) {
      const child = coroutine(function* (turns: number) {
        for (let turn = 0; turn < turns; turn++) yield* sleep(0);
        return ticks.now;
      });
      const ended = yield* gather(child(1), child(5), child(3));
      assert.equal(ticks.now - Math.max(...ended), 2);
    }));

  test("the last child of a task group is done, and the group ends 2 iterations later", () =>
    ticking(function* (ticks) {
      let ended = 0;
      yield* withTaskGroup((group) => {
        group.createTask(
          coroutine(function* () {
            yield* sleep(0);
            yield* sleep(0);
            ended = ticks.now;
          })(),
        );
      });
      assert.equal(ticks.now - ended, 2);
    }));

  test("awaiting a coroutine, a done future, a done task, an empty or a done gather takes no iteration", () =>
    ticking(function* (ticks) {
      const done = new Future<number>();
      done.setResult(1);
      const task = createTask(sleep(0));
      yield* task;
      const gathered = gather(done);
      yield* gathered;
      const nothing = coroutine(function* () {});
      for (const ready of [
        nothing(),
        done,
        task,
        gather(),
        gathered,
        coroutine(function* () {
          yield* nothing();
        })(),
      ]) {
        assert.equal(yield* cost(ticks, ready), 0);
      }
    }));

  test("entering and leaving a scope, a timeout, a group, and waitFor of a coroutine take no iteration", () =>
    ticking(function* (ticks) {
      const nothing = coroutine(function* () {});
      for (const ready of [
        withCancelScope(() => nothing()),
        withTimeout(100, () => nothing()),
        withTaskGroup(() => nothing()),
        waitFor(nothing(), 100),
      ]) {
        assert.equal(yield* cost(ticks, ready), 0);
      }
    }));

  test("what shield shields is done, and the awaiter of shield resumes 2 iterations later", () =>
    ticking(function* (ticks) {
      const ended = yield* shield(
        coroutine(function* () {
          yield* sleep(0);
          return ticks.now;
        })(),
      );
      assert.equal(ticks.now - ended, 2);
    }));

  test("a gather of what is done already is done at once", () =>
    ticking(function* () {
      const [value, failure] = [new Future<number>(), new Future<number>()];
      value.setResult(1);
      failure.setException(new Error("x"));
      assert.deepEqual(gather(value, value).result(), [1, 1]);
      const failed = gather(value, failure, new Future());
      assert.deepEqual([failed.done(), failed.exception()], [true, failure.exception()]);
    }));

  test("task.cancel() of a task that waits for the children of a group: they are unwound 2 iterations later", () =>
    ticking(function* (ticks) {
      let unwound = 0;
      const child = coroutine(function* () {
        try {
          yield* sleep("1h");
        } finally {
          unwound = ticks.now;
        }
      });
      const task = createTask(withTaskGroup((group) => void group.createTask(child())));
      for (let turn = 0; turn < 3; turn++) yield* sleep(0);
      const cancelled = ticks.now;
      task.cancel();
      for (let turn = 0; turn < 3; turn++) yield* sleep(0);
      assert.equal(unwound - cancelled, 2);
    }));

  test("shield of a done future takes no iteration", () =>
    ticking(function* (ticks) {
      const done = new Future<number>();
      done.setResult(1);
      assert.equal(yield* cost(ticks, shield(done)), 0);
    }));

  inBothForms("sleep(0) takes exactly 1 iteration", ({ fn, wait }) =>
    ticking(function* (ticks) {
      const main = fn("main", function* () {
        const before = ticks.now;
        yield* wait(sleep(0));
        const after = ticks.now;
        yield* wait(sleep(0));
        return [after - before, ticks.now - after];
      });
      assert.deepEqual(yield* main(), [1, 1]);
    }),
  );

  test("task.cancel() of a task that waits for a future: it is unwound 1 iteration later", () =>
    ticking(function* (ticks) {
      let unwound = 0;
      const task = createTask(
        coroutine(function* () {
          try {
            yield* new Future();
          } finally {
            unwound = ticks.now;
          }
        })(),
      );
      yield* sleep(0);
      yield* sleep(0);
      const cancelled = ticks.now;
      task.cancel();
      yield* sleep(0);
      yield* sleep(0);
      assert.equal(unwound - cancelled, 1);
    }));

  test("an eager task runs at once, as far as its first wait", () =>
    ticking(function* () {
      const events: string[] = [];
      const task = createTask(
        coroutine(function* () {
          events.push("begun");
          yield* sleep(0);
          events.push("resumed");
        })(),
        { eager: true },
      );
      events.push("created");
      yield* task;
      assert.deepEqual(events, ["begun", "created", "resumed"]);
    }));

  test("an eager task that native code makes begins in the next iteration", async () => {
    const events: string[] = [];
    const work = coroutine(function* () {
      events.push("begun");
    });
    const task = createTask(work(), { eager: true });
    events.push("made");
    await task;
    assert.deepEqual(events, ["made", "begun"]);
  });

  test("an eager task that never waits is done when createTask returns", () =>
    ticking(function* () {
      const task = createTask(
        coroutine(function* () {
          return 1;
        })(),
        { eager: true },
      );
      assert.equal(task.done(), true);
      assert.equal(task.result(), 1);
    }));
});

describe("order: callbacks and tasks", () => {
  test("callSoon is first in, first out", async () => {
    const events: number[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        for (let index = 0; index < 200; index++) loop.callSoon((value: number) => events.push(value), index);
        yield* sleep(0);
      }),
    );
    assert.deepEqual(
      events,
      Array.from({ length: 200 }, (_, index) => index),
    );
  });

  test("a callback scheduled in a callback runs in the next iteration", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.callSoon(() => {
          events.push("a");
          loop.callSoon(() => events.push("a2"));
        });
        loop.callSoon(() => events.push("b"));
        yield* sleep(0);
        events.push("task");
        yield* sleep(0);
      }),
    );
    assert.deepEqual(events, ["a", "b", "task", "a2"]);
  });

  test("tasks begin in the order of their creation, among callbacks in the order of the calls", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const say = coroutine(function* (word: string) {
          events.push(word);
        });
        createTask(say("1"));
        getRunningLoop().callSoon(() => events.push("2"));
        createTask(say("3"));
        yield* sleep(0);
      }),
    );
    assert.deepEqual(events, ["1", "2", "3"]);
  });

  test("callLater(0) runs after the callbacks that are queued already", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.callLater(0, () => events.push("later"));
        loop.callSoon(() => events.push("soon"));
        yield* sleep(1);
      }),
    );
    assert.deepEqual(events, ["soon", "later"]);
  });

  test("due timers fire in one iteration, and a task that slept resumes in the next", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        loop.callLater(10, () => {
          events.push("first timer");
          loop.callSoon(() => events.push("next iteration"));
        });
        createTask(
          coroutine(function* () {
            yield* sleep(10);
            events.push("sleeper");
          })(),
        );
        yield* sleep(0);
        loop.callLater(10, () => events.push("last timer"));
        yield* sleep(11);
      }),
    );
    assert.deepEqual(events, ["first timer", "last timer", "next iteration", "sleeper"]);
  });

  test("done callbacks never run inline, and run in the order in which they were added, among the waiters", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const future = new Future<void>();
        future.addDoneCallback(() => events.push("first"));
        const waiter = createTask(
          coroutine(function* () {
            yield* future;
            events.push("waiter");
          })(),
        );
        yield* sleep(0);
        future.addDoneCallback(() => events.push("last"));
        future.setResult();
        events.push("set");
        yield* waiter;
      }),
    );
    assert.deepEqual(events, ["set", "first", "waiter", "last"]);
  });

  inBothForms("the same program gives the same order each time", async ({ fn, wait }) => {
    const record = async (): Promise<string[]> => {
      const events: string[] = [];
      const worker = fn("worker", function* (id: number) {
        for (let turn = 0; turn < 5; turn++) {
          yield* wait(sleep((id * 7 + turn * 3) % 5));
          events.push(`${id}.${turn}`);
        }
      });
      await runWithVirtualTime(() => gather([0, 1, 2, 3, 4].map((id) => worker(id))));
      return events;
    };
    assert.deepEqual(await record(), await record());
  });
});
