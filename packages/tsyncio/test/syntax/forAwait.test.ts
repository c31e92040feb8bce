/** `for await` of lowered code, in the shape that the pass emits. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTask, sleep } from "tsyncio";
import { asyncGenerator, aw, co, forAwait, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

const bodySite = site("body", import.meta.url, 1, 1);

/** The loop; the body is a generator, so that it can await, and ends the loop by returning "break" or "return". */
const loop = lowered(
  "loop",
  function* (
    iterable: unknown,
    body: (value: unknown) => Generator<unknown, unknown, unknown>,
  ): Generator<unknown, unknown, unknown> {
    const each = forAwait(iterable);
    try {
      while (each.more(aw(yield each.next()))) {
        const how = aw(yield co(bodySite, body(each.value)));
        if (how === "break") break;
        if (how === "return") return "returned";
      }
    } catch (error) {
      each.fail(error);
    } finally {
      const closing = each.end();
      if (closing) aw(yield closing);
    }
    return "ended";
  },
);

/** An iterable that notes what is done with it. */
function source(
  events: unknown[],
  options: { values?: unknown[]; failsAt?: number; closeFails?: boolean } = {},
): AsyncIterable<unknown> {
  const values = [...(options.values ?? [1, 2, 3])];
  let index = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (index++ === options.failsAt)
          return sleepThen(() => {
            throw new Error("next");
          }) as never;
        return sleepThen(() =>
          values.length === 0 ? { value: undefined, done: true } : { value: values.shift(), done: false },
        ) as never;
      },
      return: () =>
        sleepThen(() => {
          events.push("closed");
          if (options.closeFails) throw new Error("close");
          return { value: undefined, done: true };
        }) as never,
    }),
  };
}

const sleepThen = lowered("sleepThen", function* (then: () => unknown) {
  aw(yield sleep(1));
  return then();
});

const inLoop = (body: (events: unknown[]) => Generator<unknown, void, any>) => () =>
  runWithVirtualTime(lowered("main", body)([]));

function* note(events: unknown[], value: unknown): Generator<unknown, void, unknown> {
  events.push(value);
}

describe("for await", () => {
  test(
    "gives each value of an async iterable; one that ends by itself is not closed",
    inLoop(function* (events) {
      assert.equal(aw(yield loop(source(events), (value) => note(events, value))), "ended");
      assert.deepEqual(events, [1, 2, 3]);
    }),
  );

  test(
    "takes native async generators, sync iterables of awaitables, and ours",
    inLoop(function* (events) {
      async function* native(): AsyncGenerator<number> {
        yield 1;
        yield 2;
      }
      const ours = asyncGenerator(
        undefined,
        function* () {
          yield yielded(5);
        } as never,
        undefined,
        [],
      );
      for (const iterable of [native(), [3, Promise.resolve(4)], ours, new Set([6])])
        aw(yield loop(iterable, (value) => note(events, value)));
      assert.deepEqual(events, [1, 2, 3, 4, 5, 6]);
    }),
  );

  for (const how of ["break", "return"]) {
    test(
      `${how} closes the iterator and waits for it`,
      inLoop(function* (events) {
        const result = aw(
          yield loop(source(events), function* (value) {
            events.push(value);
            return how;
          }),
        );
        events.push(result);
        assert.deepEqual(events, [1, "closed", how === "break" ? "ended" : "returned"]);
      }),
    );
  }

  test(
    "an error of the body closes the iterator, and goes before an error of closing",
    inLoop(function* (events) {
      for (const closeFails of [false, true]) {
        assert.equal(
          aw(
            yield outcome(
              loop(source(events, { closeFails }), function* () {
                throw new Error("body");
              }),
            ),
          ),
          "Error: body",
        );
      }
      assert.deepEqual(events, ["closed", "closed"]);
    }),
  );

  test(
    "an error of closing is thrown after a break",
    inLoop(function* (events) {
      assert.equal(
        aw(
          yield outcome(
            loop(source(events, { closeFails: true }), function* () {
              return "break";
            }),
          ),
        ),
        "Error: close",
      );
    }),
  );

  test(
    "an error of next() does not close the iterator",
    inLoop(function* (events) {
      assert.equal(
        aw(yield outcome(loop(source(events, { failsAt: 1 }), (value) => note(events, value)))),
        "Error: next",
      );
      assert.deepEqual(events, [1]);
    }),
  );

  test(
    "what is no async iterable, and a result that is no object, are TypeErrors",
    inLoop(function* (events) {
      for (const value of [
        null,
        undefined,
        5,
        {},
        { [Symbol.asyncIterator]: () => 5 },
        { [Symbol.asyncIterator]: () => ({ next: () => 5 }) },
      ]) {
        assert.match(String(aw(yield outcome(loop(value, (item) => note(events, item))))), /^TypeError/);
      }
    }),
  );

  test(
    "a task that is cancelled in the body: the iterator is closed and waited for",
    inLoop(function* (events) {
      const task = createTask(
        loop(source(events), function* () {
          try {
            aw(yield sleep("1h"));
          } finally {
            aw(yield sleep(1));
            events.push("body cleaned");
          }
          return "";
        }),
      );
      aw(yield sleep(5));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["body cleaned", "closed"]);
    }),
  );

  test(
    "a task that is cancelled while next() of our own generator is awaited: that is unwound",
    inLoop(function* (events) {
      const made = asyncGenerator(
        undefined,
        function* () {
          try {
            aw(yield sleep("1h"));
          } finally {
            aw(yield sleep(1));
            events.push("generator cleaned");
          }
        } as never,
        undefined,
        [],
      );
      const task = createTask(loop(made, (value) => note(events, value)));
      aw(yield sleep(5));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["generator cleaned"]);
    }),
  );

  test(
    "a task that is cancelled while a foreign next() is awaited goes on at once, and tells the iterator",
    inLoop(function* (events) {
      const foreign = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => {}),
          return: () => {
            events.push("told");
            return Promise.reject(new Error("nobody cares"));
          },
        }),
      };
      const task = createTask(loop(foreign, (value) => note(events, value)));
      aw(yield sleep(0));
      aw(yield sleep(0));
      task.cancel();
      assert.equal(aw(yield outcome(task)), "cancelled");
      assert.deepEqual(events, ["told"]);
    }),
  );
});
