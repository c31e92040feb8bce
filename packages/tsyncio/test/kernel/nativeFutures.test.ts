/** Futures that native code resolves: timers, events, promises, before, during and after a run. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, gather, getRunningLoop, run, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { runChild } from "../support/child.js";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

describe("futures that native code resolves", () => {
  inBothForms("an event callback wakes every waiting task, in the order in which they came", async ({ fn, wait }) => {
    const emitter = new EventEmitter();
    const events: string[] = [];
    const waiter = fn("waiter", function* (name: string, future: Future<string>) {
      events.push(`${name} ${yield* wait(future)}`);
    });
    await run(
      fn("main", function* () {
        const future = new Future<string>();
        emitter.once("message", (text: string) => future.setResult(text));
        setImmediate(() => emitter.emit("message", "hello"));
        yield* wait(gather(waiter("a", future), waiter("b", future)));
      })(),
    );
    assert.deepEqual(events, ["a hello", "b hello"]);
  });

  inBothForms("setTimeout sets a result, an error, a cancellation", async ({ fn, wait }) => {
    const seen = await run(
      fn("main", function* () {
        const [good, bad, gone] = [new Future<number>(), new Future<number>(), getRunningLoop().createFuture<number>()];
        setTimeout(() => {
          good.setResult(1);
          bad.setException(new Error("bad"));
          gone.cancel("gone");
        }, 2);
        return yield* wait(gather([outcome(good), outcome(bad), outcome(gone)]));
      })(),
    );
    assert.deepEqual(seen, [1, "Error: bad", "cancelled"]);
  });

  test("made before any run and resolved before, during or after it began", async () => {
    const [before, during] = [new Future<string>(), new Future<string>()];
    before.setResult("before");
    setTimeout(() => during.setResult("during"), 3);
    assert.deepEqual(await run(() => gather(before, during)), ["before", "during"]);
    assert.equal(await before, "before");
  });

  test("made in a run and resolved after it: native code gets the result", async () => {
    const future = await run(
      coroutine(function* () {
        // An array, since a future that is returned is awaited.
        return [new Future<string>()] as const;
      }),
    );
    setTimeout(() => future[0].setResult("late"), 1);
    assert.equal(await future[0], "late");
  });

  test("waited for in one run, and resolved by another", async () => {
    const future = new Future<string>();
    const waiting = run(() => future);
    await run(
      coroutine(function* () {
        yield* sleep(2);
        future.setResult("from the other run");
      }),
    );
    assert.equal(await waiting, "from the other run");
  });

  test("done callbacks that native code adds run on the loop, also outside any run", async () => {
    const events: unknown[] = [];
    const future = new Future<number>();
    future.addDoneCallback((done) => events.push(done.result()));
    future.setResult(1);
    assert.deepEqual(events, []);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(events, [1]);
  });

  test("a task that was made outside any run is woken as well", async () => {
    const future = new Future<string>();
    const task = createTask(
      coroutine(function* () {
        return `${yield* future}!`;
      })(),
    );
    setTimeout(() => future.setResult("woken"), 1);
    assert.equal(await task, "woken!");
  });

  test("while something of the host is on its way, a wait for a future is no deadlock", async () => {
    const { stdout, stderr, status } = await runChild(`
      import { coroutine, Future, run } from "tsyncio";
      import { createServer } from "node:net";
      await run(coroutine(function* () {
        const [timer, connection] = [new Future(), new Future()];
        setTimeout(() => timer.setResult("timer"), 20);
        console.log(yield* timer);
        const server = createServer((socket) => { connection.setResult("socket"); socket.end(); server.close(); });
        server.listen(0, "127.0.0.1", async () => { await fetch("http://127.0.0.1:" + server.address().port).catch(() => {}); });
        console.log(yield* connection);
      }));`);
    assert.deepEqual([stdout, stderr, status], ["timer\nsocket\n", "", 0]);
  });

  test("when nothing of the host is left, it is one", async () => {
    const { stderr, status } = await runChild(`
      import { coroutine, Future, run } from "tsyncio";
      await run(coroutine(function* () {
        const future = new Future();
        const timer = setTimeout(() => future.setResult(), 1e6);
        timer.unref();
        yield* future;
      }));`);
    assert.match(stderr, /DeadlockError.*can never go on/);
    assert.equal(status, 1);
  });

  test("on a virtual clock a native promise that resolves it keeps the clock from being called stuck", async () => {
    const value = await runWithVirtualTime(
      coroutine(function* () {
        const future = new Future<string>();
        const platform = new Promise<void>((resolve) => setTimeout(resolve, 2)).then(() => future.setResult("set"));
        return (yield* gather([future, platform]))[0];
      }),
    );
    assert.equal(value, "set");
  });
});
