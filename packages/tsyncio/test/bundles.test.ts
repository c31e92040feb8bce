/**
 * What a browser's bundler makes of a program that uses little of the package: it leaves out the rest, and the program works. Parts of the
 * kernel are set by the modules that make them needed (`kernel/hooks.ts`), so each program here is one that could miss some.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { runChild } from "./support/child.js";

/** Bundles the program from the package as it is installed, runs it, and gives what it writes. */
async function outputOf(program: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  const { stdout, stderr, status } = await runChild(outputFiles[0]?.text ?? "");
  assert.equal(status, 0, stderr);
  return `${stdout}${stderr}`.trim().split("\n");
}

/** A clock on which time stands still while anything runs. */
const jumping = `
  let now = 0;
  const clock = {
    now: () => now,
    setTimer() {},
    clearTimer() {},
    soon: (callback) => queueMicrotask(callback),
    later: (callback) => setImmediate(callback),
    jump: (deadline) => { now = deadline; },
  };
`;

/** What a promise comes to, for people. */
const said = `
  const said = (promise) => promise.then((value) => "value " + value, (error) => error.name + ": " + error.message);
`;

describe("a bundle of", () => {
  test("run and sleep: hundreds of sleeps, texts as durations, and a result", async () => {
    const output = await outputOf(`
      import { run, sleep } from "tsyncio";
      const result = await run(async () => {
        const delays = Array.from({ length: 300 }, (_, index) => (index * 7) % 60);
        const values = await Promise.all(delays.map((delay) => sleep(delay, delay)));
        await sleep("0.01s");
        return values.join() === delays.join();
      });
      console.log(result, await run(sleep(0, "end")), await run(sleep(1, "later")));
    `);
    assert.deepEqual(output, ["true end later"]);
  });

  test("run and sleep: errors of promises, of an async main and of a plain one; what is unfit says so", async () => {
    const output = await outputOf(`${said}
      import { run, sleep } from "tsyncio";
      console.log(await said(run(Promise.reject(new RangeError("of a promise")))));
      console.log(await said(run(async () => { await sleep(1); throw new TypeError("of async"); })));
      console.log(await said(run(() => { throw new EvalError("of plain"); })));
      console.log(await said(run(5)));
      console.log(await said(run(function* () {}())));
      try { sleep("soon"); } catch (error) { console.log(String(error)); }
      const once = sleep(1);
      console.log(await said(run(() => once)), await said(run(() => once)));
    `);
    assert.deepEqual(output, [
      "RangeError: of a promise",
      "TypeError: of async",
      "EvalError: of plain",
      "TypeError: run takes a coroutine, a future or a promise, not 5",
      "TypeError: run was given a bare generator; wrap its function: coroutine(function* …)",
      'TypeError: a duration is a number of milliseconds, or "250ms", "1.5s", "2m", "1h", not "soon"',
      "value undefined InvalidStateError: cannot reuse already awaited coroutine 'sleep'; share a task: createTask(sleep(…))",
    ]);
  });

  test("run and sleep: a sleep that is left at the end is cancelled, and the run waits for that", async () => {
    const output = await outputOf(`${said}
      import { run, sleep } from "tsyncio";
      let left;
      const result = await run(async () => {
        left = said(sleep("1h").then());
        await sleep(1);
        return "main";
      });
      console.log(result, "|", await left);
    `);
    assert.deepEqual(output, ["main | CancelledError: cancelled: the run ends"]);
  });

  test("run and sleep: a sleep that nobody awaits is reported with its line", async () => {
    const output = await outputOf(`
      import { run, sleep } from "tsyncio";
      await run(async () => { sleep(5); await sleep(1); });
    `);
    assert.equal(output[0], "coroutine 'sleep' was never awaited");
    assert.match(output[1] ?? "", /made at .*eval1.*:\d+:\d+$/);
  });

  test("run and sleep on a clock of one's own that jumps", async () => {
    const output = await outputOf(`${jumping}
      import { run, sleep } from "tsyncio";
      const order = [];
      const delays = Array.from({ length: 300 }, (_, index) => (index * 7) % 60);
      await run(() => Promise.all(delays.map(async (delay) => { order.push(await sleep(delay, delay)); })), { clock });
      console.log(order.join() === delays.sort((a, b) => a - b).join(), now);
      await run(sleep("1h"), { clock });
      console.log(now);
    `);
    assert.deepEqual(output, ["true 59", "3600059"]);
  });

  test("currentTask or allTasks beside run: the tasks that the program did not make are whole", async () => {
    assert.deepEqual(
      await outputOf(`
        import { currentTask, run } from "tsyncio";
        await run(function main() {
          const task = currentTask();
          task.name = "renamed";
          task.addDoneCallback((done) => console.log("done", done.result()));
          console.log(task.name, task.stack(), task.cancelling());
          return Promise.resolve("result");
        });
      `),
      ["renamed [ 'main' ] 0", "done result"],
    );
    assert.deepEqual(
      await outputOf(`
        import { allTasks, run, sleep } from "tsyncio";
        await run(async () => {
          sleep("1h").catch(() => {});
          for (const task of allTasks()) console.log(task.name.replace(/\\d+/, "N"), task.stack(), task.exception.length);
        });
      `),
      ["main [ 'main' ] 0", "Task-N [ 'sleep' ] 0"],
    );
  });

  test("createTask beside run and sleep: a cancellation is forwarded to the awaited task, a failure reported", async () => {
    const output = await outputOf(`${said}
      import { createTask, run, sleep } from "tsyncio";
      await run(async () => {
        const inner = createTask(sleep("1h"));
        const outer = createTask(inner);
        await sleep(1);
        outer.cancel("enough");
        console.log(await said(outer.then()), inner.cancelled(), inner instanceof Promise);
        createTask(Promise.reject(new Error("lost")), { name: "lonely" });
        await sleep(1);
      });
    `);
    assert.equal(output[0], "CancelledError: cancelled: enough true false");
    assert.match(output[1] ?? "", /task 'lonely' \(promise\): exception was never retrieved/);
  });

  test("Future: callbacks, and awaited by native code", async () => {
    const output = await outputOf(`
      import { Future, run } from "tsyncio";
      await run(async () => {
        const future = new Future();
        future.addDoneCallback(({ result }) => console.log("called", typeof result));
        setTimeout(() => future.setResult(7), 1);
        console.log(await future, future instanceof Future, future.exception());
      });
    `);
    assert.deepEqual(output, ["called function", "7 true null"]);
  });

  test("withTimeout or a lock beside run: frames are driven and unwound", async () => {
    assert.deepEqual(
      await outputOf(`${said}
        import { run, sleep, withTimeout } from "tsyncio";
        console.log(await said(run(() => withTimeout(1, () => sleep("1h")))));
        console.log(await said(run(() => withTimeout("1h", () => withTimeout(1, async () => await sleep("1h"))))));
      `),
      ["TimeoutError: not done within 1 ms", "TimeoutError: not done within 1 ms"],
    );
    assert.deepEqual(
      await outputOf(`${said}
        import { Lock, run, sleep } from "tsyncio";
        const lock = new Lock();
        const order = [];
        const turn = (id) => lock.with(async () => { order.push(id); await sleep(1); order.push(id); });
        await run(async () => { await Promise.all([turn(1), turn(2)]); });
        console.log(order.join(), lock.locked());
      `),
      ["1,1,2,2 false"],
    );
  });

  test("coroutine beside run: chains of awaits, groups of errors, clean-ups that wait", async () => {
    const output = await outputOf(`
      import { coroutine, run, sleep } from "tsyncio";
      const inner = coroutine(function* inner() { yield* sleep(1); throw new Error("deep"); });
      const outer = coroutine(function* outer() { yield* inner(); });
      await run(outer()).catch((error) => console.log(error.message, /at async .*eval/.test(error.stack)));
      const cleans = coroutine(function* (name, next) {
        try { yield* next(); } finally { yield* sleep(1); throw new Error("clean-up of " + name); }
      });
      const waits = coroutine(function* waits() { yield* sleep("1h"); });
      let left;
      await run(coroutine(function* main() {
        left = cleans("the outer", () => cleans("the inner", waits)).catch((error) => error);
        yield* sleep(1);
      }));
      const { name, errors } = await left;
      console.log(name, errors.map((error) => error.message).join());
    `);
    assert.deepEqual(output.slice(0, 1), ["deep true"]);
    assert.match(output.join("\n"), /ExceptionGroup clean-up of the inner,clean-up of the outer/);
  });
});
