import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  CancelledError,
  type CancelScope,
  coroutine,
  createTask,
  currentTask,
  Future,
  Lock,
  run,
  sleep,
  type Task,
  wait,
  withCancelScope,
} from "tsyncio";
import { captureTasks, stateText, type TaskNode } from "tsyncio/debug";
import { runWithVirtualTime } from "tsyncio/testing";

/** Gives what `console.log` shows of the values that the program yields from its function. */
async function shown(
  program: (show: (value: unknown) => void) => Generator<unknown, void, unknown>,
): Promise<string[]> {
  const texts: string[] = [];
  await run(
    coroutine(program)((value) => {
      const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY });
      texts.push(text.replace(/\n\s+(at|--) .*/g, "").replace(/\s+/g, " "));
    }),
  );
  return texts;
}

const work = coroutine(function* work(lock: Lock): Generator<unknown, number, unknown> {
  yield* lock.acquire();
  return 1;
});
const fail = coroutine(function* fail(): Generator<unknown, never, unknown> {
  yield* sleep(0);
  throw new RangeError("wrong");
});

describe("console.log", () => {
  test("shows the state of a coroutine", async () => {
    const texts = await shown(function* (show) {
      const made = work(new Lock());
      show(made);
      yield* made;
      show(made);
      const closed = work(new Lock());
      closed.close();
      show([closed]);
    });
    assert.deepEqual(texts, [
      "Coroutine { name: 'work', state: 'not begun' }",
      "Coroutine { name: 'work', state: 'ended' }",
      "[ Coroutine { name: 'work', state: 'ended' } ]",
    ]);
  });

  test("shows the state of a task, what it waits for, and how it has ended", async () => {
    const texts = await shown(function* (show) {
      const lock = new Lock();
      const guard = yield* lock.acquire();
      const task = createTask(work(lock), { name: "worker" });
      show(task);
      yield* sleep(0);
      show(task);
      guard.release();
      show(task);
      yield* task;
      show(task);
      const failing = createTask(fail(), { name: "failing" });
      try {
        yield* failing;
      } catch {}
      show(failing);
      const cancelled = createTask(sleep(1), { name: "cancelled" });
      yield* sleep(0);
      cancelled.cancel();
      show(cancelled);
      try {
        yield* cancelled;
      } catch (error) {
        assert.ok(error instanceof CancelledError);
      }
      show(cancelled);
    });
    const waits = "Lock.acquire() of Lock { locked: true, owner: main, tasksWaiting: 1 }";
    assert.deepEqual(texts, [
      "Task { name: 'worker', state: 'not begun', coroutines: 'work' }",
      `Task { name: 'worker', state: 'waiting', coroutines: 'work', waitsFor: '${waits}' }`,
      "Task { name: 'worker', state: 'ready', coroutines: 'work' }",
      "Task { name: 'worker', state: 'done', coroutines: 'work', result: 1 }",
      "Task { name: 'failing', state: 'failed', coroutines: 'fail', exception: RangeError: wrong }",
      "Task { name: 'cancelled', state: 'ready, cancelled', coroutines: 'sleep' }",
      "Task { name: 'cancelled', state: 'cancelled', coroutines: 'sleep' }",
    ]);
  });

  test("and the task graph say the same of a task, in each of its states", async () => {
    const said: string[] = [];
    const told: string[] = [];
    const look = (...tasks: Task<unknown>[]): void => {
      const { tasks: nodes } = captureTasks();
      for (const task of tasks) {
        said.push(`${task.name}: ${/state: '(.*?)'/.exec(inspect(task))?.[1]}`);
        told.push(`${task.name}: ${stateText(nodes.find(({ name }) => name === task.name) as TaskNode)}`);
      }
    };
    const cleaning = coroutine(function* cleaning() {
      try {
        yield* sleep("1h");
      } finally {
        yield* sleep(1);
      }
    });
    const turning = coroutine(function* turning() {
      for (let turn = 0; turn < 3; turn++) yield* sleep(0);
    });
    const scopes: CancelScope[] = [];
    const scoped = coroutine(function* scoped() {
      yield* withCancelScope((scope) => {
        scopes.push(scope);
        return cleaning();
      });
    });
    await runWithVirtualTime(
      coroutine(function* () {
        const a = createTask(cleaning(), { name: "a" });
        const b = createTask(turning(), { name: "b" });
        const c = createTask(scoped(), { name: "c" });
        look(currentTask() as Task<unknown>, a, b);
        yield* sleep(0);
        look(a, b);
        a.cancel();
        scopes[0]?.cancel();
        look(a);
        yield* sleep(0);
        look(a, c);
        yield* wait([a, b, c]);
      }),
    );
    assert.deepEqual(said, [
      "main: running",
      "a: not begun",
      "b: not begun",
      "a: waiting",
      "b: ready",
      "a: ready, cancelled",
      "a: waiting, cancelled",
      "c: waiting, cancelled",
    ]);
    assert.deepEqual(told, said);
  });

  test("shows the state of a future, and in the depth its class", () => {
    const done = new Future<number>();
    done.setResult(1);
    assert.equal(inspect([new Future(), done]), "[ Future { state: 'pending' }, Future { state: 'done', result: 1 } ]");
    assert.equal(inspect({ a: { b: { c: new Future() } } }, { depth: 1 }), "{ a: { b: [Object] } }");
    assert.equal(
      inspect({ a: { b: new Future() } }, { depth: 1, compact: 3, breakLength: 100 }),
      "{ a: { b: [Future] } }",
    );
  });
});
