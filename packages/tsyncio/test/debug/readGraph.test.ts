import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import {
  asCompleted,
  CapacityLimiter,
  coroutine,
  createTask,
  Event,
  Future,
  gather,
  Lock,
  Queue,
  Runner,
  RwLock,
  run,
  Semaphore,
  shield,
  sleep,
  wait,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { type GraphWithGenerators, type ReadOptions, readGraph, type TaskGraph, type TaskNode } from "tsyncio/debug";
import { asyncGenerator, plain, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { forms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

function graph(options?: ReadOptions): TaskGraph {
  const read = readGraph(options);
  assert.ok(read);
  return read;
}

function node(name: string, of: TaskGraph = graph()): TaskNode {
  const found = of.tasks.find((task) => task.name === name);
  assert.ok(found, `no task ${name}`);
  return found;
}

/** What the task waits for, with names in place of numbers. */
function waits(name: string): { kind: string; text: string; tasks: (string | undefined)[] } {
  const all = graph();
  const { waitsFor } = node(name, all);
  assert.ok(waitsFor, `${name} does not wait`);
  const tasks = waitsFor.tasks.map((id) => all.tasks.find((task) => task.id === id)?.name);
  return { kind: waitsFor.kind, text: waitsFor.text, tasks };
}

function awaited(name: string): { task: string | undefined; through: string }[] {
  const all = graph();
  return node(name, all).awaited.map(({ task, through }) => ({
    task: all.tasks.find(({ id }) => id === task)?.name,
    through,
  }));
}

const forever = coroutine(function* forever() {
  yield* new Future();
});

describe("readGraph", () => {
  test(
    "its source text alone reads the same",
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      createTask(lock.acquire(), { name: "second" });
      createTask(gather(forever(), sleep("1m")), { name: "third" });
      yield* sleep(1);
      const sent = new Function(`return ${readGraph.toString()}`)() as typeof readGraph;
      readGraph();
      assert.deepEqual(sent(), readGraph());
    }),
  );

  test("is null where no tsyncio is loaded", () => {
    assert.equal(runInContext(`(${readGraph.toString()})()`, createContext({})), null);
  });

  test("finds the tasks of all runs, those that a Runner has left between its runs too, and nothing when they have ended", async () => {
    const runner = new Runner();
    const before = graph().tasks.length;
    await runner.run(() => {
      createTask(forever(), { name: "left by the runner" });
    });
    await run(() => {
      createTask(forever(), { name: "of a run" });
      const runs = ["left by the runner", "of a run"].map((name) => node(name).run);
      assert.notEqual(runs[0], runs[1]);
    });
    assert.equal(node("left by the runner").state, "waiting");
    await runner.close();
    assert.equal(graph().tasks.length, before);
  });

  test("finds the task that ends a run", async () => {
    let seen: string[] = [];
    const lines: AsyncGenerator<unknown> = asyncGenerator(
      site("lines", "file:///lines.ts", 1, 1),
      function* () {
        try {
          yield yielded(1);
        } finally {
          seen = graph().tasks.map(({ name }) => name);
        }
      } as never,
      undefined,
      [],
    );
    await run(() => lines.next());
    assert.ok(seen.includes("ending the run"), String(seen));
  });

  test(
    "states: not begun, running, waiting, ready, being cancelled",
    inLoop(function* () {
      const future = new Future<void>();
      const waiter = coroutine(function* () {
        yield* future;
      });
      const cleaning = coroutine(function* () {
        try {
          yield* new Future();
        } finally {
          yield* sleep(10);
        }
      });
      createTask(waiter(), { name: "a" });
      const b = createTask(cleaning(), { name: "b" });
      assert.deepEqual([node("a").state, node("main").state], ["not begun", "running"]);
      yield* sleep(0);
      assert.deepEqual([node("a").state, node("b").cancelling], ["waiting", false]);
      future.setResult();
      b.cancel();
      assert.deepEqual([node("a").state, node("b").cancelling], ["ready", true]);
      yield* sleep(1);
      assert.deepEqual([node("b").state, node("b").cancelling, waits("b").text], ["waiting", true, "a sleep"]);
      assert.deepEqual(
        node("b").stack.map(({ cleansUp }) => cleansUp),
        [true],
      );
    }),
  );

  test(
    "what has no generator is on the stack of its task with its definition: a function without an await, a sleep",
    inLoop(function* () {
      const endless = (): Future<void> => new Future();
      createTask(plain(site("plain", "file:///plain.ts", 3, 1), endless, undefined), { name: "plain" });
      createTask(sleep("1h"), { name: "sleep" });
      const entry = { at: "", madeAt: "", cleansUp: false, suspended: -1 };
      const look = (): unknown => {
        const all = graph({ generators: true });
        return ["plain", "sleep"].map((name) => [node(name, all).state, node(name, all).stack]);
      };
      const stacks = [
        [{ name: "plain", library: false, definition: "file:///plain.ts:3:1", ...entry }],
        [{ name: "sleep", library: true, definition: "", ...entry }],
      ];
      const expected = (state: string) => stacks.map((stack) => [state, stack]);
      assert.deepEqual(look(), expected("not begun"));
      yield* sleep(0);
      assert.deepEqual(look(), expected("waiting"));
    }),
  );

  for (const { name: form, fn, wait: awaits } of forms)
    test(`${form}: the stack of a task stands from the outermost coroutine to the innermost, each with its generator`, () =>
      runWithVirtualTime(
        fn("main", function* () {
          const third = fn("third", function* () {
            yield* awaits(new Future());
          });
          const second = fn("second", function* () {
            yield* awaits(third());
          });
          const first = fn("first", function* () {
            yield* awaits(withTimeout("5s", second));
          });
          createTask(first(), { name: "a" });
          createTask(first(), { name: "not begun" });
          assert.deepEqual(
            node("not begun").stack.map(({ name }) => name),
            ["first"],
          );
          yield* awaits(sleep(1));
          const all: GraphWithGenerators | null = readGraph({ generators: true });
          assert.ok(all);
          const { stack, deadline } = node("a", all);
          assert.deepEqual(
            stack.map(({ name, library }) => (library ? `(${name})` : name)),
            ["first", "(withTimeout)", "second", "third"],
          );
          assert.equal(deadline, 4999);
          for (const { suspended, library } of stack) {
            const generator: unknown = all.generators[suspended];
            if (library) assert.equal(suspended, -1);
            else assert.equal(Object.prototype.toString.call(generator), "[object Generator]");
          }
          assert.equal(new Set(stack.map(({ suspended }) => suspended)).size, 4);
        }),
      ));

  test(
    "waits: tasks, gather, shield, group, wait, asCompleted, with the edges in both directions",
    inLoop(function* () {
      const child = createTask(forever(), { name: "child" });
      createTask(child, { name: "direct" });
      createTask(gather(child, sleep("1m")), { name: "gatherer" });
      createTask(shield(child), { name: "shielding" });
      createTask(wait([child]), { name: "observer" });
      createTask(
        coroutine(function* () {
          for (const next of asCompleted([child])) yield* next;
        })(),
        { name: "iterating" },
      );
      createTask(
        withTaskGroup((group) => {
          group.createTask(forever(), { name: "in the group" });
        }),
        { name: "owner" },
      );
      child.then(() => {}).catch(() => {});
      yield* sleep(1);
      assert.deepEqual(waits("direct"), { kind: "task", text: "task 'child' (forever)", tasks: ["child"] });
      assert.equal(waits("gatherer").kind, "gather");
      assert.equal(waits("gatherer").text, "a gather, of which 2 of 2 have not ended");
      assert.deepEqual(waits("shielding"), { kind: "shield", text: "a shield of task 'child'", tasks: ["child"] });
      assert.deepEqual(waits("observer"), { kind: "wait", text: "1 of 1 futures", tasks: ["child"] });
      assert.deepEqual(waits("iterating"), { kind: "asCompleted", text: "the next of 1 task", tasks: ["child"] });
      assert.deepEqual(waits("owner"), { kind: "group", text: "a task group, of 1 task", tasks: ["in the group"] });
      assert.deepEqual(awaited("child"), [
        { task: "gatherer", through: "gather" },
        { task: "shielding", through: "shield" },
        { task: undefined, through: "" },
        { task: "direct", through: "" },
        { task: "observer", through: "wait" },
        { task: "iterating", through: "asCompleted" },
      ]);
      assert.deepEqual(awaited("in the group"), [{ task: "owner", through: "group" }]);
      assert.equal(node("in the group").parent, node("owner").id);
      assert.equal(node("child").parent, null);
    }),
  );

  test(
    "waits: primitives tell who holds them, also where that task has ended",
    inLoop(function* () {
      const lock = new Lock();
      const left = new Lock();
      const semaphore = new Semaphore(2);
      const limiter = new CapacityLimiter(1);
      const readWrite = new RwLock();
      yield* lock.acquire();
      createTask(lock.acquire(), { name: "locked" });
      yield* semaphore.acquire();
      yield* semaphore.acquire();
      createTask(semaphore.acquire(), { name: "no permit" });
      yield* limiter.acquire();
      createTask(limiter.acquire(), { name: "no token" });
      yield* readWrite.write();
      createTask(readWrite.read(), { name: "reader" });
      yield* createTask(left.acquire(), { name: "gone" });
      createTask(left.acquire(), { name: "for ever" });
      yield* sleep(1);
      assert.deepEqual(waits("locked"), { kind: "lock", text: "Lock held by task 'main'", tasks: ["main"] });
      assert.equal(waits("no permit").text, "Semaphore, taken last by task 'main'");
      assert.equal(waits("no token").text, "CapacityLimiter held by task 'main'");
      assert.equal(waits("reader").text, "RwLock held by task 'main'");
      assert.deepEqual(waits("for ever"), {
        kind: "lock",
        text: "Lock held by task 'gone', which has ended",
        tasks: ["gone"],
      });
      assert.equal(node("gone").state, "done");
    }),
  );

  test(
    "waits: timers with their due time, queues, events, promises, futures",
    inLoop(function* () {
      const queue = new Queue();
      createTask(sleep("1m"), { name: "timer" });
      createTask(queue.get(), { name: "getter" });
      createTask(new Event().wait(), { name: "event" });
      createTask(new Future(), { name: "future" });
      let resolve = (): void => {};
      createTask(new Promise<void>((fulfil) => (resolve = fulfil)), { name: "promise" });
      yield* sleep(0);
      yield* sleep(0);
      const kinds = ["timer", "getter", "event", "future", "promise"].map((name) => waits(name));
      assert.deepEqual(
        kinds.map(({ kind, text }) => [kind, text]),
        [
          ["timer", "a sleep"],
          ["queue", "Queue.get()"],
          ["event", "Event.wait()"],
          ["future", "a future"],
          ["promise", "a native promise"],
        ],
      );
      resolve();
      yield* sleep("20s");
      assert.deepEqual(
        [node("timer").waitsFor?.due, node("timer").waited, node("timer").waitedMore],
        [40_000, 20_000, false],
      );
      // Of another wait only what lies behind the first look is known.
      assert.deepEqual([node("getter").waited, node("getter").waitedMore], [20_000, true]);
    }),
  );

  test(
    "a task keeps its number from look to look, and stacks are left out where nobody asks for them",
    inLoop(function* () {
      createTask(forever(), { name: "a" });
      yield* sleep(1);
      const { id, stack } = node("a");
      assert.deepEqual([node("a").id, stack.length, node("a", graph({ only: [] })).stack.length], [id, 1, 0]);
      assert.deepEqual(node("a", graph({ only: [id] })).stack, stack);
    }),
  );
});
