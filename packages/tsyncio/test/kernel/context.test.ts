import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Context,
  ContextVar,
  copyContext,
  coroutine,
  createTask,
  getRunningLoop,
  InvalidStateError,
  run,
  sleep,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";

describe("context variables", () => {
  test(
    "get gives the value, the argument, the default, or an error that names the variable",
    inLoop(function* () {
      const bare = new ContextVar<number>("bare");
      const given = new ContextVar<number | undefined>("given", { default: undefined });
      assert.equal(bare.name, "bare");
      assert.throws(() => bare.get(), { message: /'bare'/ });
      assert.equal(bare.get(7), 7);
      assert.equal(given.get(), undefined);
      bare.set(1);
      assert.equal(bare.get(), 1);
      assert.equal(bare.get(7), 1);
    }),
  );

  inBothForms("an await shares the context; a task gets a copy", async ({ fn, wait }) => {
    const variable = new ContextVar<string>("variable", { default: "default" });
    const sets = fn("sets", function* (value: string) {
      const before = variable.get();
      variable.set(value);
      yield* wait(sleep(1));
      assert.equal(variable.get(), value);
      return before;
    });
    const main = fn("main", function* () {
      variable.set("main");
      assert.equal(yield* wait(sets("by await")), "main");
      assert.equal(variable.get(), "by await");
      const task = createTask(sets("by task"));
      variable.set("after createTask");
      assert.equal(yield* wait(task), "by await");
      assert.equal(variable.get(), "after createTask");
    });
    await runWithVirtualTime(main());
    assert.equal(variable.get(), "default");
  });

  test(
    "two tasks of one maker do not see each other's values",
    inLoop(function* () {
      const variable = new ContextVar<number>("variable", { default: 0 });
      const work = coroutine(function* (id: number) {
        for (let turn = 0; turn < 3; turn++) {
          variable.set(variable.get() + id);
          yield* sleep(0);
        }
        return variable.get();
      });
      const tasks = [createTask(work(1)), createTask(work(10))] as const;
      assert.deepEqual([yield* tasks[0], yield* tasks[1]], [3, 30]);
      assert.equal(variable.get(), 0);
    }),
  );

  test(
    "a task with the context option runs in that very context",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const context = new Context();
      const work = coroutine(function* (value: string) {
        const before = variable.get();
        variable.set(value);
        return before;
      });
      assert.equal(yield* createTask(work("first"), { context }), "none");
      assert.equal(yield* createTask(work("second"), { context }), "first");
      assert.equal(
        context.run(() => variable.get()),
        "second",
      );
      assert.equal(variable.get(), "none");
    }),
  );

  test("run has the context option as well", async () => {
    const variable = new ContextVar<string>("variable", { default: "none" });
    const context = new Context();
    const main = coroutine(function* () {
      variable.set("set by main");
    });
    await run(main(), { context });
    assert.equal(
      context.run(() => variable.get()),
      "set by main",
    );
    await run(main());
    assert.equal(variable.get(), "none");
  });

  test(
    "callbacks run in the context in which they were registered",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      const events: string[] = [];
      variable.set("a");
      getRunningLoop().callSoon(() => {
        events.push(variable.get());
        variable.set("inside");
        getRunningLoop().callSoon(() => events.push(variable.get()));
      });
      variable.set("b");
      getRunningLoop().callLater(1, () => events.push(variable.get()));
      variable.set("c");
      yield* sleep(2);
      assert.deepEqual([...events, variable.get()], ["a", "inside", "b", "c"]);
    }),
  );

  test(
    "copyContext() is a copy: run() sees the values, and what it sets stays in it",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      variable.set("outside");
      const context = copyContext();
      const seen = context.run((suffix: string) => {
        const value = variable.get();
        variable.set(value + suffix);
        return value;
      }, "!");
      assert.deepEqual([seen, variable.get(), context.run(() => variable.get())], ["outside", "outside", "outside!"]);
      assert.equal(
        context.copy().run(() => variable.get()),
        "outside!",
      );
    }),
  );

  test(
    "a context cannot be entered twice at once",
    inLoop(function* () {
      const context = copyContext();
      assert.throws(() => context.run(() => context.run(() => {})), InvalidStateError);
      context.run(() => {});
    }),
  );

  test(
    "a token gives the former value back, once, to the same variable, in the same context, also by using",
    inLoop(function* () {
      const variable = new ContextVar<number>("variable");
      const other = new ContextVar<number>("other");
      const first = variable.set(1);
      const second = variable.set(2);
      assert.equal(second.oldValue, 1);
      assert.throws(() => other.reset(second as never), TypeError);
      variable.reset(second);
      assert.equal(variable.get(), 1);
      assert.throws(() => variable.reset(second), InvalidStateError);
      const task = createTask(
        coroutine(function* () {
          assert.throws(() => variable.reset(first), TypeError);
        })(),
      );
      yield* task;
      variable.reset(first);
      assert.throws(() => variable.get(), ReferenceError);
      variable.set(5);
      variable.set(6)[Symbol.dispose]();
      assert.equal(variable.get(), 5);
    }),
  );

  test(
    "a task that waits keeps its context while others run",
    inLoop(function* () {
      const variable = new ContextVar<string>("variable", { default: "none" });
      variable.set("mine");
      createTask(
        coroutine(function* () {
          variable.set("theirs");
        })(),
      );
      yield* sleep(1);
      assert.equal(variable.get(), "mine");
    }),
  );
});
