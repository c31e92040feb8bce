import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  gather,
  getRunningLoop,
  Lock,
  moveOnAfter,
  type Report,
  run,
  sleep,
  Task,
  until,
} from "tsyncio";
import { addInstrument, describeWaited, type Instrument, removeInstrument } from "tsyncio/debug";
import { runWithVirtualTime } from "tsyncio/testing";
import { collectReports } from "../support/reports.js";

/** The events, and how much each tells. */
const ARGUMENTS: Readonly<Record<keyof Instrument, number>> = {
  beforeRun: 0,
  afterRun: 0,
  taskSpawned: 2,
  taskScheduled: 2,
  beforeTaskStep: 1,
  taskWaits: 2,
  afterTaskStep: 1,
  taskCancelled: 3,
  scopeCancelled: 3,
  taskExited: 3,
  beforeCallback: 1,
  afterCallback: 1,
  beforeIoWait: 1,
  afterIoWait: 0,
};
const EVENTS = Object.keys(ARGUMENTS) as (keyof Instrument)[];

/** An instrument that notes each event as a line, those that are named or all. */
function noting(events: readonly (keyof Instrument)[] = EVENTS): { lines: string[]; instrument: Instrument } {
  const lines: string[] = [];
  const word = (value: unknown): string =>
    value instanceof Task
      ? value.name
      : typeof value === "object" && value !== null
        ? value instanceof Error
          ? String(value)
          : "describe" in value
            ? describeWaited(value)
            : value.constructor.name
        : String(value);
  const instrument = Object.fromEntries(
    events.map((event) => [
      event,
      (...args: unknown[]) => lines.push([event, ...args.slice(0, ARGUMENTS[event]).map(word)].join(" ")),
    ]),
  );
  return { lines, instrument };
}

/** What an instrument is told while a program runs in virtual time. */
async function told(body: () => Generator<unknown, unknown, any>, events?: readonly (keyof Instrument)[]) {
  const { lines, instrument } = noting(events);
  addInstrument(instrument);
  try {
    await runWithVirtualTime(coroutine(body));
  } finally {
    removeInstrument(instrument);
  }
  return lines;
}

const OF_TASKS = EVENTS.filter((event) => !/Run|Callback|IoWait/.test(event));

describe("an instrument", () => {
  test("is told of a task from its making to its end", async () => {
    const work = coroutine(function* work() {
      yield* sleep(10);
      return "done";
    });
    const lines = await told(function* () {
      yield* createTask(work(), { name: "worker" });
    });
    assert.deepEqual(lines, [
      "beforeRun",
      "taskSpawned main null",
      "taskScheduled main platform",
      "afterIoWait",
      "beforeTaskStep main",
      "taskSpawned worker main",
      "taskScheduled worker main",
      "taskWaits main worker",
      "afterTaskStep main",
      "beforeIoWait 0",
      "afterIoWait",
      "beforeTaskStep worker",
      "taskWaits worker a sleep",
      "afterTaskStep worker",
      "beforeIoWait 10",
      "afterIoWait",
      "beforeCallback timer",
      "taskScheduled worker timer",
      "afterCallback timer",
      "beforeTaskStep worker",
      "taskScheduled main worker",
      "taskExited worker result done",
      "afterTaskStep worker",
      "beforeTaskStep main",
      "taskExited main result undefined",
      "afterTaskStep main",
      "beforeCallback done",
      "afterCallback done",
      "beforeCallback loop",
      "afterRun",
      "afterCallback loop",
      "beforeIoWait Infinity",
    ]);
  });

  test("is told who cancelled what, and how it ended", async () => {
    const stubborn = coroutine(function* () {
      try {
        yield* sleep("1h");
      } finally {
        yield* sleep(1);
      }
    });
    const failing = coroutine(function* () {
      throw new Error("no");
    });
    const lines = await told(
      function* () {
        const first = createTask(stubborn(), { name: "first" });
        createTask(failing(), { name: "second" }).addDoneCallback((task) => task.exception());
        yield* sleep(1);
        first.cancel("enough");
        yield* sleep(5);
        yield* moveOnAfter(20, () => sleep("1h"));
      },
      ["taskCancelled", "scopeCancelled", "taskExited"],
    );
    assert.deepEqual(lines, [
      "taskExited second error Error: no",
      "taskCancelled first main enough",
      "taskExited first cancelled enough",
      "scopeCancelled main CancelScope deadline",
      "taskExited main result undefined",
    ]);
  });

  test("learns who woke a task: another one, through a gather and a lock as well, a callback, a timer, a promise", async () => {
    const lock = new Lock();
    const child = coroutine(function* child(delay: number) {
      yield* sleep(delay);
    });
    const locked = coroutine(function* locked() {
      yield* lock.acquire();
    });
    const lines = await told(
      function* () {
        yield* gather(child(1), createTask(child(2), { name: "slow child" }));
        yield* lock.acquire();
        const waiter = createTask(locked(), { name: "waiter" });
        yield* sleep(0);
        lock.release();
        yield* waiter;
        const loop = getRunningLoop();
        const future = loop.createFuture<void>();
        loop.callLater(3, function finish() {
          future.setResult();
        });
        yield* future;
        yield* until(Promise.resolve());
      },
      ["taskScheduled"],
    );
    assert.deepEqual(
      lines.filter((line) => !line.includes("Task-")),
      [
        "taskScheduled main platform",
        "taskScheduled slow child main",
        "taskScheduled slow child timer",
        "taskScheduled main slow child",
        "taskScheduled waiter main",
        "taskScheduled main main",
        "taskScheduled waiter main",
        "taskScheduled main waiter",
        "taskScheduled main callback finish",
        "taskScheduled main platform",
      ],
    );
  });

  test("sees the first step of an eager task inside the step that made it", async () => {
    const work = coroutine(function* () {
      yield* sleep(1);
    });
    const lines = await told(function* () {
      createTask(work(), { name: "eager", eager: true });
    }, OF_TASKS);
    assert.deepEqual(lines.slice(2, 8), [
      "beforeTaskStep main",
      "taskSpawned eager main",
      "beforeTaskStep eager",
      "taskWaits eager a sleep",
      "afterTaskStep eager",
      "taskExited main result undefined",
    ]);
  });

  test("that throws is reported and removed, and the others go on", async () => {
    const error = new Error("broken");
    let calls = 0;
    const { lines, instrument } = noting(["taskExited"]);
    const broken: Instrument = {
      beforeTaskStep() {
        calls++;
        throw error;
      },
    };
    addInstrument(broken);
    addInstrument(instrument);
    let reports: Report[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        addInstrument(broken);
        yield* sleep(1);
      }),
    );
    removeInstrument(instrument);
    assert.equal(removeInstrument(broken), false);
    assert.equal(calls, 2);
    assert.deepEqual(lines, ["taskExited main result undefined"]);
    assert.deepEqual(reports, [
      { message: "an instrument threw in beforeTaskStep(), and was removed", exception: error },
    ]);
  });

  test("is told nothing once it was removed, and leaves the kernel's methods as they were", async () => {
    const before = [Task.prototype.run, Task.prototype.cancel, Task.prototype.settle];
    const { lines, instrument } = noting();
    addInstrument(instrument);
    addInstrument(instrument);
    assert.notDeepEqual([Task.prototype.run, Task.prototype.cancel, Task.prototype.settle], before);
    assert.equal(removeInstrument(instrument), true);
    assert.equal(removeInstrument(instrument), false);
    await runWithVirtualTime(coroutine(function* () {}));
    assert.deepEqual(lines, []);
    assert.deepEqual([Task.prototype.run, Task.prototype.cancel, Task.prototype.settle], before);
  });

  test("that is installed by a task hears of what comes next", async () => {
    const { lines, instrument } = noting(OF_TASKS);
    await run(
      coroutine(function* () {
        addInstrument(instrument);
        yield* sleep(0);
        removeInstrument(instrument);
      }),
    );
    assert.deepEqual(lines, ["taskScheduled main main", "beforeTaskStep main"]);
  });

  test("hears of steps that run in a store of AsyncLocalStorage too", async () => {
    const { lines, instrument } = noting(["beforeTaskStep", "afterTaskStep"]);
    const storage = new AsyncLocalStorage<number>();
    await run(
      coroutine(function* () {
        storage.run(1, () => {});
        yield* sleep(0);
        addInstrument(instrument);
        yield* createTask(sleep(0), { name: "stored" });
        removeInstrument(instrument);
      }),
    );
    assert.deepEqual(lines, [
      "beforeTaskStep stored",
      "afterTaskStep stored",
      "beforeTaskStep stored",
      "afterTaskStep stored",
      "beforeTaskStep main",
    ]);
  });

  test("has to be an object", () => {
    assert.throws(() => addInstrument((() => {}) as never), {
      name: "TypeError",
      message: /an object with methods of an Instrument/,
    });
  });
});
