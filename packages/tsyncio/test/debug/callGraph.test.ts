import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  Lock,
  run,
  shield,
  sleep,
  wait,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import {
  captureCallGraph,
  captureTasks,
  type FutureCallGraph,
  formatCallGraph,
  formatTasks,
  printCallGraph,
  printTasks,
  ringsOf,
} from "tsyncio/debug";
import { asyncGenerator, forAwait, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { type Form, inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

/** The names of the stacks, from the innermost, of the graph and of those that await it. */
type Names = [task: string, stack: string[], through: string, awaitedBy: Names[]];

function names(graph: FutureCallGraph | null): Names {
  assert.ok(graph);
  const { future, callStack, through, awaitedBy } = graph;
  return [(future as { name?: string }).name ?? "", callStack.map(({ name }) => name), through, awaitedBy.map(names)];
}

/** The column aside. */
function lines(graph: FutureCallGraph | null): string[] {
  return (graph?.callStack ?? []).map(({ at }) => at.replace(/^.*\//, "").replace(/:\d+$/, ""));
}

/** The line behind that of the call. */
function nextLine(): string {
  const line = new Error().stack?.split("\n")[2] ?? "";
  const [, file, number] = /^.*\/(.*):(\d+):\d+\)?$/.exec(line) ?? [];
  return `${file}:${Number(number) + 1}`;
}

function inVirtualTime(sentence: string, body: (form: Form) => () => any): void {
  inBothForms(sentence, (form) => runWithVirtualTime(body(form)));
}

describe("captureCallGraph", () => {
  test("outside a task is null, and its text is empty", () => {
    assert.equal(captureCallGraph(), null);
    assert.equal(formatCallGraph(), "");
  });

  inVirtualTime("a task that awaits a task", ({ fn, wait: awaits }) =>
    fn("main", function* () {
      const inner = fn("inner", function* () {
        yield* awaits(sleep(10));
      });
      const outer = fn("outer", function* () {
        yield* awaits(inner());
      });
      const child = createTask(outer(), { name: "child" });
      createTask(
        fn("observing", function* () {
          yield* awaits(sleep(1));
          const graph = captureCallGraph(child);
          assert.deepEqual(names(graph), ["child", ["inner", "outer"], "", [["main", ["main"], "", []]]]);
          assert.deepEqual([graph?.state, graph?.waitsFor?.kind, graph?.waitsFor?.due], ["waiting", "timer", 9]);
          assert.equal(graph?.awaitedBy[0]?.waitsFor?.text, "task 'child' (outer)");
        })(),
      );
      yield* awaits(child);
    }),
  );

  inVirtualTime(
    "the task that runs: exactly what is on, at whatever depth, after returns and beneath plain functions",
    ({ fn, wait: awaits }) => {
      const seen: Names[1][] = [];
      const helper = (): void => {
        seen.push(names(captureCallGraph())[1]);
      };
      const leaf = fn("leaf", function* () {
        helper();
      });
      const waits = fn("waits", function* () {
        yield* awaits(sleep(1));
        yield* awaits(leaf());
        helper();
      });
      return fn("main", function* () {
        helper();
        yield* awaits(waits());
        helper();
        yield* awaits(
          withTimeout("1s", () => {
            helper();
            return leaf();
          }),
        );
        assert.deepEqual(
          seen.map((stack) => stack.filter((name) => !/anonymous/.test(name))),
          [
            ["helper", "main"],
            ["helper", "leaf", "waits", "main"],
            ["helper", "waits", "main"],
            ["helper", "main"],
            ["helper", "main"],
            ["helper", "leaf", "main"],
          ],
        );
      });
    },
  );

  test(
    "lines are those of the awaits and calls",
    inLoop(function* () {
      const expected: string[] = [];
      const inner = coroutine(function* inner() {
        expected.push(nextLine());
        yield* new Future();
      });
      const outer = coroutine(function* outer() {
        expected.unshift(nextLine());
        yield* inner();
      });
      const task = createTask(outer());
      yield* sleep(1);
      assert.deepEqual(lines(captureCallGraph(task)), expected.reverse());
      const running = coroutine(function* running() {
        const at = nextLine();
        const graph = captureCallGraph();
        assert.equal(lines(graph)[0], at);
      });
      yield* running();
    }),
  );

  inVirtualTime("gather, shield, task group, timeout, wait", ({ fn, wait: awaits }) =>
    fn("main", function* () {
      const sleeper = fn("sleeper", function* () {
        yield* awaits(sleep(10));
      });
      const child = createTask(sleeper(), { name: "child" });
      const by = (name: string, body: () => any): void => {
        createTask(
          fn(name, function* () {
            yield* awaits(body());
          })(),
          { name },
        );
      };
      let member: Future<unknown> | undefined;
      by("gathers", () => gather(child, sleep(5)));
      by("shields", () => shield(child));
      by("limits", () => withTimeout("1s", () => child));
      by("observes", () => wait([child]));
      by("groups", () =>
        withTaskGroup((group) => {
          member = group.createTask(sleeper(), { name: "member" });
          return sleep(1);
        }),
      );
      yield* awaits(sleep(2));
      assert.deepEqual(names(captureCallGraph(child)), [
        "child",
        ["sleeper"],
        "",
        [
          ["gathers", ["gathers"], "gather", []],
          ["shields", ["shields"], "shield", []],
          ["limits", ["limits"], "", []],
          ["observes", ["observes"], "wait", []],
        ],
      ]);
      assert.deepEqual(names(captureCallGraph(member)), [
        "member",
        ["sleeper"],
        "",
        [["groups", ["groups"], "group", []]],
      ]);
    }),
  );

  test("async generators have their place and their line in the stack", async () => {
    let graph: FutureCallGraph | null = null;
    let at = "";
    const body = function* () {
      at = nextLine();
      yield sleep(10);
      yield yielded(1);
    };
    const main = coroutine(function* main(): Generator<unknown, void, any> {
      const lines = asyncGenerator(site("lines", import.meta.url, 1, 1), body as never, undefined, []);
      const task = createTask(
        coroutine(function* reads(): Generator<unknown, void, any> {
          yield* lines.next() as any;
        })(),
      );
      yield* sleep(1);
      graph = captureCallGraph(task);
      yield* task;
      yield* lines.return(undefined) as any;
    });
    await runWithVirtualTime(main);
    assert.deepEqual(names(graph)[1], ["lines", "reads"]);
    assert.equal(lines(graph)[0], at);
    assert.equal(typeof forAwait, "function");
  });

  test(
    "a future that is no task has no stack, and tells who awaits it; a done task has neither",
    inLoop(function* () {
      const future = new Future<void>();
      const waits = createTask(future, { name: "waits" });
      yield* sleep(1);
      assert.deepEqual(names(captureCallGraph(future)), ["", [], "", [["waits", [], "", []]]]);
      future.setResult();
      yield* waits;
      assert.deepEqual(names(captureCallGraph(waits)), ["waits", [], "", []]);
    }),
  );

  test(
    "tasks that await each other in a ring are told once each",
    inLoop(function* () {
      const a: Future<unknown> = createTask(
        coroutine(function* (): Generator<unknown, void, any> {
          yield* b;
        })(),
        { name: "a" },
      );
      const b: Future<unknown> = createTask(
        coroutine(function* (): Generator<unknown, void, any> {
          yield* a;
        })(),
        { name: "b" },
      );
      yield* sleep(1);
      const [, , , [[by, , , [[again, , , end]]]]] = names(captureCallGraph(a)) as any;
      assert.deepEqual([by, again, end], ["b", "a", []]);
      assert.deepEqual(
        ringsOf(captureTasks()).map((ring) => ring.length),
        [2],
      );
      a.cancel();
    }),
  );

  inVirtualTime(
    "limit keeps the innermost entries, or the outermost; depth leaves out the first ones of the task that runs",
    ({ fn, wait: awaits }) => {
      const stacks: string[][] = [];
      const third = fn("third", function* () {
        for (const options of [{ limit: 2 }, { limit: -1 }, { limit: 0 }, { depth: 2 }, { depth: 3 }])
          stacks.push(names(captureCallGraph(currentTask(), options))[1]);
      });
      const second = fn("second", function* () {
        yield* awaits(third());
      });
      return fn("main", function* () {
        yield* awaits(second());
        assert.deepEqual(stacks, [["third", "second"], ["main"], [], ["second", "main"], ["main"]]);
      });
    },
  );

  test("says what it takes", () => {
    assert.throws(() => captureCallGraph(1 as never), /TypeError: captureCallGraph takes a task or a future, not 1/);
    assert.throws(() => formatCallGraph({} as never), /TypeError: formatCallGraph takes a task or a future/);
  });
});

describe("formatCallGraph", () => {
  test(
    "has the task, its stack, what it waits for, and who awaits it",
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const locks = coroutine(function* locks() {
        yield* lock.acquire();
      });
      const task = createTask(locks(), { name: "child" });
      createTask(gather(task), { name: "parent" });
      yield* sleep(5);
      captureTasks();
      yield* sleep(5);
      const text = formatCallGraph(task)
        .replace(/\(.*\//g, "(")
        .replace(/:\d+:\d+/g, ":N")
        .replace(/id=\d+/g, "id=N");
      assert.equal(
        text,
        [
          "* Task(name='child', id=N)",
          "  + Call stack:",
          "  |   at async locks (callGraph.test.ts:N)",
          "  + Waits for: Lock held by task 'main', for at least 5 ms",
          "  + Awaited by:",
          "     * Task(name='parent', id=N), through a gather",
          "       + Waits for: a gather, of which 1 of 1 have not ended, for at least 5 ms",
        ].join("\n"),
      );
      const written: string[] = [];
      printCallGraph(task, { file: { write: (part) => written.push(part) } });
      assert.equal(
        written.join("").split("\n")[0],
        text.split("\n")[0]?.replace("N", String(captureCallGraph(task)?.id)),
      );
    }),
  );
});

describe("captureTasks", () => {
  test("has the tasks of all runs, from inside and outside of them; those that wait for each other for ever come first in the text", async (t) => {
    const log = t.mock.method(console, "log", () => {});
    let done = (): void => {};
    const until = new Promise<void>((resolve) => (done = resolve));
    let ready = (): void => {};
    const begun = new Promise<void>((resolve) => (ready = resolve));
    const running = run(
      coroutine(function* main() {
        const [a, b] = [new Lock(), new Lock()];
        const transfer = coroutine(function* transfer(from: Lock, to: Lock) {
          yield* from.acquire();
          yield* sleep(0);
          yield* to.acquire();
        });
        createTask(transfer(a, b), { name: "one" });
        createTask(transfer(b, a), { name: "two" });
        const last = createTask(until);
        for (let turns = 0; turns < 5; turns++) yield* sleep(0);
        ready();
        yield* last;
      }),
    );
    await begun;
    const text = formatTasks(captureTasks(), { limit: 3 })
      .replace(/\(\S*\/(\S*?):\d+:\d+\)/g, "($1)")
      .replace(/, for .*/g, "");
    assert.equal(
      text,
      [
        "    2 tasks wait for each other:",
        "        task 'one' (transfer) waits for Lock held by task 'two'",
        "            at transfer (callGraph.test.ts)",
        "        task 'two' (transfer) waits for Lock held by task 'one'",
        "            at transfer (callGraph.test.ts)",
        "    task 'main' (main) waits for task 'Task-N' (promise)",
        "        at main (callGraph.test.ts)",
        "    … and 1 more",
      ]
        .join("\n")
        .replace("Task-N", /Task-\d+/.exec(text)?.[0] ?? ""),
    );
    printTasks();
    assert.match(String(log.mock.calls[0]?.arguments[0]), /2 tasks wait for each other/);
    done();
    await running;
  });
});
