import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Child } from "../support/child.js";

/** A program that waits, cleans up slowly, and says what it does. `rest` is what it does with the promise of its run. */
const program = (rest = "await promise;", options = ""): string => `
  import { coroutine, createTask, run, sleep } from "tsyncio";
  const say = (text) => process.stdout.write(text + "\\n");
  const child = coroutine(function* child() {
    try { yield* sleep("1h"); } finally { yield* sleep(5); say("child cleaned"); }
  });
  const promise = run(coroutine(function* main() {
    createTask(child(), { name: "the child" });
    try { yield* sleep(0); say("ready"); yield* sleep("1h"); say("never"); }
    catch { say("caught"); }
    finally { say("cleaning"); yield* sleep(5); say("cleaned"); }
  })${options});
  ${rest}`;

for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  describe(signal, () => {
    test(`cancels main; everything cleans up; the process ends with status ${status}, without a stack trace`, async () => {
      const child = new Child(program());
      await child.says("ready");
      child.kill(signal);
      const ended = await child.ended;
      assert.equal(ended.stdout, "ready\ncleaning\ncleaned\nchild cleaned\n");
      assert.equal(ended.status, status);
      assert.equal(ended.stderr, "");
    });

    test(`the status is ${status} whatever the caller does with the promise, who has a turn before`, async () => {
      for (const rest of [
        "await promise.catch(() => say('turn'));",
        "await promise.catch(() => { say('turn'); process.exitCode = 5; });",
        "promise.then(() => {}, () => say('turn')); await new Promise((resolve) => setTimeout(resolve, 1e6));",
      ]) {
        const child = new Child(program(rest));
        await child.says("ready");
        child.kill(signal);
        const ended = await child.ended;
        assert.match(ended.stdout, /child cleaned\nturn\n$/);
        assert.equal(ended.status, status, rest);
      }
    });
  });
}

describe("signals", () => {
  test("with a time of grace, the process ends after it, with a report of what was still running", async () => {
    const child = new Child(`
      import { coroutine, run, sleep } from "tsyncio";
      await run(coroutine(function* main() {
        try { yield* sleep(0); console.log("ready"); yield* sleep("1h"); }
        finally { console.log("cleaning"); yield* sleep("1h"); }
      }), { signals: { grace: 20 } });`);
    await child.says("ready");
    child.kill("SIGTERM");
    const ended = await child.ended;
    assert.equal(ended.stdout, "ready\ncleaning\n");
    assert.equal(ended.status, 143);
    assert.match(ended.stderr, /^\n20 ms after SIGTERM: ending at once\. Still running:\n[\s\S]*main/);
  });

  test("a second one ends the process at once, with a report of what was still running", async () => {
    const child = new Child(`
      import { coroutine, createTask, run, sleep } from "tsyncio";
      await run(coroutine(function* main() {
        createTask(sleep("1h"), { name: "the child" });
        try { yield* sleep(0); console.log("ready"); yield* sleep("1h"); }
        finally { console.log("cleaning"); yield* sleep("1h"); }
      }));`);
    await child.says("ready");
    child.kill("SIGINT");
    await child.says("cleaning");
    child.kill("SIGINT");
    const { status, stderr } = await child.ended;
    assert.equal(status, 130);
    assert.match(stderr, /task 'main'.*waits for a sleep/);
    assert.match(stderr, /the child/);
  });

  test("a second one of the other kind counts as well", async () => {
    const child = new Child(program().replace('yield* sleep(5); say("cleaned")', 'yield* sleep("1h")'));
    await child.says("ready");
    child.kill("SIGINT");
    await child.says("cleaning");
    child.kill("SIGTERM");
    const { status } = await child.ended;
    assert.ok(status === 130 || status === 143, String(status));
  });

  test("two runs at once are both cancelled and both clean up", async () => {
    const child = new Child(`
      import { coroutine, run, sleep } from "tsyncio";
      const main = coroutine(function* (name, time) {
        try { yield* sleep("1h"); } finally { yield* sleep(time); console.log(name, "cleaned"); }
      });
      const both = Promise.allSettled([run(main("a", 2)), run(main("b", 1))]);
      setImmediate(() => console.log("ready"));
      await both;`);
    await child.says("ready");
    child.kill("SIGTERM");
    const { status, stdout } = await child.ended;
    const [ready, ...cleaned] = stdout.trim().split("\n");
    assert.equal(ready, "ready");
    assert.deepEqual(cleaned.sort(), ["a cleaned", "b cleaned"]);
    assert.equal(status, 143);
  });

  test("with signals: false the platform's own behaviour stays", async () => {
    const child = new Child(program("await promise;", ", { signals: false }"));
    await child.says("ready");
    child.kill("SIGTERM");
    const { signal, stdout } = await child.ended;
    assert.equal(signal, "SIGTERM");
    assert.equal(stdout, "ready\n");
  });

  test("a program that has its own listener keeps it", async () => {
    const child = new Child(`
      import { coroutine, run, sleep, until } from "tsyncio";
      const got = new Promise((resolve) => process.once("SIGINT", resolve));
      const alive = setInterval(() => {}, 1e6);
      await run(coroutine(function* () {
        setImmediate(() => console.log("ready"));
        console.log(yield* until(got));
        yield* sleep(1);
        console.log("went on");
        clearInterval(alive);
      }));`);
    await child.says("ready");
    child.kill("SIGINT");
    const { status, stdout } = await child.ended;
    assert.equal(stdout, "ready\nSIGINT\nwent on\n");
    assert.equal(status, 0);
  });

  test("after a run has ended, no listener of it is left", async () => {
    const child = new Child(`
      import { run, sleep } from "tsyncio";
      await run(() => sleep(1));
      console.log(process.listenerCount("SIGINT"), process.listenerCount("SIGTERM"));`);
    assert.equal((await child.ended).stdout, "0 0\n");
  });
});
