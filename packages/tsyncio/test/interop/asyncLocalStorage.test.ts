import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, run, sleep, until } from "tsyncio";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { its } from "../support/outcome.js";

const storage = new AsyncLocalStorage<string>();

describe("AsyncLocalStorage", () => {
  inBothForms("a task has the store in which it was made, at every step, whatever wakes it", async ({ fn, wait }) => {
    const future = new Future<void>();
    const work = fn("work", function* () {
      const seen = [storage.getStore()];
      for (const awaited of [sleep(0), sleep(1), until(Promise.resolve()), future]) {
        yield* wait<void>(awaited);
        seen.push(storage.getStore());
      }
      return seen;
    });
    const main = fn("main", function* () {
      const tasks = ["a", "b"].map((store) => storage.run(store, () => createTask(work())));
      const without = createTask(work());
      storage.run("waker", () => setTimeout(() => future.setResult(), 5));
      return yield* wait(gather([...tasks, without]));
    });
    const [a, b, without] = await run(main());
    assert.deepEqual(a, Array(5).fill("a"));
    assert.deepEqual(b, Array(5).fill("b"));
    assert.deepEqual(without, Array(5).fill(undefined));
  });

  test("run() in a store gives that store to main and to the tasks that it makes", async () => {
    const look = coroutine(function* () {
      yield* sleep(0);
      return storage.getStore();
    });
    const main = coroutine(function* () {
      yield* sleep(1);
      return [storage.getStore(), yield* createTask(look())];
    });
    const [one, two] = await Promise.all(["one", "two"].map((store) => storage.run(store, () => run(main()))));
    assert.deepEqual(
      [one, two],
      [
        ["one", "one"],
        ["two", "two"],
      ],
    );
  });

  test("a coroutine that storage.run() gives back is awaited in the store, and the caller keeps its own", async () => {
    const look = coroutine(function* () {
      yield* sleep(1);
      return storage.getStore();
    });
    const seen = await run(
      coroutine(function* () {
        const inside = yield* its(storage.run("inside", () => look()));
        return [inside, storage.getStore()];
      }),
    );
    assert.deepEqual(seen, ["inside", undefined]);
  });

  test("a program that uses no store pays for none: nothing is captured", async () => {
    const { stdout, stderr } = await runChild(`
      import { createHook } from "node:async_hooks";
      import { coroutine, createTask, run, sleep } from "tsyncio";
      let resources = 0;
      createHook({ init(id, type) { if (type === "tsyncio") resources++; } }).enable();
      await run(coroutine(function* () { for (let i = 0; i < 10; i++) yield* createTask(sleep(0)); }));
      console.log(resources <= 1);`);
    assert.equal(stdout, "true\n", stderr);
  });
});
