import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, getRunningLoop } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { built, Child, runChild } from "../support/child.js";

/** A program that sets handlers, and says what happens. `body` may use `loop`, `say` and `ended`, a future. */
const program = (body: string): string => `
  import { Context, ContextVar, coroutine, createTask, currentTask, Future, getRunningLoop, Runner, run, sleep } from "tsyncio";
  const say = (...words) => process.stdout.write(words.join(" ") + "\\n");
  await run(coroutine(function* main() {
    const loop = getRunningLoop();
    const ended = new Future();
    ${body}
  }));
  say("listeners", ...["SIGINT", "SIGTERM", "SIGUSR2"].map((name) => process.listenerCount(name)));`;

describe("signal handlers", () => {
  test("a handler runs as a callback of the loop, with its arguments and context, and replaces the former", async () => {
    const child = new Child(
      program(`
        const variable = new ContextVar("variable", { default: "none" });
        variable.set("when added");
        loop.addSignalHandler("SIGUSR2", () => say("never"));
        loop.addSignalHandler("SIGUSR2", (a, b) => { say(a, b, variable.get(), currentTask()); ended.setResult(); }, "a", "b");
        variable.set("later");
        loop.callSoon(() => say("ready"));
        yield* ended;
        say("went on");
        const context = new Context();
        context.run(() => variable.set("of the context"));
        const again = new Future();
        loop.addSignalHandler("SIGUSR2", () => { say(variable.get()); again.setResult(); }, { context });
        process.kill(process.pid, "SIGUSR2");
        yield* again;`),
    );
    await child.says("ready");
    child.kill("SIGUSR2");
    const { stdout, stderr, status } = await child.ended;
    assert.equal(stdout, "ready\na b when added \nwent on\nof the context\nlisteners 0 0 0\n");
    assert.deepEqual([stderr, status], ["", 0]);
  });

  test("while the program handles SIGINT, a run does nothing of its own; afterwards it does again", async () => {
    const child = new Child(
      program(`
        let count = 0;
        loop.addSignalHandler("SIGINT", () => { say("handled", ++count); if (count === 2) ended.setResult(); });
        say("ready");
        yield* ended;
        say(loop.removeSignalHandler("SIGINT"), loop.removeSignalHandler("SIGINT"));
        try { say("again"); yield* sleep("1h"); } finally { say("cancelled"); }`),
    );
    await child.says("ready");
    child.kill("SIGINT");
    await child.says("handled 1");
    child.kill("SIGINT");
    await child.says("again");
    child.kill("SIGINT");
    const { stdout, status } = await child.ended;
    assert.equal(stdout, "ready\nhandled 1\nhandled 2\ntrue false\nagain\ncancelled\n");
    assert.equal(status, 130);
  });

  test("set on the loop of a Runner before its first run, it counts for all its runs, until close()", async () => {
    const child = new Child(`
      import { coroutine, Future, Runner } from "tsyncio";
      const runner = new Runner();
      let got;
      runner.loop.addSignalHandler("SIGTERM", () => got.setResult("handled"));
      for (const name of ["first", "second"]) {
        console.log(yieldless(await runner.run(coroutine(function* () {
          got = new Future();
          const timer = setInterval(() => {}, 1e6);
          console.log(name);
          const text = yield* got;
          clearInterval(timer);
          return text;
        }))));
      }
      await runner.close();
      console.log(process.listenerCount("SIGTERM"));
      function yieldless(value) { return value; }`);
    await child.says("first");
    child.kill("SIGTERM");
    await child.says("second");
    child.kill("SIGTERM");
    assert.equal((await child.ended).stdout, "first\nhandled\nsecond\nhandled\n0\n");
  });

  test("one that throws is reported, and the loop goes on", async () => {
    const { stdout } = await runChild(
      program(`
        loop.setExceptionHandler((_loop, { message, exception }) => { say(message, exception.message); ended.setResult(); });
        loop.addSignalHandler("SIGUSR2", function broken() { throw new Error("x"); });
        process.kill(process.pid, "SIGUSR2");
        yield* ended;`),
    );
    assert.equal(stdout, "Exception in callback broken x\nlisteners 0 0 0\n");
  });

  test("a program that waits for nothing but the signal is no deadlock", async () => {
    const child = new Child(
      program(`
        loop.addSignalHandler("SIGUSR2", () => ended.setResult());
        say("ready");
        yield* ended;`),
    );
    await child.says("ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGUSR2");
    const { stdout, status } = await child.ended;
    assert.deepEqual([stdout, status], ["ready\nlisteners 0 0 0\n", 0]);
  });

  test("coroutine functions, and what is no signal that can be handled, are TypeErrors", () =>
    runWithVirtualTime(
      coroutine(function* () {
        const loop = getRunningLoop();
        const count = process.listenerCount("SIGUSR2");
        assert.throws(
          () => loop.addSignalHandler("SIGUSR2", coroutine(function* () {}) as never),
          /coroutine function.*createTask/,
        );
        assert.throws(() => loop.addSignalHandler("SIGUSR2", 5 as never), TypeError);
        for (const signal of ["SIGKILL", "SIGSTOP", "SIGNONE", "INT", 2])
          assert.throws(() => loop.addSignalHandler(signal as "SIGINT", () => {}), TypeError, String(signal));
        assert.equal(process.listenerCount("SIGUSR2"), count);
        assert.equal(loop.removeSignalHandler("SIGUSR2"), false);
      }),
    ));

  test("on a closed loop it is an InvalidStateError, and so is runInExecutor()", async () => {
    const loop = await runWithVirtualTime(
      coroutine(function* () {
        return getRunningLoop();
      }),
    );
    loop.close();
    const closed = { name: "InvalidStateError", message: "Event loop is closed" };
    assert.throws(() => loop.addSignalHandler("SIGUSR2", () => {}), closed);
    assert.throws(() => loop.runInExecutor(null, () => {}), closed);
    assert.equal(loop.removeSignalHandler("SIGUSR2"), false);
  });

  test("where there is no process it is an InvalidStateError that says so", async () => {
    const noProcess = (await import(built("runner/noProcess.js"))) as typeof import("../../src/runner/noProcess.js");
    const { prototype } = noProcess.ProcessLoop;
    for (const name of [
      "runInExecutor",
      "setDefaultExecutor",
      "shutdownDefaultExecutor",
      "addSignalHandler",
      "removeSignalHandler",
    ] as const)
      assert.throws(prototype[name] as () => void, {
        name: "InvalidStateError",
        message: /needs a process: Node, Deno or Bun/,
      });
    for (const part of [
      noProcess.followAsyncLocalStorage,
      noProcess.timeSteps,
      noProcess.resetLoop,
      noProcess.watchProcess(),
    ])
      assert.equal(part(), undefined);
  });
});
