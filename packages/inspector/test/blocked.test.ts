import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ps } from "@tsyncio/inspector/attach";
import { json, jsonOfRunning, timeout } from "./json.js";
import { fixture, inspectors, settled, target, tsyncio, WORKSPACE } from "./target.js";

const cwd = WORKSPACE;

describe("a process that does not come round", () => {
  test("says that the loop is blocked, for how long and where; the inspector is closed while it still is", async (t) => {
    const program = await target(t, "examples/inside/blocked.ts").printed("computes");
    const text = await ps(program.pid, { cwd, timeout });
    assert.match(
      settled(text, program.pid).replace(/\d+ more calls/, "N more calls"),
      /^process PID: 3 tasks: 2 waiting, 1 running\nwaited for: 1 task, 1 timer\n\nthe loop is blocked, for at least .*, in task 'compute':\n {4}at fibonacci \(examples\/inside\/blocked\.ts:8\)\n {4}… N more calls of it\n {4}at compute \(examples\/inside\/blocked\.ts:14\)\n\nID .*\n.* main .* task 'compute' \(compute\) .*blocked\.ts:23\n.* heartbeat .*blocked\.ts:18\n.* compute +compute +running .*blocked\.ts:8$/,
    );
    assert.deepEqual(await inspectors(program), [false]);
    // A timer that is due tells how long it has been so, by which it is known better than by this look alone.
    let [waited, blockedFor] = [0, 0];
    while (waited < 2500) {
      const { loop, tasks } = await json(program.pid);
      ({ blockedFor } = loop);
      ({ waited } = tasks.find(({ name }: any) => name === "heartbeat"));
    }
    assert.ok(blockedFor > waited - 1050, `${waited} ${blockedFor}`);
    assert.deepEqual([(await inspectors(program)).includes(true), program.child.exitCode], [false, null]);
  });

  test("a process in native code does not answer; its inspector is closed when it goes on", async (t) => {
    const program = await fixture(t, "native.ts").printed("in native code");
    const { stdout, stderr, status } = await tsyncio(t, ["ps", "--timeout", "0.5", String(program.pid)]);
    assert.match(
      settled(stderr, program.pid),
      /^tsyncio: process PID did not answer within 0\.5 s\n {2}its thread is busy outside of JavaScript \(.*\n {2}processes that it has started: \d+ \(cat\)\n {2}its inspector is closed again as soon as it goes on\n$/,
    );
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
    program.child.stdin.end();
    await program.printed("closed");
    assert.equal((await program.end()).status, 0);
  });

  test("`debugger` statements of the program stop nothing", async (t) => {
    const program = await fixture(t, "debuggerStatement.ts").printed("has");
    for (let time = 0; time < 3; time++) assert.equal((await jsonOfRunning(program.pid)).loop.state, "running");
    assert.ok(!(await inspectors(program)).includes(true));
  });
});
