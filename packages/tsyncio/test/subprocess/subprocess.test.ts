import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { coroutine, createTask, gather, getRunningLoop, type Report, run, sleep, TimeoutError } from "tsyncio";
import {
  CalledProcessError,
  createSubprocessExec,
  createSubprocessShell,
  type Process,
  ProcessLookupError,
  runProcess,
} from "tsyncio/subprocess";
import { forAwaitLoop } from "../support/forAwaitLoop.js";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";

/** A program of Node's own language, so that the tests need no other. */
const script = (code: string) => [process.execPath, "-e", code] as const;
const ECHO = "process.stdin.pipe(process.stdout)";
/** Says that it is ready, and then lives until it is ended. */
const LIVES = "setInterval(() => {}, 1000); console.log('ready')";
/** The same, but SIGTERM does not end it. */
const STUBBORN = `process.on('SIGTERM', () => console.log('no')); ${LIVES}`;

const start = (code: string, options = {}) => createSubprocessExec(...script(code), { stdout: "pipe", ...options });

function collected(): Report[] {
  const reports: Report[] = [];
  getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
  return reports;
}

/** Whether a process with this number is there. */
function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("createSubprocessExec", () => {
  test(
    "communicate feeds the input, reads both outputs to their end, and waits",
    inRun(function* () {
      const child = yield* start(`console.error('heard'); ${ECHO}`, { stdin: "pipe", stderr: "pipe" });
      const [stdout, stderr] = yield* child.communicate("hello");
      assert.deepEqual([String(stdout), String(stderr), child.returnCode], ["hello", "heard\n", 0]);
    }),
  );

  test(
    "what is no pipe is null, and so is what communicate gives for it; without input the pipe is closed",
    inRun(function* () {
      const child = yield* start(ECHO, { stdin: "pipe", stderr: "ignore" });
      assert.equal(child.stderr, null);
      const [stdout, stderr] = yield* child.communicate();
      assert.deepEqual([stdout?.length, stderr], [0, null]);
      const none = yield* createSubprocessExec(...script(""), { stdin: "ignore" });
      assert.deepEqual([none.stdin, none.stdout, yield* none.communicate()], [null, null, [null, null]]);
    }),
  );

  test(
    "communicate with a process that does not read its input ignores the broken pipe",
    inRun(function* () {
      const child = yield* start("process.stdin.destroy(); console.log('done')", { stdin: "pipe" });
      const [stdout] = yield* child.communicate("x".repeat(2_000_000));
      assert.deepEqual([String(stdout), child.returnCode], ["done\n", 0]);
    }),
  );

  test(
    "communicate that times out keeps what was read, in the error and for the next call",
    inRun(function* () {
      const child = yield* start(`process.stdout.write('first '); ${ECHO}`, { stdin: "pipe" });
      while (child.stdout?.bytes.size === 0) yield* sleep(1);
      // Its input stays open: the second call closes it.
      child.stdin?.write("then this");
      const waiting = createTask(child.stdout?.read() as never);
      yield* sleep(0);
      waiting.cancel();
      yield* outcome(waiting);
      const held = yield* start(`process.stdout.write('partial'); setInterval(() => {}, 1000)`);
      while (held.stdout?.bytes.size === 0) yield* sleep(1);
      try {
        yield* held.communicate(null, { timeout: 5 });
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.ok(error instanceof TimeoutError);
        const { stdout, stderr } = error as TimeoutError & { stdout: Buffer; stderr: null };
        assert.deepEqual([String(stdout), stderr], ["partial", null]);
      }
      held.kill();
      assert.deepEqual([String((yield* held.communicate())[0]), held.returnCode], ["partial", -9]);
      assert.equal(String((yield* child.communicate())[0]), "first then this");
    }),
  );

  test(
    "communicate that is cancelled leaves the process running and loses nothing",
    inRun(function* () {
      const child = yield* start(ECHO, { stdin: "pipe" });
      child.stdin?.write("a");
      const reading = createTask(child.stdout?.readExactly(1) as never);
      yield* reading;
      child.stdin?.write("bc");
      while ((child.stdout?.bytes.size ?? 0) < 2) yield* sleep(1);
      // Cancelled before the process can have ended, and it with it.
      const task = createTask(child.communicate(" d"), { eager: true });
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      const [rest] = yield* child.communicate();
      assert.deepEqual([String(rest).startsWith("bc"), child.returnCode], [true, 0]);
    }),
  );

  test(
    "several may wait; who is cancelled leaves it running; a signal is a negative return code",
    inRun(function* () {
      const child = yield* start(LIVES);
      const [first, second, third] = [child.wait(), child.wait(), child.wait()].map((wait) => createTask(wait));
      yield* child.stdout!.readLine();
      first?.cancel();
      assert.equal(yield* outcome(first as never), "cancelled");
      assert.equal(child.returnCode, null);
      child.terminate();
      assert.deepEqual(yield* gather([second, third] as never), [-15, -15]);
      assert.equal(yield* child.wait(), -15);
    }),
  );

  test(
    "a signal to a process that has ended is a ProcessLookupError",
    inRun(function* () {
      const child = yield* createSubprocessExec(...script("process.exit(3)"));
      assert.equal(yield* child.wait(), 3);
      for (const send of [() => child.kill(), () => child.terminate(), () => child.sendSignal("SIGUSR1")])
        assert.throws(send, (error) => error instanceof ProcessLookupError && error.code === "TSYNCIO_PROCESS_LOOKUP");
    }),
  );

  test(
    "a process that writes more than anybody reads is held back",
    inRun(function* () {
      const total = 5_000_000;
      const child = yield* start(`process.stdout.write('x'.repeat(${total}))`, { limit: 1000 });
      const { stdout } = child;
      while (stdout?.bytes.size === 0) yield* sleep(1);
      for (let turn = 0; turn < 50; turn++) yield new Promise(setImmediate);
      // One chunk of the platform, at most 64 KiB, may come beyond the limit.
      assert.ok((stdout?.bytes.size ?? 0) <= 2 * 1000 + 2 ** 16, String(stdout?.bytes.size));
      assert.equal(child.returnCode, null);
      assert.equal(((yield* stdout!.read()) as Buffer).length, total);
      assert.equal(yield* child.wait(), 0);
    }),
  );

  test(
    "the lines of a process, as they come",
    inRun(function* () {
      const child = yield* start("console.log('one\\ntwo')");
      const lines: unknown[] = [];
      yield* forAwaitLoop(child.stdout?.lines(), function* (line) {
        lines.push(line);
      });
      assert.deepEqual([lines, yield* child.wait()], [["one", "two"], 0]);
    }),
  );

  test(
    'stderr: "stdout" goes where standard output goes',
    inRun(function* () {
      const child = yield* start("console.log('out'); console.error('err')", { stderr: "stdout" });
      const [both, none] = yield* child.communicate();
      assert.deepEqual([String(both).split("\n").sort(), none], [["", "err", "out"], null]);
    }),
  );

  test(
    "a program that is not there is the platform's error",
    inRun(function* () {
      try {
        yield* createSubprocessExec("no-such-program", "x");
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOENT");
      }
    }),
  );

  test(
    "a start that is cancelled kills what it has started",
    inRun(function* () {
      const processes = () => process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;
      const task = createTask(start(LIVES, { stdout: "ignore" }));
      yield* sleep(0);
      assert.equal(processes(), 1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      while (processes() > 0) yield* sleep(1);
    }),
  );

  test(
    "leaving the scope of a process ends it with all that it has started; one that ignores SIGTERM is killed, which is told",
    inRun(function* () {
      const reports = collected();
      const grandchild = `const { spawn } = require('node:child_process');
        const { pid } = spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN)}], { stdio: 'ignore' });
        process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(pid)`;
      const child = yield* start(grandchild, { grace: 10 });
      const pid = Number(yield* child.stdout!.readLine());
      assert.ok(alive(pid));
      yield* child[Symbol.asyncDispose]();
      assert.equal(child.returnCode, -9);
      while (alive(pid)) yield* sleep(1);
      assert.deepEqual(
        reports.map(({ message }) => message),
        [`process ${child.pid} (${process.execPath}) has not ended within 10 ms of SIGTERM; it is killed`],
      );
    }),
  );

  test("a process that still runs at the end of the run is named with its line, and ended", async () => {
    const reports: Report[] = [];
    let child: Process | undefined;
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        child = yield* start(LIVES);
        yield* child.stdout!.readLine();
      }),
    );
    assert.equal(child?.returnCode, -15);
    assert.equal(reports.length, 1);
    assert.match(
      reports[0]?.message ?? "",
      /^still open at the end .*\n {4}process \d+ \(.*\), opened at .*subprocess\.test/,
    );
  });

  test("a process that has ended before the task goes on that started it, in a busy loop, is not named as open", async () => {
    const reports: Report[] = [];
    const blocking = coroutine(function* () {
      for (;;) {
        const end = performance.now() + 5;
        while (performance.now() < end);
        yield* sleep(0);
      }
    });
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        const busy = Array.from({ length: 10 }, () => createTask(blocking()));
        for (let count = 0; count < 3; count++)
          assert.equal(yield* (yield* createSubprocessExec("true", { stdout: "ignore" })).wait(), 0);
        for (const task of busy) task.cancel();
      }),
    );
    assert.deepEqual(reports, []);
  });

  test("bad arguments are told at once", () => {
    assert.throws(() => createSubprocessExec(7 as never), /a program and its arguments are text, not 7/);
    assert.throws(() => createSubprocessExec("ls", 1 as never), /a program and its arguments are text, not 1/);
    assert.throws(() => createSubprocessExec(""), /a program is a name or a path, not ""/);
    assert.throws(
      () => createSubprocessExec("ls", { encoding: "utf8" } as never),
      /encoding: a process is read and written in bytes/,
    );
    assert.throws(
      () => createSubprocessExec("ls", { stdout: "file" as never }),
      /stdout is "pipe", "ignore", "inherit" or a file descriptor, not "file"/,
    );
    assert.throws(() => createSubprocessShell(""), /a command is text, not ""/);
  });
});

describe("createSubprocessShell", () => {
  test(
    "runs a command line in the shell",
    inRun(function* () {
      const child = yield* createSubprocessShell("echo one && exit 7", { stdout: "pipe" });
      const [stdout] = yield* child.communicate();
      assert.deepEqual([String(stdout).trim(), child.returnCode], ["one", 7]);
    }),
  );
});

describe("runProcess", () => {
  test(
    "gives what a program has written; one that fails is an error with the last line of its standard error",
    inRun(function* () {
      const done = yield* runProcess(...script(ECHO), { input: "text" });
      assert.deepEqual([String(done.stdout), String(done.stderr), done.returnCode], ["text", "", 0]);
      const failing = script("console.error('first\\nthe reason'); process.exit(2)");
      try {
        yield* runProcess(...failing);
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.ok(error instanceof CalledProcessError);
        assert.equal(error.message, `${process.execPath} has failed with status 2: the reason`);
        assert.deepEqual([error.returnCode, error.code], [2, "TSYNCIO_CALLED_PROCESS"]);
      }
      assert.equal((yield* runProcess(...failing, { check: false })).returnCode, 2);
    }),
  );

  test(
    "cancelled, it sends SIGTERM, and SIGKILL where that did not help, and waits until the process has ended",
    inRun(function* () {
      const reports = collected();
      const folder = mkdtempSync(join(tmpdir(), "tsyncio-"));
      for (const [code, killed] of [
        [LIVES, 0],
        [STUBBORN, 1],
      ] as const) {
        const file = join(folder, `pid${killed}`);
        const tells = `${code}; require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid))`;
        const task = createTask(runProcess(...script(tells), { grace: killed ? 10 : "1m" }));
        let pid = 0;
        while (pid === 0) {
          yield* sleep(1);
          if (existsSync(file)) pid = Number(readFileSync(file, "utf8"));
        }
        task.cancel();
        assert.equal(yield* outcome(task), "cancelled");
        assert.deepEqual([alive(pid), reports.length], [false, killed]);
      }
      rmSync(folder, { recursive: true });
    }),
  );
});
