import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { coroutine, createTask, currentTask, gather, RwLock, sleep, type Task } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

/** A task that reads (r…) or writes (w…) for a millisecond. */
const visitor = (lock: RwLock, events: string[]) =>
  coroutine(function* (name: string) {
    const guard = yield* name.startsWith("w") ? lock.write() : lock.read();
    events.push(name);
    try {
      yield* sleep(1);
      events.push(`/${name}`);
    } finally {
      guard.release();
    }
  });

describe("RwLock", () => {
  inBothForms(
    "many read at a time, one writes; readers behind a waiting writer wait, and go on together",
    async (form) => {
      const { fn, wait } = form;
      const events: string[] = [];
      const main = fn("main", function* () {
        const lock = new RwLock();
        const visit = fn("visit", function* (name: string) {
          const guard = yield* wait(name.startsWith("w") ? lock.write() : lock.read());
          events.push(name);
          assert.equal(lock.statistics().writer !== null, name.startsWith("w"));
          assert.equal(lock.locked(), true);
          yield* wait(sleep(1));
          events.push(`/${name}`);
          guard.release();
        });
        const names = ["r1", "r2", "w1", "w2", "r3", "r4", "w3"];
        yield* wait(gather(names.map((name) => visit(name))));
        assert.equal(lock.locked(), false);
      });
      await runWithVirtualTime(main());
      assert.deepEqual(events.join(" "), "r1 r2 /r1 /r2 w1 /w1 w2 /w2 r3 r4 /r3 /r4 w3 /w3");
    },
  );

  test(
    "a free lock is taken without yielding",
    inLoop(function* () {
      const lock = new RwLock();
      let other = false;
      createTask(
        coroutine(function* () {
          other = true;
        })(),
      );
      const [one, two] = [yield* lock.read(), yield* lock.read()];
      assert.equal(lock.statistics().readers, 2);
      one.release();
      one.release();
      two.release();
      (yield* lock.write()).release();
      assert.equal(other, false);
    }),
  );

  test(
    "a reader that comes between the release and the resume of a writer waits behind it",
    inLoop(function* () {
      const lock = new RwLock();
      const events: string[] = [];
      const visit = visitor(lock, events);
      const guard = yield* lock.read();
      createTask(visit("w1"));
      yield* sleep(0);
      guard.release();
      assert.notEqual(lock.statistics().writer, null);
      yield* visit("r1");
      assert.deepEqual(events, ["w1", "/w1", "r1", "/r1"]);
    }),
  );

  test(
    "a waiting writer that is cancelled lets the readers behind it in at once",
    inLoop(function* () {
      const lock = new RwLock();
      const events: string[] = [];
      const visit = visitor(lock, events);
      const guard = yield* lock.read();
      const writer = createTask(visit("w1"));
      createTask(visit("r1"));
      createTask(visit("r2"));
      yield* sleep(0);
      assert.deepEqual(events, []);
      writer.cancel();
      yield* sleep(0);
      assert.deepEqual(events, ["r1", "r2"]);
      assert.equal(lock.statistics().readers, 3);
      guard.release();
    }),
  );

  for (const kind of ["r", "w"])
    for (const cancelFirst of [true, false]) {
      test(
        `a ${kind === "r" ? "reader" : "writer"} that is cancelled in the tick of the release (${cancelFirst ? "before" : "after"} it) leaves the lock to the next`,
        inLoop(function* () {
          const lock = new RwLock();
          const events: string[] = [];
          const visit = visitor(lock, events);
          const guard = yield* lock.write();
          const first = createTask(visit(`${kind}1`));
          const next = [createTask(visit("w2")), createTask(visit("r3"))] as Task[];
          yield* sleep(0);
          if (cancelFirst) first.cancel();
          guard.release();
          if (!cancelFirst) first.cancel();
          yield* gather(next);
          assert.ok(first.cancelled());
          assert.deepEqual(events, ["w2", "/w2", "r3", "/r3"]);
          assert.equal(lock.locked(), false);
        }),
      );
    }

  test(
    "statistics, inspect and the deadlock report show who has it",
    inLoop(function* () {
      const lock = new RwLock();
      const guard = yield* lock.read();
      const writer = createTask(lock.write(), { name: "writer" });
      yield* sleep(0);
      assert.equal(inspect(lock), "RwLock { readers: 1, writer: null, tasksWaiting: 1 }");
      assert.equal(writer.waitingOn?.describe(), `RwLock.write() of ${lock}`);
      guard.release();
      const writing = yield* writer;
      assert.deepEqual(lock.statistics(), { readers: 0, writer: "writer", tasksWaiting: 0 });
      const reader = createTask(lock.read());
      yield* sleep(0);
      assert.equal(
        reader.waitingOn?.describe(),
        "RwLock.read() of RwLock { readers: 0, writer: writer, tasksWaiting: 1 }",
      );
      writing.release();
      yield* reader;
      assert.notEqual(currentTask(), null);
    }),
  );
});
