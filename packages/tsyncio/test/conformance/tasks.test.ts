/** Behaviours of asyncio's tasks and of their cancellation that no test of a room proves. */
// biome-ignore-all lint/correctness/noUnsafeFinally: what is tested
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allTasks,
  CancelledError,
  type CancelScope,
  ContextVar,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  run,
  sleep,
  type Task,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

const cancelledAtOnce = (scope: CancelScope): PromiseLike<void> => {
  scope.cancel();
  return sleep("1h");
};

describe("conformance: tasks", () => {
  test(
    "every awaiter of a task that failed gets the same error object, and result() throws it too",
    inLoop(function* () {
      const error = new Error("x");
      const task = createTask(
        coroutine(function* () {
          yield* sleep(1);
          throw error;
        })(),
      );
      const wait = coroutine(function* () {
        try {
          yield* task;
        } catch (caught) {
          return caught;
        }
        return undefined;
      });
      const early = [createTask(wait()), createTask(wait())];
      yield* sleep(5);
      for (const caught of [...(yield* gather(early)), yield* wait()]) assert.equal(caught, error);
      assert.throws(
        () => task.result(),
        (caught) => caught === error,
      );
    }),
  );

  test("a task that waits for what nobody else holds is not collected: its clean-up runs at the end of the run", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    assert.ok(collect, "to be run with --expose-gc");
    const events: string[] = [];
    await run(
      coroutine(function* () {
        createTask(
          coroutine(function* () {
            try {
              yield* new Future<void>();
            } finally {
              yield* sleep(0);
              events.push("cleaned");
            }
          })(),
        );
        for (let turn = 0; turn < 5; turn++) {
          yield new Promise((resolve) => setTimeout(resolve));
          collect();
        }
        assert.equal(allTasks().size, 2);
        events.push("main ends");
      }),
    );
    assert.deepEqual(events, ["main ends", "cleaned"]);
  });
});

describe("conformance: eager tasks", () => {
  test(
    "one that ends at once was never in allTasks(); one that waits is in it",
    inLoop(function* () {
      const seen: number[] = [];
      const work = coroutine(function* (waits: boolean) {
        seen.push(allTasks().size);
        if (waits) yield* sleep(1);
        return waits;
      });
      const before = [...allTasks()];
      const ended = createTask(work(false), { eager: true });
      assert.deepEqual([ended.done(), [...allTasks()]], [true, before]);
      const waiting = createTask(work(true), { eager: true });
      assert.deepEqual([waiting.done(), [...allTasks()]], [false, [...before, waiting]]);
      assert.equal(yield* waiting, true);
      assert.deepEqual([...allTasks()], before);
    }),
  );

  inBothForms(
    "its first steps run as the current task and in its own context, and the maker gets both back",
    async ({ fn, wait }) => {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const child = fn("child", function* () {
        const seen = [currentTask()?.name, variable.get()];
        variable.set("child");
        yield* wait(sleep(0));
        return [...seen, currentTask()?.name, variable.get()];
      });
      const main = fn("main", function* () {
        const self = currentTask();
        variable.set("maker");
        const task = createTask(child(), { name: "child", eager: true });
        assert.deepEqual([currentTask(), variable.get()], [self, "maker"]);
        assert.deepEqual(yield* wait(task), ["child", "maker", "child", "child"]);
        assert.equal(variable.get(), "maker");
      });
      await runWithVirtualTime(main());
    },
  );
});

describe("conformance: cancellation", () => {
  inBothForms(
    "a timeout that expires inside leaves the code after it untouched, and the count at 0",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const main = fn("main", function* () {
        try {
          yield* wait(
            withTimeout(
              10,
              fn("request", function* () {
                yield* wait(sleep("1h"));
                events.push("never");
              }),
            ),
          );
        } catch (error) {
          events.push((error as Error).name);
        }
        yield* wait(sleep(1));
        events.push(`unrelated ${currentTask()?.cancelling()}`);
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events, ["TimeoutError", "unrelated 0"]);
    },
  );

  inBothForms(
    "timeouts, scopes and groups that are used up in a clean-up do not hide the cancel of the task",
    async ({ fn, wait }) => {
      const events: unknown[] = [];
      const self = (): number | undefined => currentTask()?.cancelling();
      const fails = fn("fails", function* () {
        throw new Error("x");
      });
      const work = fn("work", function* () {
        try {
          yield* wait(sleep("1h"));
        } finally {
          events.push(yield* wait(outcome(withTimeout(5, () => sleep("1h")))), self());
          yield* wait(withCancelScope(cancelledAtOnce));
          events.push(self());
          events.push(yield* wait(outcome(withTaskGroup((group) => void group.createTask(fails())))), self());
        }
      });
      const caller = fn("caller", function* () {
        yield* wait(work());
        events.push("never");
      });
      await runWithVirtualTime(
        coroutine(function* () {
          const task = createTask(caller());
          yield* sleep(1);
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          assert.deepEqual([task.cancelled(), task.cancelling()], [true, 1]);
        }),
      );
      assert.deepEqual(events, ["TimeoutError: not done within 5 ms", 1, 1, "group(Error: x)", 1]);
    },
  );

  test(
    "task.cancel() beside a scope that is cancelled: the scope leaves the count alone, in either order and nesting",
    inLoop(function* () {
      for (const order of ["task first", "scope first"]) {
        const events: unknown[] = [];
        let cancelScope = (): void => {};
        const task: Task<unknown> = createTask(
          coroutine(function* () {
            yield* withCancelScope(
              coroutine(function* (scope) {
                cancelScope = () => scope.cancel();
                try {
                  yield* sleep("1h");
                } finally {
                  events.push(currentTask()?.cancelling());
                }
              }),
            );
            events.push("went on");
          })(),
        );
        yield* sleep(1);
        if (order === "scope first") cancelScope();
        task.cancel();
        if (order === "task first") cancelScope();
        assert.equal(yield* outcome(task), "cancelled", order);
        assert.deepEqual([events, task.cancelling()], [[1], 1], order);
      }
      // The scope alone: the task has not been cancelled, and can be later.
      const task = createTask(
        coroutine(function* () {
          yield* withCancelScope(cancelledAtOnce);
          assert.equal(currentTask()?.cancelling(), 0);
          assert.equal(currentTask()?.uncancel(), 0);
          yield* sleep("1h");
        })(),
      );
      yield* sleep(1);
      assert.equal(task.done(), false);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );

  test(
    "uncancel() within a scope that was cancelled revokes the cancel of the task alone",
    inLoop(function* () {
      const events: string[] = [];
      const task = createTask(
        coroutine(function* () {
          yield* withCancelScope(
            coroutine(function* (scope) {
              scope.cancel();
              currentTask()?.cancel();
              currentTask()?.uncancel();
              yield* sleep(1);
              events.push("never");
            }),
          );
          events.push("went on");
          yield* sleep(1);
          return "value";
        })(),
      );
      assert.equal(yield* outcome(task), "value");
      assert.deepEqual(events, ["went on"]);
    }),
  );

  inBothForms(
    "a shield that is put up while an outer cancellation unwinds through the scope does not stop it",
    async ({ fn, wait }) => {
      const caught: boolean[] = [];
      const main = fn("main", function* () {
        yield* wait(
          withCancelScope(
            fn("outer", function* (outer) {
              try {
                yield* wait(
                  withCancelScope(
                    fn("inner", function* (inner) {
                      outer.cancel();
                      try {
                        yield* wait(sleep(1));
                      } finally {
                        inner.shield = true;
                        caught.push(inner.cancelledCaught);
                      }
                    }),
                  ),
                );
                assert.fail("went on between the scopes");
              } finally {
                caught.push(outer.cancelledCaught);
              }
            }),
          ),
        );
        yield* wait(sleep(1));
        return "went on";
      });
      assert.equal(await runWithVirtualTime(main()), "went on");
      assert.deepEqual(caught, [false, false]);
    },
  );

  inBothForms(
    "a deadline inside a shield ends the shielded section, though the outer scope was cancelled before",
    async ({ fn, wait }) => {
      const events: string[] = [];
      const main = fn("main", function* () {
        yield* wait(
          withCancelScope(
            fn("outer", function* (outer) {
              outer.cancel();
              yield* wait(withCancelScope(() => sleep("1h"), { shield: true, timeout: 5 }));
              events.push(`after the shield, at ${getRunningLoop().time()}`);
              yield* wait(sleep(1));
              events.push("never");
            }),
          ),
        );
        return getRunningLoop().time();
      });
      assert.equal(await runWithVirtualTime(main()), 5);
      assert.deepEqual(events, ["after the shield, at 5"]);
    },
  );

  test(
    "an error of somebody else that a cancelled clean-up meets can be caught there, and the cancellation goes on",
    inLoop(function* () {
      const events: string[] = [];
      const other = createTask(sleep("1h"));
      const task = createTask(
        coroutine(function* () {
          try {
            yield* sleep("1h");
          } finally {
            other.cancel("theirs");
            try {
              yield* other;
            } catch (error) {
              events.push(error instanceof CancelledError ? String(error.reason) : "another");
            }
          }
          events.push("never");
        })(),
      );
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(events, ["theirs"]);
    }),
  );
});
