// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allTasks, coroutine, createTask, gather, shield, sleep, type Task, withTaskGroup } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { its, outcome } from "../support/outcome.js";

describe("cancellation goes on to what is awaited", () => {
  test("a task that nobody else awaits is cancelled, and its clean-up waited for", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* sleep(10);
              events.push("inner cleaned");
            }
          })(),
        );
        const outer = createTask(
          coroutine(function* () {
            try {
              yield* inner;
            } finally {
              events.push("outer unwound");
            }
          })(),
        );
        yield* sleep(1);
        outer.cancel();
        yield* outcome(outer);
        assert.equal(inner.cancelled(), true);
      }),
    );
    assert.deepEqual(events, ["inner cleaned", "outer unwound"]);
  });

  test("a task that somebody else awaits as well goes on, and the waiter is unwound at once", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleep(100, "value"));
        const [cancelled, other] = [createTask(its(inner)), createTask(its(inner))];
        yield* sleep(1);
        cancelled.cancel();
        yield* sleep(0);
        assert.equal(cancelled.cancelled(), true);
        assert.equal(yield* other, "value");
      }),
    ));

  test("a done callback is an observer and does not keep the task from being cancelled", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleep(100));
        inner.addDoneCallback(() => {});
        const outer = createTask(its(inner));
        yield* sleep(1);
        outer.cancel();
        yield* outcome(outer);
        assert.equal(inner.cancelled(), true);
      }),
    ));

  test("native code that awaits the task keeps it going", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleep(100, "value"));
        const native = inner.then((value) => value);
        const outer = createTask(its(inner));
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "cancelled");
        assert.equal(yield* inner, "value");
        void native;
      }),
    ));

  test("a gather: all children are cancelled, and all have cleaned up before the waiter is unwound", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const child = coroutine(function* (id: number) {
          try {
            yield* sleep("1h");
          } finally {
            yield* sleep(id * 10);
            events.push(`child ${id}`);
          }
        });
        const outer = createTask(
          coroutine(function* () {
            try {
              yield* gather(child(2), child(1), child(3));
            } finally {
              events.push("outer");
            }
          })(),
        );
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "cancelled");
      }),
    );
    assert.deepEqual(events, ["child 1", "child 2", "child 3", "outer"]);
  });

  test("a task group: the children are cancelled first, and the group waits for their clean-ups", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const outer = createTask(
          coroutine(function* () {
            try {
              yield* withTaskGroup((group) => {
                for (const id of [2, 1])
                  group.createTask(
                    coroutine(function* () {
                      try {
                        yield* sleep("1h");
                      } finally {
                        yield* sleep(id * 10);
                        events.push(`child ${id}`);
                      }
                    })(),
                  );
              });
            } finally {
              events.push("outer");
            }
          })(),
        );
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "cancelled");
      }),
    );
    assert.deepEqual(events, ["child 1", "child 2", "outer"]);
  });

  test("a shield keeps it away: the inner goes on", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleep(100, "value"));
        const outer = createTask(shield(inner));
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "cancelled");
        assert.equal(yield* inner, "value");
      }),
    ));

  test("a second cancel is forwarded too, and interrupts the clean-up of what is awaited", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              events.push("clean-up begins");
              yield* sleep("1h");
              events.push("never");
            }
          })(),
        );
        const outer = createTask(its(inner));
        yield* sleep(1);
        outer.cancel();
        yield* sleep(1);
        outer.cancel();
        yield* sleep(1);
        assert.equal(outer.cancelled(), true);
        assert.equal(inner.cancelled(), true);
      }),
    );
    assert.deepEqual(events, ["clean-up begins"]);
  });

  test("the error of the clean-up of what was awaited is the outcome of the waiter", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* sleep(1);
              throw new Error("clean-up");
            }
          })(),
        );
        const outer = createTask(its(inner));
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "Error: clean-up");
      }),
    ));

  test("a second cancel in the tick in which that error arrives does not lose it", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(
          coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* sleep(1);
              throw new Error("clean-up");
            }
          })(),
        );
        let outer: Task<unknown> | undefined;
        inner.addDoneCallback(() => outer?.cancel());
        outer = createTask(its(inner));
        yield* sleep(1);
        outer.cancel();
        assert.equal(yield* outcome(outer), "Error: clean-up");
      }),
    ));

  test("a chain of 20 000 tasks that await each other is cancelled from the outermost without overflowing the stack", () =>
    runWithVirtualTime(
      coroutine(function* () {
        let chain: Task<unknown> = createTask(sleep("1h"));
        for (let index = 0; index < 20_000; index++) chain = createTask(its(chain));
        yield* sleep(1);
        chain.cancel();
        assert.equal(yield* outcome(chain), "cancelled");
        assert.equal(allTasks().size, 1);
      }),
    ));

  test("two tasks that await each other can be cancelled", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const tasks: Task<unknown>[] = [];
        const wait = coroutine(function* (index: number) {
          yield* sleep(0);
          yield* tasks[index] as Task<unknown>;
        });
        tasks.push(createTask(wait(1)), createTask(wait(0)));
        yield* sleep(1);
        tasks[0]?.cancel();
        yield* sleep(1);
        assert.deepEqual(
          tasks.map((task) => task.cancelled()),
          [true, true],
        );
      }),
    ));

  test("a task that awaits itself gets an error that says so", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const task: Task<unknown> = createTask(
          coroutine(function* (): Generator<unknown, unknown, unknown> {
            yield* sleep(0);
            return yield* task;
          })(),
          { name: "ouroboros" },
        );
        yield* sleep(1);
        assert.equal(task.done(), true);
        assert.match(String(task.exception()), /await.*itself.*ouroboros|ouroboros.*await.*itself/);
      }),
    ));

  test("depth first, as in asyncio: what the first child of a gather awaits is unwound before the second child", async () => {
    const events: string[] = [];
    const sleeper = coroutine(function* (name: string) {
      try {
        yield* sleep("1h");
      } finally {
        events.push(name);
      }
    });
    const awaiting = coroutine(function* (task: Task<unknown>) {
      yield* task;
    });
    await runWithVirtualTime(
      coroutine(function* () {
        const inner = createTask(sleeper("awaited by the first"));
        const task = createTask(its(gather(awaiting(inner), sleeper("second"))));
        yield* sleep(1);
        task.cancel();
        yield* outcome(task);
      }),
    );
    assert.deepEqual(events, ["awaited by the first", "second"]);
  });

  test("what is reached twice, and is no ring, is waited for until it has cleaned up", async () => {
    const events: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const twice = createTask(
          coroutine(function* () {
            try {
              yield* gather(
                coroutine(function* () {
                  try {
                    yield* sleep("1h");
                  } finally {
                    yield* sleep(10);
                    events.push("child cleaned");
                  }
                })(),
              );
            } finally {
              events.push("unwound");
            }
          })(),
        );
        const task = createTask(its(gather(twice, twice)));
        yield* sleep(1);
        task.cancel();
        yield* outcome(task);
      }),
    );
    assert.deepEqual(events, ["child cleaned", "unwound"]);
  });
});
