import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { AttachError, ps } from "@tsyncio/inspector/attach";
import { timeout } from "./json.js";
import { COMMAND, fixture, Target, target, tsyncio } from "./target.js";

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

describe("what cannot be looked into gets one message", () => {
  test("no such process", async (t) => {
    const ended = new Target(t, process.execPath, ["--version"]);
    await ended.end();
    for (const command of ["ps", "pstree"]) {
      assert.deepEqual(await tsyncio(t, [command, String(ended.pid)]), {
        stdout: "",
        stderr: `tsyncio: there is no process ${ended.pid}\n`,
        status: 1,
      });
    }
  });

  test("not Node; it gets no signal", { skip: !isLinux }, async (t) => {
    const other = new Target(t, "cat", []);
    await once(other.child, "spawn");
    const { stdout, stderr, status } = await tsyncio(t, ["ps", String(other.pid)]);
    assert.deepEqual(
      { stdout, stderr, status },
      { stdout: "", stderr: `tsyncio: process ${other.pid} is not Node but cat\n`, status: 1 },
    );
    other.child.stdin.end();
    assert.equal((await other.end()).status, 0);
  });

  test("no tsyncio inside; the inspector is closed again", async (t) => {
    const program = await fixture(t, "noTsyncio.mjs").printed("plain");
    const { stderr, status } = await tsyncio(t, ["ps", "--timeout", "60", String(program.pid)]);
    assert.equal(
      stderr,
      `tsyncio: there is no tsyncio in process ${program.pid}
`,
    );
    assert.equal(status, 1);
    program.child.stdin.end();
    assert.equal((await program.end()).status, 0);
  });

  test("a thread in place of its process", { skip: !isLinux }, async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    const thread = readdirSync(`/proc/${program.pid}/task`).find((id) => id !== String(program.pid));
    await assert.rejects(
      ps(Number(thread), { timeout }),
      new AttachError(`${thread} is a thread of process ${program.pid}, which has to be named`),
    );
  });

  test("a process of another user", { skip: !isRoot }, async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    const nobody = new Target(t, process.execPath, [COMMAND, "ps", String(program.pid)], undefined, { uid: 65534 });
    assert.deepEqual(await nobody.end(), {
      stdout: "",
      stderr: `tsyncio: process ${program.pid} belongs to another user; run the command as that user, or as root\n`,
      status: 1,
    });
    program.child.stdin.end();
    assert.deepEqual(await program.end(), { stdout: "idle\nended\n", stderr: "", status: 0 });
  });

  test("a process that is stopped", { skip: !isLinux }, async (t) => {
    const program = await fixture(t, "idle.ts").printed("idle");
    program.child.kill("SIGSTOP");
    while (!/^State:\s*T/m.test(readFileSync(`/proc/${program.pid}/status`, "utf8"))) await setImmediate();
    await assert.rejects(
      ps(program.pid, { timeout }),
      new AttachError(`process ${program.pid} is stopped and answers nothing; let it go on: kill -CONT ${program.pid}`),
    );
    program.child.kill("SIGCONT");
    assert.match(await ps(program.pid, { timeout }), /^process \d+: 3 tasks/);
  });

  test("a process whose port for the inspector is taken; it gets no signal", { skip: !isLinux }, async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const program = await fixture(t, "idle.ts", `--inspect-port=${port}`).printed("idle");
    await assert.rejects(
      ps(program.pid, { timeout }),
      new AttachError(
        `process ${program.pid} would open its inspector at 127.0.0.1:${port}, which another process has taken: one that is debugged, or looked into just now`,
      ),
    );
    assert.equal(program.stderr, "");
  });

  test("a process that was told to open no inspector by the signal", {
    skip: !isLinux || !hasDisableSigusr1(),
  }, async (t) => {
    const program = await fixture(t, "idle.ts", "--disable-sigusr1").printed("idle");
    await assert.rejects(
      ps(program.pid, { timeout }),
      new AttachError(
        `process ${program.pid} opens no inspector by SIGUSR1: it has only just started, or was told so (--disable-sigusr1)`,
      ),
    );
  });

  test("this very process", async () => {
    await assert.rejects(ps(process.pid), new AttachError(`process ${process.pid} is this command itself`));
  });

  test("a process that ends while it is looked into", async (t) => {
    const program = await target(t, "examples/inside/blocked.ts").printed("computes");
    const looking = ps(program.pid, { timeout });
    const said = assert.rejects(looking, (error) => error instanceof AttachError);
    while (!program.stderr.includes("attached")) await once(program.child.stderr, "data");
    program.child.kill("SIGKILL");
    await said;
  });
});

describe("a wrong command line gets one message and status 2", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["no PID", ["ps"], "no process was given; usage: tsyncio ps PID"],
    ["no number", ["ps", "node"], '"node" is no number of a process; usage: tsyncio ps PID'],
    ["a number below 1", ["pstree", "0"], '"0" is no number of a process; usage: tsyncio pstree PID'],
    ["two PIDs", ["ps", "1", "2"], 'one process can be given, "2" is a second one; usage: tsyncio ps PID'],
    ["an unknown option", ["ps", "--fast", "1"], "Unknown option '--fast'; see tsyncio ps --help"],
    ["a limit that is none", ["ps", "-n", "many", "1"], '--limit takes a whole number, not "many"'],
    ["a timeout that is none", ["pstree", "--timeout", "0", "1"], '--timeout takes seconds from 0.1 to 3600, not "0"'],
  ];
  for (const [name, args, message] of cases) {
    test(name, async (t) => {
      assert.deepEqual(await tsyncio(t, args), { stdout: "", stderr: `tsyncio: ${message}\n`, status: 2 });
    });
  }
});

describe("--help tells the options", () => {
  for (const command of ["ps", "pstree"]) {
    test(command, async (t) => {
      const { stdout, stderr, status } = await tsyncio(t, [command, "--help"]);
      assert.match(
        stdout,
        new RegExp(`^Usage: tsyncio ${command} \\[OPTION…\\] PID\\n[\\s\\S]*--limit N[\\s\\S]*--json`),
      );
      assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
    });
  }
});

function hasDisableSigusr1(): boolean {
  return process.allowedNodeEnvironmentFlags.has("--disable-sigusr1");
}
