/** Native async iterables and streams in coroutines, and ours in native code. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { coroutine, run, sleep, until, withCancelScope } from "tsyncio";
import { fromAsyncIterable, toAsyncIterable } from "tsyncio/interop";
import { inLoop } from "../support/inLoop.js";

/** Until nothing moves any more: streams take some turns of the host. */
const settled = coroutine(function* () {
  for (let i = 0; i < 10; i++) yield* until(turn());
});

describe("fromAsyncIterable", () => {
  async function* numbers(events: string[]): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      events.push("closed");
    }
  }

  test(
    "gives the results, then the end for ever",
    inLoop(function* () {
      const iterator = fromAsyncIterable(numbers([]));
      assert.equal(iterator[Symbol.asyncIterator](), iterator);
      const results = [];
      for (let i = 0; i < 4; i++) results.push(yield* iterator.next());
      assert.deepEqual(results, [
        { value: 1, done: false },
        { value: 2, done: false },
        { value: undefined, done: true },
        { value: undefined, done: true },
      ]);
    }),
  );

  test(
    "return() closes it, once",
    inLoop(function* () {
      const events: string[] = [];
      const iterator = fromAsyncIterable(numbers(events));
      yield* iterator.next();
      assert.deepEqual(yield* iterator.return(), { value: undefined, done: true });
      assert.deepEqual(yield* iterator.return(), { value: undefined, done: true });
      assert.deepEqual(yield* iterator.next(), { value: undefined, done: true });
      assert.deepEqual(events, ["closed"]);
    }),
  );

  test(
    "a time limit around a wait closes it too",
    inLoop(function* () {
      const stream = new Readable({ read() {} });
      const iterator = fromAsyncIterable(stream);
      assert.equal(
        yield* withCancelScope((scope) => {
          setImmediate(() => scope.cancel());
          return iterator.next();
        }),
        undefined,
      );
      assert.equal(stream.destroyed, true);
      assert.deepEqual(yield* iterator.next(), { value: undefined, done: true });
    }),
  );

  test("says what it takes", () => {
    for (const value of [null, undefined, 5, {}, [1]])
      assert.throws(() => fromAsyncIterable(value as never), { name: "TypeError", message: /takes an async iterable/ });
  });
});

describe("toAsyncIterable", () => {
  const counting = (events: string[]): AsyncIterable<number> => {
    let count = 0;
    const next = coroutine(function* () {
      events.push("asked");
      yield* sleep(0);
      if (++count > 2) throw new Error("enough");
      return { value: count, done: false };
    });
    const close = coroutine(function* () {
      yield* sleep(0);
      events.push("closed");
      return { value: undefined, done: true };
    });
    return { [Symbol.asyncIterator]: () => ({ next: () => next() as never, return: () => close() as never }) };
  };

  test("begins next() and return() at the call, and gives native promises", async () => {
    const events: string[] = [];
    await run(async () => {
      const iterator = toAsyncIterable(counting(events))[Symbol.asyncIterator]();
      const first = iterator.next();
      assert.ok(first instanceof Promise);
      await turn();
      assert.deepEqual(events, ["asked"]);
      assert.deepEqual(await first, { value: 1, done: false });
      iterator.return?.();
      await settled();
    });
    assert.deepEqual(events, ["asked", "closed"]);
  });

  test("takes native for await and its errors, and closes at a break", async () => {
    const events: string[] = [];
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const value of toAsyncIterable(counting(events))) seen.push(value);
    }, /enough/);
    for await (const value of toAsyncIterable(counting(events))) {
      seen.push(value);
      break;
    }
    assert.deepEqual(seen, [1, 2, 1]);
    assert.equal(events.at(-1), "closed");
  });

  test("of an iterator without return(); and what it takes", async () => {
    const next = (): never => Promise.resolve({ value: 1, done: false }) as never;
    const iterator = toAsyncIterable<number>({ [Symbol.asyncIterator]: () => ({ next }) })[Symbol.asyncIterator]();
    assert.deepEqual(await iterator.next(), { value: 1, done: false });
    assert.deepEqual(await iterator.return?.(5), { value: 5, done: true });
    assert.throws(() => toAsyncIterable(5 as never)[Symbol.asyncIterator](), TypeError);
  });
});
