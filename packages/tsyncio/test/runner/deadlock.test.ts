import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, DeadlockError, Future, gather, run, sleep, type Task, withTaskGroup } from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";

async function deadlock(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof DeadlockError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "no deadlock" });
}

describe("deadlock", () => {
  inBothForms(
    "in virtual time a program that can never go on fails with an error that names what each task waits for",
    async ({ fn, wait }) => {
      const stuck = fn("stuck", function* () {
        yield* wait(new Future());
      });
      const outer = fn("outer", function* () {
        yield* wait(stuck());
      });
      const message = await deadlock(
        runWithVirtualTime(
          fn("main", function* () {
            createTask(outer(), { name: "the stuck one" });
            yield* wait(gather(createTask(stuck(), { name: "other" })));
          }),
        ),
      );
      assert.match(message, /'the stuck one' \(outer > stuck\) waits for a future/);
      assert.match(message, /'other' \(stuck\) waits for a future/);
      assert.match(message, /'main'.*waits for a gather/);
    },
  );

  test("the clean-ups run before it is thrown", async () => {
    const events: string[] = [];
    await deadlock(
      runWithVirtualTime(
        coroutine(function* () {
          try {
            yield* new Future();
          } catch {
            events.push("caught");
          } finally {
            yield* sleep(10);
            events.push("cleaned");
          }
        }),
      ),
    );
    assert.deepEqual(events, ["cleaned"]);
  });

  test("two tasks that await each other", async () => {
    const tasks: Task<unknown>[] = [];
    const wait = coroutine(function* wait(index: number) {
      yield* sleep(0);
      yield* tasks[index] as Task<unknown>;
    });
    const message = await deadlock(
      runWithVirtualTime(
        coroutine(function* () {
          tasks.push(createTask(wait(1), { name: "one" }), createTask(wait(0), { name: "two" }));
          yield* gather(tasks);
        }),
      ),
    );
    assert.match(message, /'one'.*waits for task 'two'/);
    assert.match(message, /'two'.*waits for task 'one'/);
  });

  test("a clean-up that can never go on does not stop it either", async () => {
    await deadlock(
      runWithVirtualTime(
        coroutine(function* () {
          try {
            yield* new Future();
          } finally {
            yield* new Future();
          }
        }),
      ),
    );
  });

  test("a group whose child can never go on", async () => {
    const message = await deadlock(
      runWithVirtualTime(() =>
        withTaskGroup((group) => {
          group.createTask(new Future());
        }),
      ),
    );
    assert.match(message, /a task group/);
  });

  test("a leftover that can never end its clean-up after main has ended", async () => {
    await deadlock(
      runWithVirtualTime(
        coroutine(function* () {
          createTask(
            coroutine(function* () {
              try {
                yield* sleep("1h");
              } finally {
                yield* new Future();
              }
            })(),
          );
          yield* sleep(1);
        }),
      ),
    );
  });

  test("of two runs on one virtual clock the one that is stuck gets it, after the other has ended", async () => {
    const clock = new VirtualClock();
    const ends = run(() => sleep(10, "value"), { clock });
    const stuck = deadlock(run(() => new Future(), { clock }));
    assert.equal(await ends, "value");
    await stuck;
  });

  test("a task that waits for the platform is no deadlock", async () => {
    assert.equal(await runWithVirtualTime(() => new Promise((resolve) => setTimeout(resolve, 5, "value"))), "value");
  });

  test("on the platform's clock it is found when the host has nothing left to do", async () => {
    const { stderr, status } = await runChild(`
      import { coroutine, createTask, Future, run } from "tsyncio";
      const stuck = coroutine(function* stuck() { yield* new Future(); });
      await run(coroutine(function* () { yield* createTask(stuck(), { name: "the stuck one" }); }));`);
    assert.equal(status, 1);
    assert.match(stderr, /DeadlockError/);
    assert.match(stderr, /'the stuck one' \(stuck\) waits for a future/);
  });

  test("on the platform's clock two tasks that await each other are found, and clean up", async () => {
    const { stdout, stderr, status } = await runChild(`
      import { coroutine, createTask, gather, run, sleep } from "tsyncio";
      const tasks = [];
      const wait = coroutine(function* wait(index) {
        try { yield* sleep(0); yield* tasks[index]; } finally { yield* sleep(1); console.log("cleaned", index); }
      });
      await run(coroutine(function* () { tasks.push(createTask(wait(1)), createTask(wait(0))); yield* gather(tasks); })).catch((error) => console.log(error.code));`);
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trim().split("\n").sort(), ["TSYNCIO_DEADLOCK", "cleaned 0", "cleaned 1"]);
  });

  test("a native promise that nobody will settle is found on the platform's clock", async () => {
    const { stdout } = await runChild(`
      import { run } from "tsyncio";
      await run(() => new Promise(() => {})).catch((error) => console.log(error.message));`);
    assert.match(stdout, /waits for a native promise/);
  });
});
