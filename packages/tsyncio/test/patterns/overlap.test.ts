/** drop, restart, enqueue, keepLatest. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  moveOnAfter,
  type Report,
  sleep,
  type Task,
} from "tsyncio";
import { drop, enqueue, keepLatest, restart } from "tsyncio/patterns";
import { runWithVirtualTime } from "tsyncio/testing";
import { type Form, inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";
import { collectReports, messages } from "../support/reports.js";

type Job = (name: string) => Coroutine<string>;
type Policy = (fn: Job) => Job;
const policies = { drop, restart, enqueue, keepLatest } as Record<string, Policy>;

/** Works for 10 ms, and cleans up for 2 where it is cancelled; notes what happens, and that it is never on twice. */
function job(events: string[], { fn, wait }: Form): Job {
  let running = 0;
  return fn("job", function* (name: string) {
    assert.equal(++running, 1);
    events.push(`${name} begins`);
    let ended = false;
    try {
      yield* wait(sleep(10));
      if (name.startsWith("bad")) throw new Error(name);
      ended = true;
      return `${name}'s result`;
    } finally {
      if (!ended) {
        yield* wait(sleep(2));
        events.push(`${name} cleaned`);
      } else events.push(`${name} ends`);
      running--;
    }
  });
}

/** Calls four times, 3 ms apart; gives what each caller got. */
const fourCalls = coroutine(function* (call: Job) {
  const tasks: Task<unknown>[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    tasks.push(createTask(outcome(call(name))));
    yield* sleep(3);
  }
  return yield* gather(tasks);
});

const expectations: Record<string, [outcomes: string[], events: string[]]> = {
  drop: [
    ["a's result", "cancelled", "cancelled", "cancelled"],
    ["a begins", "a ends"],
  ],
  restart: [
    ["cancelled", "cancelled", "cancelled", "d's result"],
    ["a begins", "a cleaned", "b begins", "b cleaned", "c begins", "c cleaned", "d begins", "d ends"],
  ],
  enqueue: [
    ["a's result", "b's result", "c's result", "d's result"],
    ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends", "d begins", "d ends"],
  ],
  keepLatest: [
    ["a's result", "cancelled", "cancelled", "d's result"],
    ["a begins", "a ends", "d begins", "d ends"],
  ],
};

describe("calls that overlap", () => {
  for (const [name, [outcomes, sequence]] of Object.entries(expectations)) {
    inBothForms(`are served as ${name} says, and are never on at the same time`, async (form) => {
      const events: string[] = [];
      const call = (policies[name] as Policy)(job(events, form));
      assert.deepEqual(await runWithVirtualTime(fourCalls(call)), outcomes);
      assert.deepEqual(events, sequence);
    });
  }

  inBothForms("that come at once, in one turn", async (form) => {
    const seen: Record<string, unknown> = {};
    for (const [name, policy] of Object.entries(policies)) {
      const events: string[] = [];
      const call = policy(job(events, form));
      const main = form.fn("main", function* () {
        return yield* form.wait(gather(["a", "b", "c"].map((each) => outcome(call(each)))));
      });
      seen[name] = [await runWithVirtualTime(main()), events.filter((event) => event.endsWith("begins")).join()];
    }
    assert.deepEqual(seen, {
      drop: [["a's result", "cancelled", "cancelled"], "a begins"],
      restart: [["cancelled", "cancelled", "c's result"], "a begins,c begins"],
      enqueue: [["a's result", "b's result", "c's result"], "a begins,b begins,c begins"],
      keepLatest: [["a's result", "cancelled", "c's result"], "a begins,c begins"],
    });
  });

  test(
    "and do not: every call runs",
    inLoop(function* () {
      for (const policy of Object.values(policies)) {
        const call = policy((name) => sleep(1, name));
        assert.deepEqual([yield* call("a"), yield* call("b"), yield* call("c")], ["a", "b", "c"]);
      }
    }),
  );

  test(
    "a call that is given up says why",
    inLoop(function* () {
      const reasons: Record<string, unknown> = {};
      for (const [name, policy] of Object.entries(policies)) {
        const work = (): Coroutine<string> => sleep(10, "");
        const call = policy(work);
        const tasks = ["a", "b", "c"].map((each) => createTask(call(each)));
        const errors: unknown[] = [];
        for (const task of tasks) {
          try {
            yield* task;
            errors.push(null);
          } catch (error) {
            assert.ok(error instanceof CancelledError);
            assert.equal(task.cancelled(), true);
            errors.push(error.reason);
          }
        }
        reasons[name] = errors;
      }
      assert.deepEqual(reasons, {
        drop: [null, "'work' is running", "'work' is running"],
        restart: ["'work' was restarted", "'work' was restarted", null],
        enqueue: [null, null, null],
        keepLatest: [null, "'work' was called again", null],
      });
    }),
  );

  test("a call that is given up and not awaited by anybody is not reported", async () => {
    await runWithVirtualTime(
      coroutine(function* () {
        const reports = collectReports();
        for (const policy of Object.values(policies)) {
          const call = policy((name) => sleep(10, name));
          for (const name of ["a", "b", "c"]) createTask(call(name));
          yield* sleep(100);
        }
        assert.deepEqual(messages(reports), []);
      }),
    );
  });
});

describe("a caller that is cancelled", () => {
  for (const name of Object.keys(policies)) {
    inBothForms(`cancels its run, after whose clean-up others run (${name})`, async (form) => {
      const events: string[] = [];
      const call = (policies[name] as Policy)(job(events, form));
      await runWithVirtualTime(
        coroutine(function* () {
          const task = createTask(call("a"));
          yield* sleep(5);
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
          assert.deepEqual(events, ["a begins", "a cleaned"]);
          assert.equal(yield* call("b"), "b's result");
          // A time limit is a cancellation too.
          assert.equal(yield* moveOnAfter(3, () => call("c")), undefined);
          assert.deepEqual(events.slice(-2), ["c begins", "c cleaned"]);
          assert.equal(yield* call("d"), "d's result");
        }),
      );
    });
  }

  test(
    "while it waits for its turn leaves the queue",
    inLoop(function* () {
      for (const policy of [enqueue, keepLatest] as Policy[]) {
        const began: string[] = [];
        const call = policy((name) => {
          began.push(name);
          return sleep(10, name);
        });
        const a = createTask(call("a"));
        const b = createTask(call("b"));
        yield* sleep(1);
        b.cancel();
        const c = createTask(call("c"));
        assert.deepEqual([yield* outcome(a), yield* outcome(b), yield* outcome(c)], ["a", "cancelled", "c"]);
        assert.deepEqual(began, ["a", "c"]);
      }
    }),
  );

  test(
    "in the turn in which it gets its turn hands it on",
    inLoop(function* () {
      for (const order of ["cancel first", "turn first"]) {
        const call = enqueue((name: string) => sleep(10, name));
        const a = createTask(call("a"));
        const b = createTask(call("b"));
        const c = createTask(call("c"));
        if (order === "turn first") yield* a;
        else yield* sleep(10);
        b.cancel();
        assert.deepEqual([yield* outcome(b), yield* outcome(c)], ["cancelled", "c"], order);
      }
    }),
  );

  test(
    "before its first step was never there",
    inLoop(function* () {
      for (const policy of Object.values(policies)) {
        const call = policy((name) => sleep(10, name));
        const a = createTask(call("a"));
        a.cancel();
        assert.equal(yield* call("b"), "b");
      }
    }),
  );

  test(
    "and restarted: its clean-up is not interrupted by further calls",
    inLoop(function* () {
      const events: string[] = [];
      const call = restart(
        coroutine(function* (name: string) {
          try {
            yield* sleep(10);
            events.push(`${name} ends`);
          } finally {
            yield* sleep(20);
            events.push(`${name} cleaned`);
          }
        }),
      );
      const tasks: Task<unknown>[] = [];
      for (const name of ["a", "b", "c"]) {
        tasks.push(createTask(outcome(call(name))));
        yield* sleep(5);
      }
      assert.deepEqual(yield* gather(tasks), ["cancelled", "cancelled", undefined]);
      assert.deepEqual(events, ["a cleaned", "c ends", "c cleaned"]);
    }),
  );
});

describe("the clean-up of a run that its caller's cancellation ends", () => {
  /** The work is done by the run itself, or by a task that it awaits: the cancellation is forwarded then. */
  for (const [where, start] of Object.entries({
    "the run": (work: Coroutine<void>): Coroutine<void> => work,
    "a task that it awaits": (work: Coroutine<void>): Coroutine<void> => createTask(work) as never,
  })) {
    test(
      `is not interrupted by calls that come meanwhile (${where})`,
      inLoop(function* () {
        const events: string[] = [];
        const work = coroutine(function* (name: string) {
          try {
            yield* sleep(10);
            events.push(`${name} ends`);
          } finally {
            yield* sleep(20);
            events.push(`${name} cleaned`);
          }
        });
        const call = restart((name: string) => start(work(name)));
        const a = createTask(call("a"));
        yield* sleep(5);
        a.cancel();
        yield* sleep(5);
        const b = createTask(call("b"));
        yield* sleep(5);
        yield* call("c");
        assert.deepEqual([yield* outcome(a), yield* outcome(b)], ["cancelled", "cancelled"]);
        assert.deepEqual(events, ["a cleaned", "c ends", "c cleaned"]);
      }),
    );
  }

  test(
    "is itself a run that can be restarted",
    inLoop(function* () {
      const call = restart((name: string) => sleep(20, name));
      const task = createTask(
        coroutine(function* () {
          try {
            yield* sleep("1h");
          } finally {
            yield* outcome(call("in the clean-up"));
          }
        })(),
      );
      yield* sleep(1);
      task.cancel();
      yield* sleep(5);
      assert.equal(yield* call("next"), "next");
      assert.equal(getRunningLoop().time(), 26);
    }),
  );
});

describe("errors", () => {
  for (const name of Object.keys(policies)) {
    inBothForms(`go to the caller, and the next call runs (${name})`, async (form) => {
      const call = (policies[name] as Policy)(job([], form));
      await runWithVirtualTime(
        coroutine(function* () {
          assert.equal(yield* outcome(call("bad")), "Error: bad");
          assert.equal(yield* call("good"), "good's result");
        }),
      );
    });
  }

  test(
    "of a clean-up go to the caller whose run was cancelled, and the next runs",
    inLoop(function* () {
      const call = restart(
        coroutine(function* (name: string) {
          try {
            yield* sleep(10);
            return name;
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: what is tested
            if (name === "a") throw new Error("clean-up");
          }
        }),
      );
      const a = createTask(call("a"));
      yield* sleep(1);
      assert.equal(yield* call("b"), "b");
      assert.equal(yield* outcome(a), "Error: clean-up");
    }),
  );

  test("a bare generator, and what is no function", async () => {
    assert.throws(() => drop(5 as never), { name: "TypeError", message: /drop takes a function/ });
    const call = enqueue(function* () {} as never);
    const error = await runWithVirtualTime(() => outcome(call()));
    assert.match(String(error), /TypeError: .*bare generator/);
  });
});

describe("a call inside itself", () => {
  const recursive = (policy: Policy, how: (again: Coroutine<string>) => Coroutine<unknown>): Job => {
    const call: Job = policy(
      coroutine(function* work(name: string): Generator<unknown, string, unknown> {
        yield* sleep(1);
        return name === "inner" ? name : `outer, ${yield* outcome(how(call("inner")))}`;
      }),
    );
    return call;
  };

  test(
    "that is awaited would wait for itself, and says so; with drop it is dropped",
    inLoop(function* () {
      for (const [name, policy] of Object.entries(policies)) {
        const call = recursive(policy, (again) => again);
        const result = yield* call("outer");
        const told =
          "InvalidStateError: 'work' was called inside itself and would wait for itself; use createTask(work(…))";
        assert.equal(result, `outer, ${name === "drop" ? "cancelled" : told}`);
      }
    }),
  );

  test(
    "in a task of its own is a call like any other",
    inLoop(function* () {
      const tasks: Task<unknown>[] = [];
      const detached = (again: Coroutine<string>): Coroutine<unknown> => {
        tasks.push(createTask(outcome(again)));
        return sleep(5);
      };
      const seen: Record<string, unknown> = {};
      for (const [name, policy] of Object.entries(policies)) {
        const result = yield* outcome(recursive(policy, detached)("outer"));
        seen[name] = [result, yield* outcome(tasks.pop() as Task)];
      }
      assert.deepEqual(seen, {
        drop: ["outer, undefined", "cancelled"],
        restart: ["cancelled", "inner"],
        enqueue: ["outer, undefined", "inner"],
        keepLatest: ["outer, undefined", "inner"],
      });
    }),
  );
});

describe("the function that is given back", () => {
  test(
    "keeps this, arguments, name and length, and is lazy",
    inLoop(function* () {
      class Counter {
        count = 0;
        add = enqueue(
          coroutine(function* add(this: Counter, by: number, _times: number) {
            yield* sleep(1);
            this.count += by;
            return this.count;
          }),
        );
      }
      const counter = new Counter();
      const lazy = counter.add(2, 1);
      yield* sleep(5);
      assert.equal(counter.count, 0);
      assert.equal(yield* lazy, 2);
      assert.deepEqual([counter.add.name, counter.add.length], ["add", 2]);
    }),
  );

  test(
    "runs in the task of its caller",
    inLoop(function* () {
      const call = restart(() => ({ task: currentTask() }));
      assert.equal((yield* call()).task, currentTask());
    }),
  );

  test("is reported where nobody awaits it", async () => {
    let reports: Report[] = [];
    await runWithVirtualTime(
      coroutine(function* () {
        reports = collectReports();
        drop(coroutine(function* save() {}))();
        yield* sleep(1);
      }),
    );
    assert.deepEqual(messages(reports), ["coroutine 'save' was never awaited"]);
  });
});
