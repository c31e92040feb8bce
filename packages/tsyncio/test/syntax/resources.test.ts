/** `using` and `await using` of lowered code, in the shape that the pass emits. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTask, sleep } from "tsyncio";
import { aw, co, resources, site } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

type Opened = ReturnType<typeof resources>;

const bodySite = site("body", import.meta.url, 1, 1);

/** `{ …body… }` with its resources. */
const block = lowered("block", function* (body: (opened: Opened) => Generator<unknown, unknown, unknown>): Generator<
  unknown,
  unknown,
  unknown
> {
  const opened = resources();
  try {
    return aw(yield co(bodySite, body(opened)));
  } catch (error) {
    opened.fail(error);
  } finally {
    const closing = opened.end();
    if (closing) aw(yield closing);
  }
  return undefined;
});

const inLoop = (body: (events: string[]) => Generator<unknown, void, any>) => () =>
  runWithVirtualTime(lowered("main", body)([]));

const sync = (events: string[], name: string, error?: Error): Disposable => ({
  [Symbol.dispose]: () => {
    events.push(name);
    if (error !== undefined) throw error;
  },
});

const slowly = lowered("slowly", function* (events: string[], name: string, error?: Error) {
  aw(yield sleep(1));
  events.push(name);
  if (error !== undefined) throw error;
});

const async = (events: string[], name: string, error?: Error) => ({
  [Symbol.asyncDispose]: () => slowly(events, name, error) as never,
});

describe("using and await using", () => {
  test(
    "dispose in reverse order at the end of the block, asynchronous ones awaited one after another",
    inLoop(function* (events) {
      const value = aw(
        yield block(function* (opened) {
          opened.use(sync(events, "1"));
          opened.useAsync(async(events, "2"));
          opened.use(sync(events, "3"));
          opened.useAsync(async(events, "4"));
          opened.use(sync(events, "5"));
          events.push("body");
          return "value";
        }),
      );
      assert.equal(value, "value");
      assert.deepEqual(events, ["body", "5", "4", "3", "2", "1"]);
    }),
  );

  test(
    "use gives the value back; null and undefined are nothing; others without the method are a TypeError",
    inLoop(function* (events) {
      aw(
        yield block(function* (opened) {
          const resource = sync(events, "x");
          assert.equal(opened.use(resource), resource);
          assert.equal(opened.use(null), null);
          assert.equal(opened.useAsync(undefined), undefined);
        }),
      );
      for (const value of [5, "text", {}]) {
        assert.match(
          String(
            aw(
              yield outcome(
                block(function* (opened) {
                  opened.use(sync(events, "y"));
                  opened.use(value);
                }),
              ),
            ),
          ),
          /^TypeError/,
        );
      }
      assert.deepEqual(events, ["x", "y", "y", "y"]);
    }),
  );

  test(
    "await using takes a synchronous resource as well",
    inLoop(function* (events) {
      aw(
        yield block(function* (opened) {
          opened.useAsync(sync(events, "sync"));
        }),
      );
      assert.deepEqual(events, ["sync"]);
    }),
  );

  test(
    "all are disposed of when the body or a disposal throws; later errors wrap earlier ones in a SuppressedError",
    inLoop(function* (events) {
      let error: (Error & { error?: Error; suppressed?: Error & { error?: Error; suppressed?: Error } }) | undefined;
      try {
        aw(
          yield block(function* (opened) {
            opened.useAsync(async(events, "1", new Error("async")));
            opened.use(sync(events, "2", new Error("sync")));
            throw new Error("body");
          }),
        );
      } catch (thrown) {
        error = thrown as never;
      }
      assert.deepEqual(events, ["2", "1"]);
      assert.equal(error?.name, "SuppressedError");
      assert.equal(error?.error?.message, "async");
      assert.equal(error?.suppressed?.error?.message, "sync");
      assert.equal(error?.suppressed?.suppressed?.message, "body");
    }),
  );

  test(
    "one error alone is thrown as it is",
    inLoop(function* (events) {
      assert.equal(
        aw(
          yield outcome(
            block(function* (opened) {
              opened.useAsync(async(events, "1"));
              throw new Error("body");
            }),
          ),
        ),
        "Error: body",
      );
      assert.equal(
        aw(
          yield outcome(
            block(function* (opened) {
              opened.useAsync(async(events, "2", new Error("disposal")));
            }),
          ),
        ),
        "Error: disposal",
      );
    }),
  );

  test(
    "a cancelled task disposes of all, awaits the asynchronous ones, and nobody carries on",
    inLoop(function* (events) {
      const task = createTask(
        block(function* (opened) {
          opened.useAsync(async(events, "1"));
          opened.use(sync(events, "2"));
          opened.useAsync(async(events, "3"));
          aw(yield sleep("1h"));
          events.push("never");
        }),
      );
      aw(yield sleep(1));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["3", "2", "1"]);
    }),
  );

  test(
    "an error of a disposal in a cancelled task is kept",
    inLoop(function* (events) {
      const task = createTask(
        block(function* (opened) {
          opened.useAsync(async(events, "1", new Error("disposal")));
          aw(yield sleep("1h"));
        }),
      );
      aw(yield sleep(1));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "Error: disposal");
    }),
  );
});
