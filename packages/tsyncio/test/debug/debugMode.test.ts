/** What debug mode tells, of programs in TypeScript that the command runs. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { COMMAND, type Output, Program, project } from "../programs.js";

/** Paths, times and numbers that change are taken out. */
function plain(text: string): string {
  return text
    .replace(/(file:\/\/)?\/\S*\/(\w+\.ts)/g, "$2")
    .replace(/\d+(\.\d+)? (ms|s|seconds)\b/g, "TIME")
    .replace(/\bTask-\d+/g, "Task-N")
    .replace(/(main\.ts:\d+):\d+/g, "$1");
}

async function ends(t: TestContext, program: string): Promise<Output> {
  const cwd = project(t, { "main.ts": program });
  const { stdout, stderr, status } = await new Program(t, [COMMAND, "run", "main.ts"], cwd).end();
  // What a busy machine makes slow is no matter of the program.
  const slow = /^Executing .*\n( {4}(at|in) .*\n)*/gm;
  return { stdout, stderr: plain(stderr).replace(slow, ""), status };
}

describe("debug mode", () => {
  test("a step that blocks the loop is named while it blocks, with the line that it is at and those that await it", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { existsSync } from "node:fs";
import { createTask, run, sleep } from "tsyncio";

function busy(): void {
  while (!existsSync("go")) {}
}

async function parse(): Promise<void> {
  await sleep(1);
  busy();
}

async function crawl(): Promise<void> {
  await parse();
}

async function main(): Promise<void> {
  await createTask(crawl(), { name: "crawler" });
}

await run(main(), { debug: true });
`,
    });
    const program = new Program(t, [COMMAND, "run", "main.ts"], cwd);
    await program.complained("async crawl");
    writeFileSync(join(cwd, "go"), "");
    const { stderr, status } = await program.end();
    const text = plain(stderr).replace(/^Executing (?!task 'crawler').*\n( {4}(at|in) .*\n)*/gm, "");
    assert.deepEqual(
      text
        .slice(text.search(/^Executing .* has been blocking/m))
        .split("\n")
        .filter((line) => !/ \(node:|existsSync/.test(line)),
      [
        "Executing task 'crawler' (crawl), made at main.ts:18 has been blocking the loop for TIME, and goes on",
        "    at busy (main.ts:5)",
        "    at parse (main.ts:10)",
        "    at async crawl (main.ts:14)",
        "Executing task 'crawler' (crawl), made at main.ts:18 took TIME",
        "",
      ],
    );
    assert.equal(status, 0);
  });

  test("a callback that blocks the loop is named as well; and what the platform blocks, when it has returned", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { existsSync } from "node:fs";
import { getRunningLoop, run, sleep } from "tsyncio";

async function main(): Promise<void> {
  const loop = getRunningLoop();
  loop.callSoon(function late() {
    while (!existsSync("go")) {}
  });
  await sleep(1);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
}

await run(main(), { debug: true });
`,
    });
    const program = new Program(t, [COMMAND, "run", "main.ts"], cwd);
    await program.complained("at late");
    writeFileSync(join(cwd, "go"), "");
    const { stderr } = await program.end();
    assert.match(
      stderr,
      /^Executing a callback has been blocking the loop for [\d.]+ seconds, and goes on\n( {4}at .*existsSync.*\n)? {4}at late \(\S*main\.ts:7:\d+\)\nExecuting <Handle late> took/m,
    );
    assert.match(plain(stderr), /Executing task 'main' \(main\), made at main\.ts:13 took TIME/);
    assert.ok(existsSync(join(cwd, "go")));
  });

  test("a deadlock ends the process with status 1; the tasks that wait for each other come first, with their lines", async (t) => {
    const { stderr, status } = await ends(
      t,
      `import { createTask, gather, Lock, run, sleep } from "tsyncio";

const [a, b] = [new Lock(), new Lock()];

async function transfer(from: Lock, to: Lock): Promise<void> {
  using _ = await from.acquire();
  await sleep(1);
  using __ = await to.acquire();
}

async function main(): Promise<void> {
  const one = createTask(transfer(a, b), { name: "one" });
  const two = createTask(transfer(b, a), { name: "two" });
  await gather(one, two);
}

await run(main(), { debug: true });
`,
    );
    assert.deepEqual(
      stderr.split("\n").slice(-12),
      [
        "DeadlockError: the program can never go on; all tasks wait",
        "    2 tasks wait for each other:",
        "        task 'one' (transfer) waits for Lock held by task 'two', for TIME",
        "            at transfer (main.ts:8)",
        "            made at main.ts:12",
        "        task 'two' (transfer) waits for Lock held by task 'one', for TIME",
        "            at transfer (main.ts:8)",
        "            made at main.ts:13",
        "    task 'main' (main) waits for a gather, of which 2 of 2 have not ended, for TIME",
        "        at main (main.ts:14)",
        "        made at main.ts:17",
        "",
      ].slice(-12),
    );
    assert.equal(status, 1);
  });

  test("tasks that are still on at the end of the run are named with their lines, and an async generator that was left", async (t) => {
    const { stderr, status } = await ends(
      t,
      `import { createTask, run, sleep } from "tsyncio";

async function tick(): Promise<void> {
  await sleep("1h");
}

async function* lines(): AsyncGenerator<string> {
  yield "a";
  yield "b";
}

const left = lines();

async function main(): Promise<void> {
  createTask(tick(), { name: "ticker" });
  await left.next();
  await import("tsyncio/debug");
}

await run(main(), { debug: true });
`,
    );
    assert.equal(
      stderr,
      `still on at the end of the run, and cancelled; await them, or make them in a task group:
    task 'ticker' (tick) waits for a sleep, for TIME, TIME left
        at tick (main.ts:4)
        made at main.ts:15
an async generator 'lines' was begun and neither finished nor closed; the run closes it at its end
    Loop over it to its end, leave the loop by break, or await its return().
`,
    );
    assert.equal(status, 0);
  });

  test("a failure that nobody took tells where its task was made", async (t) => {
    const { stderr } = await ends(
      t,
      `import { createTask, run, sleep } from "tsyncio";

async function fail(): Promise<void> {
  throw new Error("no");
}

async function main(): Promise<void> {
  createTask(fail(), { name: "failing" });
  await sleep(1);
}

await run(main(), { debug: true });
`,
    );
    assert.match(stderr, /^task 'failing' \(fail\), made at main\.ts:8: exception was never retrieved\n Error: no\n/);
  });

  test("the end of the process in the middle of a run tells what was on", async (t) => {
    const { stderr, status } = await ends(
      t,
      `import { run, sleep } from "tsyncio";

async function main(): Promise<void> {
  await import("tsyncio/debug");
  setTimeout(() => process.exit(3), 0);
  await sleep("1h");
}

await run(main(), { debug: true });
`,
    );
    assert.match(
      stderr,
      /^the process ends while a run is on:\n {4}task 'main' \(main\) waits for a sleep, for TIME, TIME left\n {8}at main \(main\.ts:6\)\n {8}made at main\.ts:9\n/,
    );
    assert.equal(status, 3);
  });

  test("a process that goes on after its last run tells what keeps it", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run } from "tsyncio";
setInterval(() => {}, 100_000);
async function main(): Promise<void> {}
await run(main(), { debug: true });
`,
    });
    const program = new Program(t, [COMMAND, "run", "main.ts"], cwd);
    await program.complained("the process goes on");
    program.signal("SIGKILL");
    assert.match(
      (await program.end()).stderr,
      /^all runs have ended 1 s ago, and the process goes on:\n {4}open: .*Timeout/,
    );
  });

  test("what a Runner has left is told once, at its end, and what is on at the end of the process once for each run", async (t) => {
    const { stderr } = await ends(
      t,
      `import { createTask, run, Runner, sleep } from "tsyncio";

async function tick(): Promise<void> {
  await sleep("1h");
}

async function main(): Promise<void> {
  createTask(tick(), { name: "ticker" });
}

const runner = new Runner({ debug: true });
await runner.run(main());
await runner.run(sleep(1));
await runner.close();
run(tick(), { debug: true });
run(tick(), { debug: true });
setTimeout(() => process.exit(), 10);
`,
    );
    const told = stderr.split("\n").filter((line) => !line.startsWith("    "));
    assert.deepEqual(told, [
      "still on at the end of the run, and cancelled; await them, or make them in a task group:",
      "the process ends while a run is on:",
      "the process ends while a run is on:",
      "",
    ]);
  });

  test("a task that is cancelled by a task of another run is told, with the line", async (t) => {
    const { stderr } = await ends(
      t,
      `import { run, sleep, type Task, currentTask } from "tsyncio";

let victim: Task<unknown> | null = null;

async function first(): Promise<void> {
  victim = currentTask();
  await sleep("1h");
}

async function second(): Promise<void> {
  await sleep(1);
  victim?.cancel();
}

const running = run(first(), { debug: true });
await run(second());
await running.catch(() => {});
`,
    );
    assert.equal(
      stderr,
      `task 'main' (first), made at main.ts:15 was cancelled by task 'main', which belongs to another run
    at main.ts:12
    Tell it what to do by a queue, an event or a future: each run ends its own tasks.
`,
    );
  });
});
