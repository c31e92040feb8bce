/** Native async iterables and streams in coroutines, and ours in native code. */
import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { type Coroutine, coroutine, createTask, moveOnAfter, run, sleep, type Task, until } from "tsyncio";
import { fromAsyncIterable } from "tsyncio/interop";
import { asyncGenerator, aw, delegate, forAwait, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

/** Hands each value to a body; a body that returns "break" ends the loop. */
type Each = (iterable: AsyncIterable<unknown>, body: (value: unknown) => Coroutine<unknown>) => Coroutine<unknown>;

const forms: Record<string, Each> = {
  "for await": lowered("loop", function* (iterable, body): Generator<unknown, unknown, unknown> {
    const each = forAwait(iterable);
    try {
      while (each.more(aw(yield each.next()))) if (aw(yield body(each.value)) === "break") break;
    } catch (error) {
      each.fail(error);
    } finally {
      const closing = each.end();
      if (closing) aw(yield closing);
    }
    return "ended";
  }),
  fromAsyncIterable: coroutine(function* (iterable, body) {
    const values = fromAsyncIterable(iterable);
    try {
      for (let next = yield* values.next(); !next.done; next = yield* values.next())
        if ((yield* body(next.value)) === "break") break;
    } finally {
      yield* values.return();
    }
    return "ended";
  }),
  "yield* in an async generator": lowered("loop", function* (iterable, body): Generator<unknown, unknown, unknown> {
    const all = asyncGenerator(
      site("all", import.meta.url, 1, 1),
      function* () {
        yield delegate(iterable);
      } as never,
      undefined,
      [],
    );
    return aw(yield forms["for await"]?.(all, body));
  }),
};

function inAllForms(sentence: string, check: (each: Each) => unknown): void {
  for (const [name, each] of Object.entries(forms)) {
    test(`${sentence} (${name})`, async () => {
      await check(each);
    });
  }
}

/** Until nothing moves any more: streams take some turns of the host. */
const settled = coroutine(function* () {
  for (let i = 0; i < 10; i++) yield* until(turn());
});

const put = (seen: unknown[]) =>
  coroutine(function* (value: unknown) {
    seen.push(value);
  });

/** A stream of Node and one of the web, each with hooks into what happens to it. */
interface Source {
  readonly stream: AsyncIterable<unknown>;
  push(value: unknown): void;
  end(): void;
  fail(error: Error): void;
  /** Whether it was told that nobody wants more. */
  stopped(): boolean;
}

const sources: Record<string, () => Source> = {
  "a Readable"() {
    const stream = new Readable({ objectMode: true, read() {} });
    return {
      stream,
      push: (value) => void stream.push(value),
      end: () => void stream.push(null),
      fail: (error) => void stream.destroy(error),
      stopped: () => stream.destroyed,
    };
  },
  "a ReadableStream"() {
    let controller!: ReadableStreamDefaultController<unknown>;
    let stopped = false;
    const stream = new ReadableStream({
      start: (given) => {
        controller = given;
      },
      cancel: () => {
        stopped = true;
      },
    });
    return {
      stream,
      push: (value) => controller.enqueue(value),
      end: () => controller.close(),
      fail: (error) => controller.error(error),
      stopped: () => stopped && !stream.locked,
    };
  },
};

for (const [what, open] of Object.entries(sources)) {
  describe(`${what} in a coroutine`, () => {
    inAllForms("gives its chunks to the end", async (each) => {
      const source = open();
      const seen: unknown[] = [];
      await run(
        coroutine(function* () {
          source.push(1);
          source.push(2);
          const task = createTask(each(source.stream, put(seen)));
          yield* settled();
          source.push(3);
          source.end();
          assert.equal(yield* task, "ended");
        }),
      );
      assert.deepEqual(seen, [1, 2, 3]);
      if (source.stream instanceof ReadableStream) assert.equal(source.stream.locked, false);
    });

    inAllForms("that fails in the middle throws there", async (each) => {
      const source = open();
      const seen: unknown[] = [];
      const result = await run(
        coroutine(function* () {
          source.push(1);
          const task = createTask(each(source.stream, put(seen)));
          yield* settled();
          source.fail(new Error("middle"));
          return yield* outcome(task);
        }),
      );
      assert.deepEqual([seen, result], [[1], "Error: middle"]);
      if (source.stream instanceof ReadableStream) assert.equal(source.stream.locked, false);
    });

    inAllForms("is closed by a break", async (each) => {
      const source = open();
      source.push(1);
      const body = coroutine(function* () {
        return "break";
      });
      assert.equal(await run(() => each(source.stream, body)), "ended");
      assert.equal(source.stopped(), true);
    });

    inAllForms("is closed at once where the wait for the next chunk is cancelled", async (each) => {
      const source = open();
      const seen: unknown[] = [];
      await run(
        coroutine(function* () {
          source.push(1);
          const task = createTask(each(source.stream, put(seen)));
          yield* settled();
          assert.equal(source.stopped(), false);
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          assert.equal(source.stopped(), true);
        }),
      );
      assert.deepEqual(seen, [1]);
    });

    inAllForms("is closed where the body is cancelled", async (each) => {
      const source = open();
      const events: string[] = [];
      await runWithVirtualTime(
        coroutine(function* () {
          source.push(1);
          const body = coroutine(function* () {
            try {
              yield* sleep("1h");
            } finally {
              yield* sleep(1);
              events.push("body cleaned", `stopped: ${source.stopped()}`);
            }
          });
          const task = createTask(each(source.stream, body));
          yield* settled();
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          events.push(`stopped: ${source.stopped()}`);
        }),
      );
      assert.deepEqual(events, ["body cleaned", "stopped: false", "stopped: true"]);
    });

    inAllForms(
      "and a cancellation in the turn of a chunk, before or after it: closed, and no chunk is seen",
      async (each) => {
        for (const order of ["cancel first", "chunk first"]) {
          const source = open();
          const seen: unknown[] = [];
          await run(
            coroutine(function* () {
              const task = createTask(each(source.stream, put(seen)));
              yield* settled();
              if (order === "chunk first") source.push(1);
              task.cancel();
              if (order === "cancel first" && !(source.stream instanceof ReadableStream)) source.push(1);
              assert.equal(yield* outcome(task), "cancelled");
              assert.equal(source.stopped(), true);
            }),
          );
          assert.deepEqual(seen, []);
        }
      },
    );
  });
}

describe("throw() of an async generator that is in yield* of a stream", () => {
  const delegating = (stream: AsyncIterable<unknown>): AsyncGenerator<unknown, unknown, unknown> =>
    asyncGenerator(
      site("all", import.meta.url, 1, 1),
      function* () {
        yield delegate(stream);
      } as never,
      undefined,
      [],
    );
  for (const [what, open] of Object.entries(sources)) {
    test(`closes ${what}, as the language has it`, async () => {
      const source = open();
      await run(
        coroutine(function* () {
          const all = delegating(source.stream);
          source.push(1);
          yield all.next();
          const thrown = yield* outcome(all.throw(new Error("mine")));
          assert.match(String(thrown), source.stream instanceof Readable ? /mine/ : /TypeError: .*no throw method/);
          assert.equal(source.stopped(), true);
        }),
      );
    });
  }
});

describe("back-pressure is kept", () => {
  inAllForms("a Readable reads no further ahead than its highWaterMark", async (each) => {
    let made = 0;
    let ahead = 0;
    const stream = new Readable({
      objectMode: true,
      highWaterMark: 2,
      read() {
        this.push(made < 20 ? made++ : null);
      },
    });
    let taken = 0;
    const slow = coroutine(function* () {
      taken++;
      yield* until(turn());
      ahead = Math.max(ahead, made - taken);
    });
    await run(() => each(stream, slow));
    assert.deepEqual([made, taken], [20, 20]);
    assert.ok(ahead <= 3, `${ahead} ahead`);
  });

  inAllForms("a ReadableStream pulls no further ahead than its queue", async (each) => {
    let made = 0;
    let ahead = 0;
    const stream = new ReadableStream(
      {
        pull(controller) {
          if (made < 20) controller.enqueue(made++);
          else controller.close();
        },
      },
      { highWaterMark: 2 },
    );
    let taken = 0;
    const slow = coroutine(function* () {
      taken++;
      yield* until(turn());
      ahead = Math.max(ahead, made - taken);
    });
    await run(() => each(stream as AsyncIterable<unknown>, slow));
    assert.deepEqual([made, taken], [20, 20]);
    assert.ok(ahead <= 2, `${ahead} ahead`);
  });
});

test("a Readable that was cancelled keeps no more listeners than after a native break", async () => {
  const count = (stream: Readable): number =>
    stream.eventNames().reduce((sum, name) => sum + stream.listenerCount(name), 0);
  const native = new PassThrough({ objectMode: true });
  native.write(1);
  for await (const _ of native) break;
  const ours = new PassThrough({ objectMode: true });
  await run(
    coroutine(function* () {
      const task = createTask(forms["for await"]?.(ours, put([])) as Coroutine<unknown>);
      yield* settled();
      task.cancel();
      yield* outcome(task);
      yield* settled();
    }),
  );
  assert.equal(count(ours), count(native));
});

describe("other iterables", () => {
  /** Never gives anything, and cannot be closed meanwhile, as a native async generator. */
  async function* endless(events: string[]): AsyncGenerator<number> {
    try {
      await new Promise(() => {});
      yield 1;
    } finally {
      events.push("closed");
    }
  }

  inAllForms("a native generator that never comes back does not hold up a cancellation", async (each) => {
    const events: string[] = [];
    const task = await run(
      coroutine(function* () {
        const waiting: Task<unknown> = createTask(each(endless(events), put([])));
        yield* settled();
        waiting.cancel();
        return [yield* outcome(waiting)];
      }),
    );
    assert.deepEqual([task, events], [["cancelled"], []]);
  });

  inAllForms(
    "an iterator of ours is closed, and waited for, where the wait for its value is cancelled",
    async (each) => {
      const events: string[] = [];
      const close = coroutine(function* () {
        yield* sleep(5);
        events.push("closed");
        return { value: undefined, done: true };
      });
      const iterable = {
        [Symbol.asyncIterator]: () => ({ next: () => sleep("1h") as never, return: () => close() as never }),
      };
      await runWithVirtualTime(
        coroutine(function* () {
          yield* moveOnAfter(5, () => each(iterable, put([])));
          events.push("after");
        }),
      );
      assert.deepEqual(events, ["closed", "after"]);
    },
  );

  inAllForms("errors of that closing are not lost", async (each) => {
    const close = coroutine(function* () {
      yield* sleep(5);
      throw new Error("closing");
    });
    const iterable = {
      [Symbol.asyncIterator]: () => ({ next: () => sleep("1h") as never, return: () => close() as never }),
    };
    assert.equal(
      await runWithVirtualTime(
        coroutine(function* () {
          return yield* outcome(moveOnAfter(5, () => each(iterable, put([]))));
        }),
      ),
      "Error: closing",
    );
  });

  test("an async generator of ours that another task uses is left alone by a loop that is cancelled in its queue", async () => {
    const made = asyncGenerator(
      site("made", import.meta.url, 1, 1),
      function* () {
        for (const value of [1, 2]) {
          aw(yield sleep(10));
          yield yielded(value);
        }
      } as never,
      undefined,
      [],
    ) as AsyncGenerator<unknown>;
    const seen: unknown[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        const first = createTask(forms["for await"]?.(made, put(seen)) as Coroutine<unknown>);
        yield* sleep(1);
        yield* moveOnAfter(1, () => forms["for await"]?.(made, put([])));
        assert.equal(yield* first, "ended");
      }),
    );
    assert.deepEqual(seen, [1, 2]);
  });
});
