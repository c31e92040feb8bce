import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allTasks, coroutine, createTask, Future, gather, moveOnAfter, shield, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

describe("shield", () => {
  inBothForms("gives the value or the error of what it shields", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const value = yield* wait(shield(sleep(1, "value")));
      try {
        yield* wait(shield(Promise.reject(new Error("x"))));
      } catch (error) {
        return [value, (error as Error).message];
      }
      return [];
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["value", "x"]);
  });

  test(
    "starts the inner at the call, whether it is awaited or not",
    inLoop(function* () {
      const events: string[] = [];
      const shielded = shield(
        coroutine(function* () {
          events.push("began");
          yield* sleep(5);
          events.push("ended");
          return 1;
        })(),
      );
      yield* sleep(0);
      events.push("awaited");
      assert.equal(yield* shielded, 1);
      assert.deepEqual(events, ["began", "awaited", "ended"]);
    }),
  );

  test(
    "the waiter that is cancelled is unwound at once, and the inner goes on to its end",
    inLoop(function* () {
      const events: string[] = [];
      yield* moveOnAfter(5, () =>
        shield(
          coroutine(function* () {
            yield* sleep(10);
            events.push("inner ended");
          })(),
        ),
      );
      events.push("moved on");
      yield* sleep(10);
      assert.deepEqual(events, ["moved on", "inner ended"]);
    }),
  );

  test(
    "the inner's own cancellation comes to the waiter as CancelledError",
    inLoop(function* () {
      const inner = createTask(sleep("1h"));
      const outer = createTask(shield(inner));
      yield* sleep(1);
      inner.cancel();
      assert.equal(yield* outcome(outer), "cancelled");
    }),
  );

  test(
    "protects a whole gather",
    inLoop(function* () {
      const gathered = gather(sleep(10, 1), sleep(20, 2));
      yield* moveOnAfter(5, () => shield(gathered));
      assert.deepEqual(yield* gathered, [1, 2]);
    }),
  );

  test(
    "of a done future takes no turn, and a bare future is fine",
    inLoop(function* () {
      const future = new Future<number>();
      const waiter = createTask(shield(future));
      yield* sleep(0);
      future.setResult(1);
      assert.equal(yield* waiter, 1);
      assert.equal(yield* shield(future), 1);
    }),
  );

  test(
    "gives a future: it can be awaited by several, and cancelling it leaves the inner alone",
    inLoop(function* () {
      const inner = createTask(sleep(10, "value"));
      const shielded = shield(inner);
      const waiters = [createTask(shielded), createTask(shielded)];
      yield* sleep(5);
      assert.equal(shielded.cancel(), true);
      assert.deepEqual(yield* gather(waiters.map(outcome)), ["cancelled", "cancelled"]);
      assert.equal(yield* inner, "value");
    }),
  );

  test(
    "among the children of a gather it is no task of its own",
    inLoop(function* () {
      const before = allTasks().size;
      const gathered = gather(shield(new Future()));
      assert.equal(allTasks().size, before);
      gathered.cancel();
      assert.equal(yield* outcome(gathered), "cancelled");
    }),
  );

  test(
    "who is shielded from does not count as somebody who awaits the inner, once it is cancelled",
    inLoop(function* () {
      const inner = createTask(sleep("1h"));
      yield* moveOnAfter(5, () => shield(inner));
      yield* moveOnAfter(5, () => inner);
      assert.equal(inner.cancelled(), true);
    }),
  );
});
