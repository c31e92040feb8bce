import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, sleep, until } from "tsyncio";
import {
  addInstrument,
  type ChromeEvent,
  framesOf,
  packTrace,
  removeInstrument,
  replayTrace,
  type Trace,
  TraceRecorder,
  type TraceRecorderOptions,
  toChromeTrace,
  unpackTrace,
} from "tsyncio/debug";
import { runWithVirtualTime } from "tsyncio/testing";

/** What is recorded of a program in virtual time, on a clock that counts how often it is read. */
async function recorded(body: () => Generator<unknown, unknown, any>, options: TraceRecorderOptions = {}) {
  let ticks = 0;
  const recorder = new TraceRecorder({ title: "program", now: () => ticks++, ...options });
  addInstrument(recorder);
  try {
    await runWithVirtualTime(coroutine(body));
  } catch {
  } finally {
    removeInstrument(recorder);
  }
  return recorder.trace();
}

/** The replay as lines; of places the file's name only. */
function linesOf(trace: Trace): string[] {
  const lines: string[] = [];
  const names: string[] = ["nobody"];
  replayTrace(trace, {
    task: ({ id, parent, name, fn, madeAt }) => {
      names[id] = name;
      const at = /[^/]*\.test\.[jt]s/.exec(madeAt)?.[0];
      lines.push(`task ${name} of ${names[parent]}: ${fn} at ${at}`);
    },
    segment: ({ task, doing, from, to, what, awaited, stack, by, unfinished }) => {
      const frames = framesOf(trace, stack).map((frame) => frame.split(" ")[0]);
      const details = [what, awaited && names[awaited], frames.join("<"), by.text && `by ${by.text}`];
      lines.push(
        [`${names[task]} ${doing} ${from}-${to}`, ...details.filter(Boolean), ...(unfinished ? ["…"] : [])].join(", "),
      );
    },
    lane: (kind, _task, name, from, to) => lines.push(`lane: ${kind} ${name} ${from}-${to}`),
    arrow: (kind, fromTask, from, toTask, to) =>
      lines.push(`${kind} ${names[fromTask]}@${from} -> ${names[toTask]}@${to}`),
    cancelled: (task, time, by, reason, ofScope) =>
      lines.push(`${names[task]} cancelled@${time} by ${by.text} ${reason} ${ofScope}`),
    exited: (task, time, ending, value) => lines.push(`${names[task]} ended@${time} ${ending} ${value}`),
    run: (time, begins) => lines.push(`run ${begins ? "begins" : "ends"}@${time}`),
  });
  return lines;
}

const child = coroutine(function* child() {
  yield* sleep(5);
  throw new Error("broken");
});

describe("a trace", () => {
  test("tells what each task did, what it waited for and where, who woke and who cancelled it", async () => {
    const trace = await recorded(function* () {
      const task = createTask(child(), { name: "kid" });
      yield* sleep(0);
      task.cancel("enough");
      yield* task;
    });
    const lines = linesOf(trace).filter((line) => !line.startsWith("lane: idle"));
    assert.deepEqual(lines, [
      "run begins@0",
      "task main of nobody: main at undefined",
      "main ready 1-4, by platform",
      "task kid of main: child at instrumentRecorder.test.ts",
      "lane: step main 4-8",
      "main running 4-8",
      "kid ready 5-11, by main",
      "spawn main@5 -> kid@11",
      "lane: step kid 11-12",
      "kid running 11-12",
      "main ready 8-13, by main",
      "kid cancelled@14 by main enough false",
      "kid waiting 12-15, a sleep, child, by main",
      "lane: step main 13-16",
      "main running 13-16",
      "kid ready 15-17, by main",
      "wake main@15 -> kid@17",
      "main waiting 16-18, task 'kid', kid, (anonymous), by kid",
      "kid ended@19 cancelled enough",
      "lane: step kid 17-20",
      "kid running 17-20",
      "main ready 18-21, by kid",
      "wake kid@18 -> main@21",
      "main ended@22 cancelled CancelledError: cancelled: enough",
      "lane: step main 21-23",
      "main running 21-23",
      "lane: callback done 24-25",
      "run ends@27",
      "lane: callback loop 26-28",
    ]);
  });

  test("says where a wait for a coroutine is, and of one for a task or a promise where the function is defined", async () => {
    const trace = await recorded(function* () {
      const task = createTask(sleep(20));
      yield* sleep(5);
      yield* task;
      yield* until(Promise.resolve());
      yield* sleep(5);
    });
    const waits = toChromeTrace(trace).traceEvents.flatMap(({ name, args }) => {
      const [frame = ""] = (args?.["stack"] as string[] | undefined) ?? [];
      const [, defined, line] = / \((defined at )?.*:(\d+):\d+\)$/.exec(frame) ?? [];
      return frame ? `${name}: ${defined ?? line}` : [];
    });
    const [first, , , last] = waits.map((wait) => Number(wait.split(" ").at(-1)));
    assert.deepEqual(waits, [
      `waits for a sleep: ${first}`,
      "waits for task 'Task-1': defined at ",
      "waits for a native promise: defined at ",
      `waits for a sleep: ${last}`,
    ]);
    assert.equal(last, (first as number) + 3);
  });

  test("is the same when it was packed and unpacked", async () => {
    const trace = await recorded(function* () {
      yield* sleep(1);
    });
    assert.deepEqual(unpackTrace(packTrace(trace)), { ...trace, events: trace.events });
  });

  test("of what is still on when it is taken says so", async () => {
    let trace: Trace | undefined;
    let recorder: TraceRecorder;
    await recorded(function* () {
      let ticks = 0;
      recorder = new TraceRecorder({ now: () => ticks++ });
      addInstrument(recorder);
      createTask(child(), { name: "kid" }).cancel();
      trace = recorder.trace();
      removeInstrument(recorder);
    });
    assert.deepEqual(linesOf(trace as Trace), [
      "task main of nobody: main at undefined",
      "task kid of main: child at instrumentRecorder.test.ts",
      "kid cancelled@3 by main  false",
      "main ready 0-4, …",
      "kid ready 1-4, by main, …",
    ]);
  });

  test("keeps the newest events within its limit, with the tasks that were there, and counts what it dropped", async () => {
    const trace = await recorded(
      function* () {
        const kid = createTask(sleep("1h"), { name: "kid" });
        for (let left = 100_000; left > 0; left--) yield* sleep(0);
        kid.cancel();
      },
      { maxEvents: 1000 },
    );
    const { eventCount, dropped, events } = trace;
    assert.ok(eventCount >= 1000 && eventCount < 40_000, String(eventCount));
    assert.ok(eventCount + dropped > 300_000, String(dropped));
    assert.ok(events.length < 2 * 65_536 + 200, String(events.length));
    const lines = linesOf(trace);
    assert.deepEqual(lines.slice(0, 2), [
      "task main of nobody: main at undefined",
      "task kid of main: sleep at instrumentRecorder.test.ts",
    ]);
    assert.match(lines.at(-1) as string, /^run ends|^lane: idle/);
  });

  test("takes less than eight bytes an event", async () => {
    const { events, eventCount } = await recorded(function* () {
      for (let left = 1000; left > 0; left--) yield* createTask(sleep(1));
    });
    assert.ok(events.length / eventCount < 8, String(events.length / eventCount));
  });

  test("has a limit that is a number", () => {
    assert.throws(() => new TraceRecorder({ maxEvents: 0 }), { name: "TypeError", message: /maxEvents/ });
  });
});

describe("a trace for Perfetto and Chrome's tracing page", () => {
  test("has a thread for each task, slices that nest, arrows in pairs, and times in order of magnitude", async () => {
    const trace = await recorded(function* () {
      const task = createTask(child(), { name: "kid" });
      yield* sleep(1);
      yield* task;
    });
    const { traceEvents, displayTimeUnit, otherData } = JSON.parse(JSON.stringify(toChromeTrace(trace)));
    assert.deepEqual([displayTimeUnit, otherData.title, otherData.dropped], ["ms", "program", 0]);
    const events = traceEvents as ChromeEvent[];
    for (const event of events) assertFits(event);
    assert.deepEqual(
      events.filter(({ name }) => name === "thread_name").map(({ args }) => args?.["name"]),
      ["the lane", "main", "kid (child)"],
    );
    assertNoOverlap(events);
    const starts = events.filter(({ ph }) => ph === "s").map(({ id }) => id);
    const ends = events.filter(({ ph }) => ph === "f").map(({ id }) => id);
    assert.ok(starts.length > 1);
    assert.deepEqual(starts, ends);
    const waits = events.filter(({ cat, tid }) => cat === "waiting" && tid === 2);
    assert.equal(waits.length, 1);
    assert.deepEqual(waits[0]?.name, "waits for a sleep");
    assert.match(String(waits[0]?.args?.["stack"]), /^child \(.*instrumentRecorder\.test\.[jt]s:\d+:\d+\)$/);
    assert.deepEqual(waits[0]?.args?.["wokenBy"], "timer");
  });
});

/** The fields that the format asks for, by the kind of event. */
function assertFits(event: ChromeEvent): void {
  const kinds: Record<string, string[]> = {
    M: ["args"],
    X: ["ts", "dur", "cat"],
    i: ["ts", "s", "cat"],
    s: ["ts", "id", "cat"],
    f: ["ts", "id", "cat", "bp"],
  };
  const needed = kinds[event.ph];
  assert.ok(needed, `an event of kind ${event.ph}`);
  for (const field of ["name", "pid", "tid", ...needed])
    assert.notEqual(
      (event as unknown as Record<string, unknown>)[field],
      undefined,
      `${field} of ${JSON.stringify(event)}`,
    );
  if (event.ph === "X") assert.ok((event.ts as number) >= 0 && (event.dur as number) >= 0, JSON.stringify(event));
}

/** Slices of one thread follow one another, or lie in one another. */
function assertNoOverlap(events: readonly ChromeEvent[]): void {
  const threads = new Map<string, ChromeEvent[]>();
  for (const event of events) {
    const thread = `${event.pid}.${event.tid}`;
    if (event.ph === "X") threads.set(thread, [...(threads.get(thread) ?? []), event]);
  }
  for (const slices of threads.values()) {
    const open: number[] = [];
    slices.sort((a, b) => (a.ts as number) - (b.ts as number) || (b.dur as number) - (a.dur as number));
    for (const { ts = 0, dur = 0 } of slices) {
      while (open.length > 0 && (open.at(-1) as number) <= ts) open.pop();
      const outer = open.at(-1);
      assert.ok(outer === undefined || ts + dur <= outer);
      open.push(ts + dur);
    }
  }
}
