/** Events of emitters and event targets as async iterables. */
import assert from "node:assert/strict";
import { EventEmitter, getEventListeners } from "node:events";
import { PassThrough } from "node:stream";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  moveOnAfter,
  QueueFull,
  run,
  sleep,
  withCancelScope,
} from "tsyncio";
import { type EventStream, type EventsOptions, events } from "tsyncio/interop";
import { runWithVirtualTime } from "tsyncio/testing";
import { forAwaitLoop } from "../support/forAwaitLoop.js";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

/** All listeners of an emitter. */
const listeners = (emitter: EventEmitter): number =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

/** Takes all, and tells how it ended. */
const collect = coroutine(function* (stream: EventStream<unknown>) {
  const seen: unknown[] = [];
  try {
    for (let event = yield* stream.next(); !event.done; event = yield* stream.next()) seen.push(event.value);
    seen.push("done");
  } catch (error) {
    seen.push(error);
  }
  return seen;
});

describe("events of an emitter", () => {
  inBothForms("come in their order, also those from between the call and the first next()", async ({ fn, wait }) => {
    const emitter = new EventEmitter();
    const main = fn("main", function* () {
      const stream = events<number>(emitter, "x", { end: "close" });
      emitter.emit("x", 1);
      emitter.emit("x", 2);
      const seen: unknown[] = [yield* wait(stream.next()), yield* wait(stream.next())];
      const later = createTask(stream.next());
      yield* wait(sleep(1));
      emitter.emit("x", 3);
      seen.push(yield* wait(later));
      emitter.emit("x", 4);
      emitter.emit("close");
      emitter.emit("x", 5);
      for (let i = 0; i < 3; i++) seen.push(yield* wait(stream.next()));
      return seen;
    });
    assert.deepEqual(await runWithVirtualTime(main()), [
      ...[1, 2, 3, 4].map((value) => ({ value, done: false })),
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    assert.equal(listeners(emitter), 0);
  });

  test(
    "one argument gives that, several the array of them, none undefined",
    inLoop(function* () {
      const emitter = new EventEmitter();
      const stream = events(emitter, "x", { end: ["end", "close"] });
      emitter.emit("x", "one");
      emitter.emit("x", 1, 2);
      emitter.emit("x");
      emitter.emit("close");
      assert.deepEqual(yield* collect(stream), ["one", [1, 2], undefined, "done"]);
    }),
  );

  test(
    "an 'error' event is thrown once, after the events before it; then the stream has ended",
    inLoop(function* () {
      const emitter = new EventEmitter();
      const stream = events(emitter, "x");
      const error = new Error("broken");
      emitter.emit("x", 1);
      emitter.emit("error", error);
      assert.equal(listeners(emitter), 0);
      assert.deepEqual(yield* collect(stream), [1, error]);
      assert.deepEqual(yield* collect(stream), ["done"]);
      const waiting = createTask(collect(events(emitter, "x")));
      yield* sleep(1);
      emitter.emit("error", error);
      assert.deepEqual(yield* waiting, [error]);
      assert.equal(listeners(emitter), 0);
    }),
  );

  test(
    "'error' events are values where they are asked for, and an end where that is asked for",
    inLoop(function* () {
      const emitter = new EventEmitter();
      const errors = events(emitter, "error", { end: "close" });
      const quiet = events(emitter, "x", { end: "error" });
      emitter.emit("error", new Error("a"));
      emitter.emit("close");
      assert.deepEqual(yield* collect(errors), [new Error("a"), "done"]);
      assert.deepEqual(yield* collect(quiet), ["done"]);
      assert.equal(listeners(emitter), 0);
    }),
  );

  test(
    "takes names that are symbols, and emitters that have addListener and removeListener, or no off()",
    inLoop(function* () {
      const inner = new EventEmitter();
      const key = Symbol("key");
      const shapes = [
        { addListener: inner.on.bind(inner), removeListener: inner.off.bind(inner) },
        { on: inner.on.bind(inner), removeListener: inner.off.bind(inner) },
      ];
      for (const shape of shapes) {
        const stream = events(shape, key, { end: "end" });
        inner.emit(key, 1);
        inner.emit("end");
        assert.deepEqual(yield* collect(stream), [1, "done"]);
        assert.equal(listeners(inner), 0);
      }
    }),
  );

  test("says what it takes", () => {
    const emitter = new EventEmitter();
    for (const source of [null, undefined, 5, {}, { on() {} }]) {
      assert.throws(() => events(source as never, "x"), {
        name: "TypeError",
        message: /EventEmitter or an EventTarget/,
      });
    }
    for (const capacity of [0, -1, 1.5, Number.NaN, "5" as never])
      assert.throws(() => events(emitter, "x", { capacity }), { name: "TypeError", message: /capacity/ });
    assert.throws(() => events(emitter, "x", { overflow: "drop" as never }), { name: "TypeError", message: /"drop"/ });
    assert.equal(listeners(emitter), 0);
  });
});

describe("events of an event target", () => {
  test(
    "come as they are, without a special 'error'; every listener is removed",
    inLoop(function* () {
      const target = new EventTarget();
      const count = (): number => ["ping", "error", "end"].flatMap((type) => getEventListeners(target, type)).length;
      const stream = events(target, "ping", { end: "end" });
      assert.equal(count(), 2);
      const first = new Event("ping");
      target.dispatchEvent(first);
      target.dispatchEvent(new Event("error"));
      target.dispatchEvent(new Event("ping"));
      target.dispatchEvent(new Event("end"));
      const seen = yield* collect(stream);
      assert.equal(seen[0], first);
      assert.equal(seen.length, 3);
      assert.equal(count(), 0);
    }),
  );

  test("the abort of a signal", async () => {
    const controller = new AbortController();
    await runWithVirtualTime(
      coroutine(function* () {
        using aborts = events(controller.signal, "abort");
        const task = createTask(aborts.next());
        yield* sleep(1);
        controller.abort();
        const { value } = yield* task;
        assert.equal(value?.type, "abort");
        const type: string | undefined = value?.type;
        assert.ok(type);
      }),
    );
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
});

describe("more events than are taken", () => {
  const overflowing = async (options: EventsOptions, count = 5): Promise<unknown[]> => {
    const emitter = new EventEmitter();
    return runWithVirtualTime(() => {
      const stream = events(emitter, "x", { end: "end", ...options });
      for (let i = 1; i <= count; i++) emitter.emit("x", i);
      emitter.emit("end");
      assert.equal(listeners(emitter), 0);
      return collect(stream);
    });
  };

  test("are an error after those that found room, at 1024 or where the program says", async () => {
    const seen = await overflowing({ capacity: 3 });
    assert.deepEqual(seen.slice(0, -1), [1, 2, 3]);
    assert.ok(seen[3] instanceof QueueFull);
    assert.match(seen[3].message, /^3 'x' events wait and another came; /);
    assert.equal((await overflowing({}, 1024)).at(-1), "done");
    assert.match(String((await overflowing({}, 1025)).at(-1)), /^QueueFull: 1024 'x'/);
  });

  test("push out the oldest, or are dropped, where the program says so", async () => {
    assert.deepEqual(await overflowing({ capacity: 3, overflow: "dropOldest" }), [3, 4, 5, "done"]);
    assert.deepEqual(await overflowing({ capacity: 3, overflow: "dropNewest" }), [1, 2, 3, "done"]);
    assert.deepEqual(await overflowing({ capacity: 1, overflow: "dropOldest" }), [5, "done"]);
  });

  test("never happen with an infinite capacity", async () => {
    assert.equal((await overflowing({ capacity: 1 / 0 }, 5000)).length, 5001);
  });

  test(
    "do not count what a waiting task was woken for",
    inLoop(function* () {
      for (const overflow of ["error", "dropOldest", "dropNewest"] as const) {
        const emitter = new EventEmitter();
        const stream = events(emitter, "x", { capacity: 1, overflow });
        const waiting = createTask(stream.next());
        yield* sleep(1);
        emitter.emit("x", 1);
        emitter.emit("x", 2);
        assert.equal((yield* waiting).value, 1);
        assert.equal((yield* stream.next()).value, 2);
        stream.return();
      }
    }),
  );
});

describe("several tasks that take from one stream", () => {
  test(
    "are served in the order in which they came, and nobody barges in",
    inLoop(function* () {
      const emitter = new EventEmitter();
      using stream = events<number>(emitter, "x");
      const seen: string[] = [];
      const taker = coroutine(function* (name: string) {
        seen.push(`${name}${(yield* stream.next()).value}`);
      });
      const tasks = ["a", "b"].map((name) => createTask(taker(name)));
      yield* sleep(1);
      emitter.emit("x", 1);
      // Before a has resumed:
      const late = createTask(taker("c"), { eager: true });
      emitter.emit("x", 2);
      emitter.emit("x", 3);
      yield* gather(...tasks, late);
      assert.deepEqual(seen, ["a1", "b2", "c3"]);
    }),
  );

  test(
    "an error goes to the first, the others find the end",
    inLoop(function* () {
      const emitter = new EventEmitter();
      const stream = events<number>(emitter, "x");
      const tasks = [1, 2, 3].map(() => createTask(collect(stream)));
      yield* sleep(1);
      emitter.emit("error", new Error("x"));
      assert.deepEqual(yield* gather(...tasks), [[new Error("x")], ["done"], ["done"]]);
    }),
  );
});

describe("a cancelled wait", () => {
  /** Cancels a task that waits for an event, and emits one in the same turn. */
  const race = (order: "cancel first" | "event first") =>
    inLoop(function* () {
      const emitter = new EventEmitter();
      using stream = events<number>(emitter, "x");
      const task = createTask(stream.next());
      const next = createTask(stream.next());
      yield* sleep(1);
      if (order === "cancel first") task.cancel();
      emitter.emit("x", 1);
      if (order === "event first") task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.deepEqual(yield* next, { value: 1, done: false });
      emitter.emit("x", 2);
      assert.equal((yield* stream.next()).value, 2);
    });
  test("in the turn of the event, before it: the event goes to the next", race("cancel first"));
  test("in the turn of the event, after it: the event goes to the next", race("event first"));

  test(
    "in the turn of the event, with nobody else waiting: it stays for whoever asks next, also an error",
    inLoop(function* () {
      for (const name of ["x", "error"]) {
        const emitter = new EventEmitter();
        const stream = events<number>(emitter, "x", { end: "end" });
        const task = createTask(stream.next());
        yield* sleep(1);
        const error = new Error(name);
        emitter.emit(name, error);
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
        emitter.emit("end");
        assert.equal((yield* collect(stream))[0], error);
      }
    }),
  );

  test(
    "before its first step takes nothing",
    inLoop(function* () {
      const emitter = new EventEmitter();
      using stream = events<number>(emitter, "x");
      emitter.emit("x", 1);
      const task = createTask(stream.next());
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal((yield* stream.next()).value, 1);
    }),
  );

  test(
    "by a time limit leaves the stream open",
    inLoop(function* () {
      const emitter = new EventEmitter();
      using stream = events<number>(emitter, "x");
      assert.equal(yield* moveOnAfter(5, () => stream.next()), undefined);
      emitter.emit("x", 1);
      assert.deepEqual(yield* moveOnAfter(5, () => stream.next()), { value: 1, done: false });
    }),
  );

  const reaches: Record<string, (consume: () => ReturnType<typeof sleep>) => ReturnType<typeof sleep>> = {
    "the task": (consume) => withTask(consume),
    "a scope around the call": (consume) => moveOnAfter(5, consume) as never,
    "a scope far around the call": (consume) => moveOnAfter(5, () => withCancelScope(consume)) as never,
  };
  const withTask = coroutine(function* (consume: () => ReturnType<typeof sleep>) {
    const task = createTask(consume());
    yield* sleep(5);
    task.cancel();
    yield* outcome(task);
  });
  for (const [what, cancelled] of Object.entries(reaches)) {
    test(
      `by the cancellation of ${what} ends the stream`,
      inLoop(function* () {
        const emitter = new EventEmitter();
        const consume = coroutine(function* () {
          const stream = events(emitter, "x");
          yield* withCancelScope(() => stream.next());
        });
        const task = createTask(cancelled(consume));
        yield* sleep(4);
        assert.equal(listeners(emitter), 2);
        yield* task;
        assert.equal(listeners(emitter), 0);
      }),
    );
  }

  test(
    "by the cancellation of another task, or of a scope that began when that of the call had ended, leaves it open",
    inLoop(function* () {
      const emitter = new EventEmitter();
      const stream = yield* withCancelScope(() => events(emitter, "x"));
      const other = createTask(stream?.next() as never);
      yield* sleep(1);
      other.cancel();
      yield* outcome(other);
      yield* moveOnAfter(5, () => stream?.next());
      assert.equal(listeners(emitter), 2);
      stream?.return();
    }),
  );
});

describe("every way out removes every listener", () => {
  const endings: Record<string, (emitter: EventEmitter) => Generator<unknown, unknown, any>> = {
    *break() {
      return "break";
    },
    *"an error of the body"() {
      throw new Error("body");
    },
    *"an error event"(emitter) {
      emitter.emit("error", new Error("event"));
    },
    *"an end event"(emitter) {
      emitter.emit("end");
    },
    *overflow(emitter) {
      for (let i = 0; i < 20; i++) emitter.emit("x", i);
    },
    *"a cancellation in the body"() {
      yield sleep("1h");
    },
    *"a cancellation of next()"() {},
  };
  for (const [how, body] of Object.entries(endings)) {
    test(
      `for await, ended by ${how}`,
      inLoop(function* () {
        const emitter = new EventEmitter();
        const stream = events(emitter, "x", { end: "end", capacity: 10 });
        const task = createTask(forAwaitLoop(stream, () => body(emitter)));
        emitter.emit("x", 1);
        assert.equal(listeners(emitter), 3);
        yield* sleep(1);
        task.cancel();
        yield* outcome(task);
        assert.equal(listeners(emitter), 0);
        assert.deepEqual((yield* collect(stream)).at(-1), "done");
      }),
    );
  }

  test("native for await takes the events and removes the listeners at a break", async () => {
    const emitter = new EventEmitter();
    const native = async (): Promise<unknown[]> => {
      const seen: unknown[] = [];
      setImmediate(() => emitter.emit("x", 0));
      for await (const value of events<number>(emitter, "x")) {
        seen.push(value);
        if (seen.length === 3) break;
        setImmediate(() => emitter.emit("x", seen.length));
      }
      return seen;
    };
    assert.deepEqual([await native(), listeners(emitter)], [[0, 1, 2], 0]);
    assert.deepEqual([await run(() => native()), listeners(emitter)], [[0, 1, 2], 0]);
  });

  test(
    "return() and dispose do so at once, also where nobody ever iterates; a waiting task finds the end",
    inLoop(function* () {
      const emitter = new EventEmitter();
      {
        using _ = events(emitter, "x");
      }
      assert.equal(listeners(emitter), 0);
      const stream = events(emitter, "x");
      const waiting = createTask(stream.next());
      yield* sleep(1);
      emitter.emit("x", "dropped");
      stream.return();
      stream.return();
      assert.equal(listeners(emitter), 0);
      assert.deepEqual(yield* waiting, { value: undefined, done: true });
    }),
  );

  test("of a real stream", async () => {
    const stream = new PassThrough();
    const before = listeners(stream);
    const seen = await run(
      coroutine(function* () {
        stream.end("text");
        return yield* collect(events<Buffer>(stream, "data", { end: "end" }));
      }),
    );
    assert.deepEqual(seen.map(String), ["text", "done"]);
    // What the stream itself keeps for a while is not ours.
    assert.ok(listeners(stream) <= before);
  });
});

describe("what is forgotten", () => {
  test("a next() that nobody awaits is reported, a return() has no need of that", async () => {
    const emitter = new EventEmitter();
    const reports: string[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_, { message }) => reports.push(message));
        const stream = events(emitter, "x");
        stream.next();
        stream.return();
        yield* sleep(1);
      }),
    );
    assert.equal(reports.length, 1);
    assert.match(String(reports), /coroutine 'events' was never awaited/);
  });
});
