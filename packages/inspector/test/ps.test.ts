import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ps, pstree } from "@tsyncio/inspector/attach";
import { json, jsonOfRunning, timeout } from "./json.js";
import { fixture, inspectors, inspectorsNow, settled, target, tsyncio, WORKSPACE } from "./target.js";

const cwd = WORKSPACE;

describe("tsyncio ps", () => {
  test("shows what each task waits for, and on which line; the process goes on as before", async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    const { stdout, stderr, status } = await tsyncio(t, ["ps", "--timeout", "60", String(program.pid)], program.cwd);
    assert.equal(
      settled(stdout, program.pid),
      `process PID: 3 tasks: 3 waiting
waited for: 2 event, 1 queue

ID  TASK           COROUTINES     STATE FOR  WAITS FOR                         AT
 2  main           main           waiting       Event.wait(), where 2 tasks wait  idle.ts:20
 3  guest          guest > enter  waiting       Event.wait(), where 2 tasks wait  idle.ts:11
 4  letters  [31m  Queue.get      waiting       Queue.get()                       —
`,
    );
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
    assert.deepEqual(await inspectors(program), [false]);
    program.child.stdin.end();
    assert.deepEqual([(await program.end()).status, program.stdout], [0, "idle\nended\n"]);
  });

  test("a task without an await of the program has the place of its function, in debug mode that of its making, else a dash", async (t) => {
    const program = await fixture(t, "plain.ts").printed("on\n");
    const table = await ps(program.pid, { cwd: program.cwd, timeout });
    const places = [...table.matchAll(/^ *\d+ {2}(\w+(?: on| off)?) .* {2}(\S.*)$/gm)];
    assert.deepEqual(
      places.map(([, name, at]) => `${name}: ${at}`),
      [
        "main: plain.ts:12",
        "plain off: defined at plain.ts:4",
        "sleep off: —",
        "main: plain.ts:12",
        "plain on: defined at plain.ts:4",
        "sleep on: made at plain.ts:10",
      ],
    );
    const tree = await pstree(program.pid, { cwd: program.cwd, timeout });
    assert.match(tree, /^plain off #\d+ · borrowed · waits for a sleep · for [^·]* · defined at plain\.ts:4$/m);
    assert.match(tree, /^sleep off #\d+ · sleep · waits for a sleep · for [^·]*s$/m);
  });

  test("can look again and again; the second look knows how long at least each task has waited", async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    assert.deepEqual(
      (await json(program.pid)).tasks.map((task: any) => task.waited),
      [null, null, null],
    );
    const { tasks } = await json(program.pid);
    assert.deepEqual(
      tasks.map(({ name, waited, waitedMore }: any) => [name, waited > 0, waitedMore]),
      [
        ["main", true, true],
        ["guest", true, true],
        ["letters \u001b[31m", true, true],
      ],
    );
    assert.deepEqual(await inspectors(program), [false, false]);
  });

  test("an inspector that was open before stays open, with the same address", async (t) => {
    const program = await fixture(t, "idle.ts", "--inspect=127.0.0.1:0").printed("idle");
    const before = program.stderr;
    for (let time = 0; time < 2; time++) assert.equal((await json(program.pid)).tasks.length, 3);
    assert.deepEqual(await inspectorsNow(program), [true]);
    const [address = ""] = /ws:\S+/.exec(before) ?? [];
    const said = "Debugger attached.\nDebugger ending on ADDRESS\n";
    const since = program.stderr.slice(before.length).replaceAll(address, "ADDRESS");
    assert.equal(since.replaceAll(/^For help.*\n/gm, ""), said + said);
    program.child.stdin.end();
    assert.equal((await program.end()).status, 0);
  });

  test("looks into a busy loop between two steps", async (t) => {
    const program = await fixture(t, "busy.ts").printed("busy");
    const { loop, tasks } = await jsonOfRunning(program.pid);
    assert.deepEqual(loop, { state: "running", blockedFor: 0, stack: [] });
    assert.deepEqual(
      tasks.map(({ name, state }: any) => [name, state === "waiting" || state === "ready"]),
      [
        ["main", true],
        ["spin 1", true],
        ["spin 2", true],
        ["spin 3", true],
      ],
    );
    assert.ok(!(await inspectors(program)).includes(true));
  });

  test("a program in plain JavaScript, whose worker threads are counted", async (t) => {
    const program = await fixture(t, "generators.mjs").printed("generators");
    assert.equal(
      settled(await ps(program.pid, { cwd: program.cwd, timeout }), program.pid),
      `process PID: 1 task: 1 waiting
waited for: 1 timer

ID  TASK  COROUTINES   STATE FOR  WAITS FOR  AT
 2  main  main > wait  waiting TIME  a sleep    generators.mjs:7

1 worker thread without tsyncio`,
    );
  });

  test("tells what was made and not awaited so far", async (t) => {
    const program = await target(t, "examples/inside/forgotten.ts").printed("2 orders");
    assert.match(
      await ps(program.pid, { cwd, timeout }),
      /\n\nmade, and not awaited so far: 2\n( {2}coroutine 'audit' was never awaited\n {4}made at examples\/inside\/forgotten\.ts:12:42\n?){2}$/,
    );
  });
});

describe("tsyncio pstree", () => {
  test("shows who waits for whom, and the rings", async (t) => {
    const program = await target(t, "examples/inside/deadlock.ts").printed("two transfers");
    const { stdout, stderr, status } = await tsyncio(t, ["pstree", "--timeout", "60", String(program.pid)]);
    assert.equal(
      settled(stdout, program.pid),
      `process PID: 4 tasks: 4 waiting
waited for: 2 lock, 1 gather, 1 timer

main #2 · main · waits for a gather, of which 2 of 2 have not ended · at examples/inside/deadlock.ts:25
├─ ada to grace #3 · transfer · waits for Lock held by task 'grace to ada' · at examples/inside/deadlock.ts:12
└─ grace to ada #4 · transfer · waits for Lock held by task 'ada to grace' · at examples/inside/deadlock.ts:12
heartbeat #5 · heartbeat · waits for a sleep · for TIME · at examples/inside/deadlock.ts:16

2 tasks wait for each other:
    ada to grace #3 · transfer · waits for Lock held by task 'grace to ada' · at examples/inside/deadlock.ts:12
    grace to ada #4 · transfer · waits for Lock held by task 'ada to grace' · at examples/inside/deadlock.ts:12
`,
    );
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
    assert.deepEqual(await inspectors(program), [false]);
    const { rings, tasks } = JSON.parse(await pstree(program.pid, { json: true, timeout }));
    const names = (ids: number[]): string[] => ids.map((id) => tasks.find((task: any) => task.id === id).name);
    assert.deepEqual(rings.map(names), [["ada to grace", "grace to ada"]]);
  });
});
