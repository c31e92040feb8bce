import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { ChromeEvent } from "tsyncio/debug";
import { type Output, project, start, tsyncio } from "./programs.js";

/** The events of a file in Chrome's format, as names by what a test asks of them. */
function eventsOf(cwd: string, file = "trace.json"): ChromeEvent[] {
  return JSON.parse(readFileSync(join(cwd, file), "utf8")).traceEvents;
}

/** The tasks of a trace. */
function tasksOf(cwd: string, file?: string): unknown[] {
  return eventsOf(cwd, file)
    .filter(({ name, pid }) => name === "thread_name" && pid === 2)
    .map(({ args }) => args?.["name"]);
}

/** How tasks ended. */
function endsOf(cwd: string): string[] {
  return eventsOf(cwd)
    .filter(({ cat }) => cat === "end")
    .map(({ name }) => name);
}

const MAIN = `import { run, sleep, createTask } from "tsyncio";
async function work(): Promise<void> { await sleep(1); }
async function main(): Promise<void> {
  await createTask(work(), { name: "worker" });
  console.log(process.argv.slice(2).join(" "));
}
`;

function trace(t: TestContext, args: readonly string[], cwd: string): Promise<Output> {
  return tsyncio(t, ["trace", ...args], cwd);
}

describe("tsyncio trace", () => {
  test("runs a program as tsyncio run does, and writes what its tasks did for Chrome's tracing page", async (t) => {
    const cwd = project(t, { "main.ts": `${MAIN}await run(main());\nprocess.exitCode = 3;` });
    const { stdout, stderr, status } = await trace(t, ["main.ts", "-f", "chrome", "one", "-o", "two"], cwd);
    assert.deepEqual([stdout, status], ["one -o two\n", 3]);
    assert.match(stderr, /^tsyncio: [1-9]\d events written to trace\.json\n$/);
    assert.deepEqual(tasksOf(cwd), ["main", "worker (work)"]);
    const wait = eventsOf(cwd).find(({ name }) => name === "waits for a sleep");
    assert.deepEqual(wait?.args?.["wokenBy"], "timer");
    assert.match(String(wait?.args?.["stack"]), /^work \(.*main\.ts:2:\d+\)$/);
  });

  test("takes its options in front of the file and behind it, and gives the program what follows, or what is behind --", async (t) => {
    const cwd = project(t, { "main.ts": `${MAIN}await run(main());` });
    for (const [args, printed, file] of [
      [["--format=chrome", "-o", "a.json", "main.ts", "-x"], "-x", "a.json"],
      [["--format", "chrome", "main.ts", "--out=b.json", "--", "-o", "c"], "-o c", "b.json"],
      [["-fchrome", "-od.json", "main.ts", "--", "--"], "--", "d.json"],
    ] as const) {
      assert.equal((await trace(t, args, cwd)).stdout, `${printed}\n`);
      assert.equal(tasksOf(cwd, file).length, 2);
    }
  });

  test("writes one page that needs nothing else", async (t) => {
    const cwd = project(t, { "main.ts": `${MAIN}await run(main());` });
    const { stderr } = await trace(t, ["main.ts"], cwd);
    assert.match(stderr, /events written to trace\.html/);
    const page = readFileSync(join(cwd, "trace.html"), "utf8");
    assert.match(page, /^<!doctype html>/);
    assert.doesNotMatch(page, /\b(src|href)="(?!data:)/);
    assert.doesNotMatch(page, /\/\*(trace|style|script)\*\//);
    assert.ok(page.length < 100_000, String(page.length));
  });

  test("writes when the program fails, and ends with its status", async (t) => {
    const cwd = project(t, {
      "main.ts": `${MAIN}async function broken(): Promise<void> { await main(); throw new Error("no"); }\nawait run(broken());`,
    });
    const { stderr, status } = await trace(t, ["main.ts", "-f", "chrome"], cwd);
    assert.equal(status, 1);
    assert.match(stderr, /Error: no/);
    assert.deepEqual(endsOf(cwd), ["result", "error: Error: no"]);
  });

  test("writes when the program calls process.exit", async (t) => {
    const cwd = project(t, {
      "main.ts": `${MAIN}async function leaving(): Promise<void> { await main(); process.exit(4); }\nawait run(leaving());`,
    });
    assert.equal((await trace(t, ["main.ts", "-f", "chrome"], cwd)).status, 4);
    assert.deepEqual(endsOf(cwd), ["result"]);
  });

  test("writes after Ctrl-C, with what the clean-ups did", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run, sleep } from "tsyncio";
async function main(): Promise<void> {
  try {
    console.log("waits");
    await sleep("1h");
  } finally {
    await sleep(1);
  }
}
await run(main());
`,
    });
    const program = start(t, ["trace", "main.ts", "-f", "chrome"], cwd);
    await program.printed("waits");
    program.signal("SIGINT");
    assert.equal((await program.end()).status, 130);
    assert.deepEqual(endsOf(cwd), ["cancelled"]);
    assert.equal(eventsOf(cwd).filter(({ name }) => name === "waits for a sleep").length, 2);
  });

  test("writes where a signal ends a program that has no run on", async (t) => {
    const cwd = project(t, {
      "main.ts": `${MAIN}await run(main());\nsetInterval(() => {}, 1000);\nconsole.log("idle");`,
    });
    const program = start(t, ["trace", "main.ts", "-f", "chrome"], cwd);
    await program.printed("idle");
    program.signal("SIGTERM");
    assert.equal((await program.end()).status, null);
    assert.deepEqual(tasksOf(cwd), ["main", "worker (work)"]);
  });

  test("leaves the signals to a program that handles them itself", async (t) => {
    const cwd = project(t, {
      "main.ts": `${MAIN}await run(main());
process.on("SIGTERM", () => { console.log("own"); process.exit(5); });
setInterval(() => {}, 1000);
console.log("idle");`,
    });
    const program = start(t, ["trace", "main.ts", "-f", "chrome"], cwd);
    await program.printed("idle");
    program.signal("SIGTERM");
    const { stdout, status } = await program.end();
    assert.deepEqual([stdout, status], ["\nidle\nown\n", 5]);
    assert.equal(tasksOf(cwd).length, 2);
  });

  test("says how many events it had to drop", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run, sleep } from "tsyncio";
async function main(): Promise<void> { for (let left = 20_000; left > 0; left--) await sleep(0); }
await run(main());
`,
    });
    const { stderr } = await trace(t, ["main.ts", "-f", "chrome", "--max-events", "100"], cwd);
    assert.match(stderr, /^tsyncio: the last [\d,]+ events of 6\d,\d{3} written to trace\.json\n$/);
    assert.deepEqual(tasksOf(cwd), ["main"]);
  });

  test("says so where a program runs nothing on tsyncio", async (t) => {
    const cwd = project(t, { "main.ts": "console.log(1);" });
    const { stderr } = await trace(t, ["main.ts", "-f", "chrome"], cwd);
    assert.equal(stderr, "tsyncio: the program ran nothing on tsyncio; an empty trace was written to trace.json\n");
  });

  test("says at once what is wrong with its command line", async (t) => {
    const cwd = project(t, { "main.ts": "console.log(1);" });
    for (const [args, message] of [
      [[], /no file was given/],
      [["none.ts"], /there is no file "none\.ts"/],
      [["--out"], /argument missing/],
      [["--colour", "main.ts"], /Unknown option '--colour'; see tsyncio trace --help/],
      [["-f", "svg", "main.ts"], /--format is html or chrome, not "svg"/],
      [["--max-events", "few", "main.ts"], /--max-events is a whole number from 1, not "few"/],
      [["-o", "missing/trace.html", "main.ts"], /there is no folder ".*missing" to write missing\/trace\.html into/],
      [["-o", ".", "main.ts"], /"\." is a directory; name a file in it/],
    ] as const) {
      const { stdout, stderr, status } = await trace(t, args, cwd);
      assert.deepEqual([stdout, status], ["", 1], stderr);
      assert.match(stderr, message);
    }
    assert.match((await trace(t, ["--help"], cwd)).stdout, /^Usage: tsyncio trace/);
  });
});
