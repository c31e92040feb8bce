import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  Context,
  ContextVar,
  coroutine,
  EventLoop,
  getRunningLoop,
  InvalidStateError,
  Runner,
  run,
  sleep,
} from "tsyncio";
import { VirtualClock } from "tsyncio/testing";
import { built, runChild } from "../support/child.js";
import { inLoop } from "../support/inLoop.js";
import { collectReports } from "../support/reports.js";

describe("event loop", () => {
  test("getRunningLoop() is the one loop of the thread while something runs, and an InvalidStateError otherwise", async () => {
    assert.throws(() => getRunningLoop(), InvalidStateError);
    const loops = await run(
      coroutine(function* () {
        const first = getRunningLoop();
        yield* sleep(0);
        return [first, getRunningLoop()];
      }),
    );
    assert.ok(loops[0] instanceof EventLoop);
    assert.equal(loops[0], loops[1]);
    assert.throws(() => getRunningLoop(), InvalidStateError);
  });

  test(
    "callSoon and callLater pass arguments; a cancelled handle never runs",
    inLoop(function* () {
      const loop = getRunningLoop();
      const events: unknown[] = [];
      loop.callSoon((a: number, b: string) => events.push(a, b), 1, "b");
      const soon = loop.callSoon(() => events.push("never"));
      const later = loop.callLater(5, () => events.push("never"));
      const at = loop.callAt(loop.time() + 3, (value: string) => events.push(value), "at");
      assert.equal(at.when, 3);
      soon.cancel();
      later.cancel();
      later.cancel();
      assert.deepEqual([soon.cancelled(), later.cancelled(), at.cancelled()], [true, true, false]);
      yield* sleep(10);
      at.cancel();
      assert.deepEqual(events, [1, "b", "at"]);
    }),
  );

  test(
    "a handle that is cancelled by an earlier callback of the same iteration does not run",
    inLoop(function* () {
      const loop = getRunningLoop();
      const events: string[] = [];
      loop.callLater(5, () => {
        events.push("first");
        second.cancel();
      });
      const second = loop.callLater(5, () => events.push("second"));
      yield* sleep(10);
      assert.deepEqual(events, ["first"]);
    }),
  );

  test(
    "callLater takes durations; a negative one is at once; Infinity never fires and keeps nothing waiting",
    inLoop(function* () {
      const loop = getRunningLoop();
      const events: string[] = [];
      loop.callLater(Number.POSITIVE_INFINITY, () => events.push("never"));
      loop.callLater("1s", () => events.push(`1s at ${loop.time()}`));
      loop.callLater(-5, () => events.push("negative"));
      loop.callAt(-100, () => events.push("past"));
      yield* sleep("2s");
      assert.deepEqual([...events].sort(), ["1s at 1000", "negative", "past"]);
      assert.throws(() => loop.callLater(Number.NaN, () => {}), TypeError);
      assert.throws(() => loop.callAt(Number.NaN, () => {}), TypeError);
      assert.throws(() => loop.callSoon("text" as never), TypeError);
    }),
  );

  test("callLater never fires early on the platform's clock", async () => {
    const early = await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        const found: number[] = [];
        for (let delay = 0; delay < 8; delay += 0.3) {
          const due = loop.time() + delay;
          loop.callAt(due, () => {
            if (loop.time() < due) found.push(delay);
          });
        }
        yield* sleep(12);
        return found;
      }),
    );
    assert.deepEqual(early, []);
  });

  test(
    "a callback that throws goes to the exception handler with error and handle; the others run",
    inLoop(function* () {
      const loop = getRunningLoop();
      const reports = collectReports();
      const events: string[] = [];
      const handle = loop.callSoon(function broken() {
        throw new Error("broken");
      });
      loop.callSoon(() => events.push("ran"));
      yield* sleep(0);
      assert.deepEqual(events, ["ran"]);
      assert.equal(String(reports[0]?.exception), "Error: broken");
      assert.equal(reports[0]?.handle, handle);
      assert.match(reports[0]?.message ?? "", /broken/);
    }),
  );

  test(
    "the exception handler gets the loop; null restores the default; others are refused",
    inLoop(function* () {
      const loop = getRunningLoop();
      let given: unknown;
      const handler = (which: EventLoop): void => {
        given = which;
      };
      loop.setExceptionHandler(handler);
      assert.equal(loop.getExceptionHandler(), handler);
      loop.callExceptionHandler({ message: "x" });
      assert.equal(given, loop);
      loop.setExceptionHandler(null);
      assert.equal(loop.getExceptionHandler(), null);
      assert.throws(() => loop.setExceptionHandler("x" as never), TypeError);
      yield* sleep(0);
    }),
  );

  test(
    "after its arguments a callback may be given a context; an object with more in it is an argument",
    inLoop(function* () {
      const loop = getRunningLoop();
      const variable = new ContextVar<string>("variable", { default: "none" });
      const context = new Context();
      const events: unknown[] = [];
      const note = (...args: unknown[]): void => {
        events.push([...args, variable.get()]);
        variable.set("set inside");
      };
      variable.set("main's");
      loop.callSoon(note, 1, "a", { context });
      loop.callSoon(note);
      loop.callSoon(note, { context, more: 1 } as never);
      loop.callSoonThreadsafe(note, { context });
      loop.callLater(1, note, 2, { context });
      loop.callAt(loop.time() + 2, note, { context });
      yield* sleep(5);
      assert.deepEqual(events, [
        [1, "a", "none"],
        ["main's"],
        [{ context, more: 1 }, "main's"],
        ["set inside"],
        [2, "set inside"],
        ["set inside"],
      ]);
      assert.equal(context.get(variable), "set inside");
      assert.equal(variable.get(), "main's");
    }),
  );

  test(
    "a coroutine function is no callback: the error says to use createTask",
    inLoop(function* () {
      const loop = getRunningLoop();
      const never = coroutine(function* never() {}) as never;
      for (const call of [() => loop.callSoon(never), () => loop.callLater(1, never), () => loop.callAt(1, never)])
        assert.throws(call, /^TypeError: .*coroutine function.*createTask/);
    }),
  );

  test(
    "handles name their callbacks",
    inLoop(function* () {
      const loop = getRunningLoop();
      const soon = loop.callSoon(function tick() {});
      const later = loop.callAt(loop.time() + 5, function tock() {});
      assert.deepEqual(
        [soon, later, loop.callSoon(() => {})].map((handle) => [String(handle), inspect(handle)]),
        ["<Handle tick>", "<TimerHandle when=5 tock>", "<Handle (anonymous)>"].map((text) => [text, text]),
      );
      later.cancel();
      soon.cancel();
      assert.deepEqual([String(soon), String(later)], ["<Handle cancelled>", "<TimerHandle when=5 cancelled>"]);
    }),
  );

  test("isRunning() while a run is on, or the loop itself runs the code that asks", async () => {
    const clock = new VirtualClock();
    const runner = new Runner({ clock });
    const { loop } = runner;
    assert.equal(loop.isRunning(), false);
    const running = runner.run(() => sleep(1));
    assert.equal(loop.isRunning(), true);
    await running;
    assert.equal(loop.isRunning(), false);
    const inCallback = await new Promise((resolve) => loop.callSoon(() => resolve(loop.isRunning())));
    assert.equal(inCallback, true);
    await runner.close();
  });

  test("the loop holds one host timer, for ten thousand sleepers", async () => {
    const { stdout, stderr } = await runChild(`
      import { coroutine, gather, run, sleep } from "tsyncio";
      const native = globalThis.setTimeout;
      let [calls, open, most] = [0, 0, 0];
      globalThis.setTimeout = (fire, delay) => { calls++; most = Math.max(most, ++open); return native(() => { open--; fire(); }, delay); };
      const clear = globalThis.clearTimeout;
      globalThis.clearTimeout = (timer) => { open--; clear(timer); };
      await run(coroutine(function* () {
        yield* gather(Array.from({ length: 10_000 }, (_, i) => sleep(150 + (i * 7919 % 100) / 100)));
      }));
      console.log(JSON.stringify({ calls, most }));`);
    assert.notEqual(stdout, "", stderr);
    const { calls, most } = JSON.parse(stdout) as { calls: number; most: number };
    // None at all where a slow machine makes the sleepers due before the loop falls idle.
    assert.ok(most <= 1, stdout);
    assert.ok(calls < 500, stdout);
  });

  test(
    "a sleep longer than setTimeout can take is set again",
    inLoop(function* () {
      yield* sleep(`${24 * 60}h`);
      assert.equal(getRunningLoop().time(), 24 * 60 * 3_600_000);
    }),
  );

  test("the main entry reaches no node: module", async () => {
    const { readFile, readdir } = await import("node:fs/promises");
    const dist = new URL(built("."));
    const seen = new Set<string>();
    const follow = async (url: URL): Promise<void> => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const text = await readFile(url, "utf8");
      for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
        // What is one file on Node and another elsewhere; both keep the law.
        const places =
          target === "#process"
            ? ["./runner/process.js", "./runner/noProcess.js"].map((path) => new URL(path, dist))
            : [];
        assert.ok(target?.startsWith(".") || places.length > 0, `${url.pathname} imports ${target}`);
        if (places.length === 0) places.push(new URL(target as string, url));
        for (const place of places) await follow(place);
      }
    };
    await follow(new URL("index.js", dist));
    assert.ok(seen.size > 20 && (await readdir(dist)).length > 3);
  });
});
