import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, ensureFuture, Future, gather, InvalidStateError, sleep, Task } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";

describe("ensureFuture", () => {
  test("gives tasks, futures and gathers back as they are", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const given = [createTask(sleep(1)), new Future<void>(), gather()];
        for (const future of given) assert.equal(ensureFuture<unknown>(future as Future<unknown>), future);
        yield* sleep(2);
      }),
    ));

  inBothForms("makes a task of a coroutine, which begins in the next iteration", async ({ fn, wait }) => {
    const events: string[] = [];
    const work = fn("work", function* () {
      events.push("begins");
      yield* wait(sleep(1));
      return "value";
    });
    const main = fn("main", function* () {
      const task = ensureFuture(work());
      assert.ok(task instanceof Task);
      events.push("made");
      return yield* wait(task);
    });
    assert.equal(await runWithVirtualTime(main()), "value");
    assert.deepEqual(events, ["made", "begins"]);
  });

  test("makes a task of a promise and of any other thenable", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const thenable = { then: (ok: (value: string) => void) => ok("thenable") } as PromiseLike<string>;
        const futures = [ensureFuture(Promise.resolve("promise")), ensureFuture(thenable)];
        assert.equal(
          futures.every((future) => future instanceof Task),
          true,
        );
        assert.deepEqual(yield* gather(futures), ["promise", "thenable"]);
      }),
    ));

  test("refuses what cannot be awaited, by its own name, and a coroutine that is awaited already", () =>
    runWithVirtualTime(
      coroutine(function* () {
        for (const value of [undefined, null, 5, "text", {}, sleep, (function* () {})()])
          assert.throws(() => ensureFuture(value as never), { name: "TypeError", message: /ensureFuture/ });
        const used = sleep(1);
        yield* used;
        assert.throws(() => ensureFuture(used), InvalidStateError);
      }),
    ));
});
