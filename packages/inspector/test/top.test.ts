import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fixture, inspectors, Target, target, tsyncio } from "./target.js";
import { names, Terminal } from "./terminal.js";

const ESCAPE = "\u001b";

describe("tsyncio top", () => {
  test("filters, and pauses", async (t) => {
    const program = await target(t, "examples/inside/deadlock.ts").printed("two transfers");
    const terminal = new Terminal(t, ["top", "--interval", "0.1", "--timeout", "60", String(program.pid)]);
    await terminal.shows(/^ *\d+ {2}ada to grace .*deadlock\.ts:12$/m);
    terminal.type("/");
    terminal.type("gracx");
    await terminal.shows(/only with "gracx_": 0/);
    terminal.type("\u007fe to");
    await terminal.shows(/only with "grace to_": 2/);
    // A key that means something else while nothing is typed.
    terminal.type(" q");
    await terminal.shows(/only with "grace to q_": 0/);
    terminal.type("\u007f\r");
    await terminal.shows(/only with "grace to ": 2/);
    // The other one waits for a lock that this one holds.
    assert.deepEqual(names(terminal).sort(), ["ada to grace", "grace to ada"]);
    terminal.type(ESCAPE);
    await terminal.shows(/1-4 of 4$/);
    terminal.type(" ");
    await terminal.shows(/^PAUSED/m);
    terminal.type("p");
    await terminal.shows(/^sorted by FOR/m);
    terminal.type("\u0003");
    assert.equal(await terminal.ended, 0);
    assert.deepEqual([terminal.isAlternate, await inspectors(program)], [false, [false]]);
  });

  test("says that the loop is blocked, and where", async (t) => {
    const program = await target(t, "examples/inside/blocked.ts").printed("computes");
    const terminal = new Terminal(t, ["top", "--interval", "0.1", "--timeout", "60", String(program.pid)]);
    await terminal.shows(
      /^the loop is blocked, for at least .*, in task 'compute', at fibonacci \(.*blocked\.ts:8\)$/m,
    );
    terminal.type("q");
    assert.equal(await terminal.ended, 0);
    assert.deepEqual([await inspectors(program), program.child.exitCode], [[false], null]);
  });

  test("a signal ends it when the process has been left as it was", async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    const terminal = new Terminal(t, ["top", "--interval", "0.1", "--timeout", "60", String(program.pid)]);
    await terminal.shows(/ guest /);
    terminal.signal("SIGTERM");
    assert.equal(await terminal.ended, "signal 15");
    assert.deepEqual([terminal.isAlternate, await inspectors(program)], [false, [false]]);
  });

  test("does not keep the process from ending, and tells that it has ended", async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    const terminal = new Terminal(t, ["top", "--interval", "0.1", "--timeout", "60", String(program.pid)]);
    await terminal.shows(/ guest /);
    program.child.stdin.end();
    const { status, stdout } = await program.end();
    assert.deepEqual([status, stdout], [0, "idle\nended\n"]);
    assert.equal(await terminal.ended, 1);
    assert.equal(terminal.text, `tsyncio: process ${program.pid} has ended`);
  });

  test("needs a terminal", async (t) => {
    assert.deepEqual(await tsyncio(t, ["top", "1"]), {
      stdout: "",
      stderr: "tsyncio: `tsyncio top` needs a terminal; for a file or a pipe there is tsyncio ps\n",
      status: 2,
    });
  });

  test("refuses a process that it cannot look into as ps does", { skip: process.platform !== "linux" }, async (t) => {
    const other = new Target(t, "cat", []);
    await once(other.child, "spawn");
    const terminal = new Terminal(t, ["top", String(other.pid)]);
    assert.deepEqual([await terminal.ended, terminal.text], [1, `tsyncio: process ${other.pid} is not Node but cat`]);
  });

  test("--help tells the keys and options", async (t) => {
    const { stdout, status } = await tsyncio(t, ["top", "--help"]);
    assert.match(stdout, /^Usage: tsyncio top \[OPTION…\] PID\n[\s\S]*space, p +pause[\s\S]*--interval S/);
    assert.equal(status, 0);
  });
});
