import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { folder, PACKAGE, Program, project, start, tsyncio } from "./programs.js";

const [major = 0] = process.versions.node.split(".").map(Number);
/** From here on the loader works in the thread of the program, and Node's own entry starts it. */
const hasEntry = major >= 22;

describe("tsyncio run", () => {
  test("runs TypeScript whose async functions are coroutines", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run, sleep } from "tsyncio";
import { double } from "./double.js";
enum Unit { One = 1 }
async function main(): Promise<string> {
  const lazy = double(Unit.One);
  console.log("made", typeof lazy.close);
  await sleep(0);
  return \`got \${await lazy}\`;
}
console.log(await run(main()));
`,
      "double.ts": `export async function double(n: number): Promise<number> { console.log("runs"); return 2 * n; }`,
    });
    const { stdout, stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.deepEqual({ stdout, stderr, status }, { stdout: "made function\nruns\ngot 2\n", stderr: "", status: 0 });
  });

  test("runs JavaScript too, ES modules and CommonJS", async (t) => {
    const text = "const c = (async () => 1)(); console.log(typeof c.close); c.close();";
    const cwd = project(t, { "a.js": text, "b.mjs": text, "c.cjs": text });
    for (const file of ["a.js", "b.mjs", "c.cjs"]) {
      assert.deepEqual(await tsyncio(t, ["run", file], cwd), { stdout: "function\n", stderr: "", status: 0 }, file);
    }
  });

  test("gives the program what stands behind FILE, also what begins with a dash", async (t) => {
    const cwd = project(t, { "main.ts": "console.log(JSON.stringify(process.argv));" });
    const { stdout } = await tsyncio(t, ["run", "main.ts", "--help", "--", "-x", "", "a b", "run"], cwd);
    const args = [process.execPath, join(cwd, "main.ts"), "--help", "--", "-x", "", "a b", "run"];
    assert.deepEqual(JSON.parse(stdout), args);
  });

  test("takes a file whose name begins with a dash behind --", async (t) => {
    const cwd = project(t, { "-main.ts": "console.log(process.argv.slice(2));" });
    assert.equal((await tsyncio(t, ["run", "--", "-main.ts", "-x"], cwd)).stdout, "[ '-x' ]\n");
  });

  test("the file is the main module", { skip: !hasEntry }, async (t) => {
    const cwd = project(t, {
      "main.ts": 'console.log((import.meta as any).main ?? "unknown");',
      "main.cts": "console.log(require.main === module);",
    });
    assert.equal((await tsyncio(t, ["run", "main.ts"], cwd)).stdout, major >= 24 ? "true\n" : "unknown\n");
    assert.equal((await tsyncio(t, ["run", "main.cts"], cwd)).stdout, "true\n");
  });

  test("ends with the exit code that the program sets", async (t) => {
    const cwd = project(t, { "set.ts": "process.exitCode = 3;", "exit.ts": "process.exit(4);" });
    assert.equal((await tsyncio(t, ["run", "set.ts"], cwd)).status, 3);
    assert.equal((await tsyncio(t, ["run", "exit.ts"], cwd)).status, 4);
  });

  test("lowers what the program starts by itself: worker threads and forked processes", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { fork } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
const worker = new Worker(new URL("./part.ts", import.meta.url), { workerData: "worker" });
console.log(worker instanceof Worker, (await once(worker, "message"))[0]);
console.log((await once(fork(new URL("./part.ts", import.meta.url)), "message"))[0]);
`,
      "part.ts": `import { parentPort, workerData } from "node:worker_threads";
enum Kind { Lazy = "is lowered" }
const f = async (): Promise<Kind> => Kind.Lazy;
const text = (workerData ?? "fork") + (typeof (f() as any).close === "function" ? " is lazy and " : " ") + (await f());
parentPort?.postMessage(text);
process.send?.(text);
process.disconnect?.();
`,
    });
    const { stdout } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.equal(stdout, "true worker is lazy and is lowered\nfork is lazy and is lowered\n");
  });

  test("reports a coroutine at the top level that nobody awaited, with its line", async (t) => {
    const cwd = project(t, {
      "main.ts":
        'async function main(): Promise<void> {\n  console.log("never");\n}\nconsole.log("hi");\n\n  main();\n',
    });
    const { stdout, stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.equal(stdout, "hi\n");
    assert.ok(
      stderr.startsWith(`coroutine 'main' was never awaited\n    made at ${join(cwd, "main.ts")}:6:3\n`),
      stderr,
    );
    assert.equal(stderr.match(/never awaited/g)?.length, 1);
    assert.equal(status, 0);
  });

  test("Ctrl-C lets the program clean up and ends it with 130, without a message", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run, sleep } from "tsyncio";
async function main() {
  try {
    console.log("waiting");
    await sleep("1h");
  } finally {
    await sleep(1);
    console.log("clean");
  }
}
await run(main());
`,
    });
    const program = start(t, ["run", "main.ts"], cwd);
    await program.printed("waiting");
    program.signal("SIGINT");
    assert.deepEqual(await program.end(), { stdout: "waiting\nclean\n", stderr: "", status: 130 });
  });

  describe("of a program that awaits at its top level, without run()", () => {
    const main = `import { createTask, sleep } from "tsyncio";
async function log(text: string) { await sleep(0); console.log(text); }
async function main() {
  createTask(beside());
  try {
    log("forgotten");
    await sleep(1);
    console.log("waiting");
    await sleep("1h");
  } finally {
    await log("clean");
    await sleep(CLEANING);
  }
}
async function beside() {
  try { await sleep("1h"); } finally { console.log("clean beside"); }
}
`;
    const quick = main.replace("CLEANING", "1");

    /** Starts the program, and sends the signal when it waits. */
    async function signalled(t: TestContext, text: string, signal: NodeJS.Signals = "SIGINT"): Promise<Program> {
      const program = start(t, ["run", "main.ts"], project(t, { "main.ts": text }));
      await program.printed("waiting");
      program.signal(signal);
      return program;
    }

    test("Ctrl-C cancels its tasks, lets them clean up, and tells what was forgotten", async (t) => {
      const program = await signalled(t, `${quick}await main();\nconsole.log("never");\n`);
      const { stdout, stderr, status } = await program.end();
      assert.deepEqual([stdout, status], ["waiting\nclean beside\nclean\n", 130]);
      assert.match(stderr, /^coroutine 'log' was never awaited\n {4}made at .*main\.ts:6:5\n.*\n$/);
    });

    test("a second Ctrl-C ends it at once and tells what was running", async (t) => {
      const program = await signalled(t, `${main.replace("CLEANING", '"1h"')}await main();\n`);
      await program.printed("clean\n");
      program.signal("SIGINT");
      const { stderr, status } = await program.end();
      assert.equal(status, 130);
      assert.match(
        stderr,
        /SIGINT again: ending at once\. Still running:\n.*task 'Task-\d+' \(main\) waits for a sleep\n/,
      );
    });

    test("it handles signals itself where it listens to them", async (t) => {
      const program = await signalled(
        t,
        `${quick}process.once("SIGTERM", () => { console.log("own"); process.exit(3); });
await main();
`,
        "SIGTERM",
      );
      const { stdout, status } = await program.end();
      assert.deepEqual([stdout, status], ["waiting\nown\n", 3]);
    });

    test("Ctrl-C reaches it where a package listens that sends the signal again when it is alone", async (t) => {
      const listener = `function clean() {
  if (process.listenerCount("SIGINT") > 1) return;
  console.log("package");
  process.off("SIGINT", clean);
  process.kill(process.pid, "SIGINT");
}
process.on("SIGINT", clean);
`;
      const program = await signalled(t, `${listener}${quick}await main();\n`);
      const { stdout, status } = await program.end();
      assert.deepEqual([stdout, status], ["waiting\npackage\nclean beside\nclean\n", 130]);
    });

    test("an error of a clean-up is told", async (t) => {
      const text = quick.replace('await log("clean")', 'throw new Error("no clean-up")');
      const program = await signalled(t, `${text}await main();\n`);
      const { stdout, stderr, status } = await program.end();
      assert.deepEqual([stdout, status], ["waiting\nclean beside\n", 130]);
      assert.match(stderr, /Error: no clean-up\n {4}at main .*main\.ts:11:/);
    });

    test("Ctrl-C cancels them after a run, too", async (t) => {
      const text = `import { run } from "tsyncio";\n${quick}await run(sleep(1));\nawait main();\n`;
      const program = await signalled(t, text);
      const { stdout, status } = await program.end();
      assert.deepEqual([stdout, status], ["waiting\nclean beside\nclean\n", 130]);
    });

    test("Ctrl-C ends it with 130 where it has no tasks", async (t) => {
      const program = await signalled(t, 'setInterval(() => {}, 1e6); console.log("waiting");');
      assert.deepEqual(await program.end(), { stdout: "waiting\n", stderr: "", status: 130 });
    });
  });
});

describe("An error that nobody caught", () => {
  test("is printed once: the user's line, the message, the await chain", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { run, sleep } from "tsyncio";

interface Order { id: number }
async function load(order: Order): Promise<never> {
  await sleep(1);
	const text: string = "no order "; throw new RangeError(text + order.id);
}
async function main(): Promise<void> {
  await load({ id: 7 });
}
await run(main());
`,
    });
    const { stdout, stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    const path = join(cwd, "main.ts");
    const expected = [
      `${path}:6:42`,
      '\tconst text: string = "no order "; throw new RangeError(text + order.id);',
      `\t${" ".repeat(40)}^`,
      "",
      "RangeError: no order 7",
      `    at load (${path}:6:42)`,
      `    at async main (${path}:9:3)`,
      "",
    ];
    assert.equal(stderr, expected.join("\n"));
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
  });

  test("tells causes, and all errors of an ExceptionGroup, without frames of tsyncio, the loader or Node's inside", async (t) => {
    const cwd = project(t, {
      "main.ts": `import { readFile } from "node:fs/promises";
import { run, sleep, withTaskGroup } from "tsyncio";
async function first(): Promise<void> {
  await sleep(1);
  try {
    await readFile("/does/not/exist");
  } catch (cause) {
    throw new Error("first failed", { cause });
  }
}
async function second(): Promise<void> {
  try {
    await sleep("1h");
  } finally {
    throw new TypeError("second failed");
  }
}
await run(() => withTaskGroup(async (group) => {
  group.createTask(first());
  group.createTask(second());
}));
`,
    });
    const { stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    const path = join(cwd, "main.ts");
    assert.match(stderr, /^ExceptionGroup: .* \(2 sub-exceptions\)$/m);
    assert.match(stderr, new RegExp(`^ {2}1 of 2: Error: first failed\\n {6}at first \\(${path}:8:11\\)$`, "m"));
    assert.match(stderr, /^ {4}caused by: Error: ENOENT: no such file or directory, open '\/does\/not\/exist'$/m);
    assert.match(stderr, /^ +\{ errno: -2, code: 'ENOENT', syscall: 'open', path: '\/does\/not\/exist' \}$/m);
    assert.match(stderr, new RegExp(`^ {2}2 of 2: TypeError: second failed\\n {6}at second \\(${path}:15:11\\)$`, "m"));
    for (const line of stderr.split("\n")) {
      if (/^\s+at /.test(line)) assert.ok(line.includes(path), line);
    }
    assert.equal(status, 1);
  });

  test("may be its own cause", async (t) => {
    const cwd = project(t, { "main.ts": 'const e = new Error("round"); e.cause = e; throw e;' });
    const { stderr } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.match(stderr, /caused by: Error: round \(shown above\)/);
  });

  test("of a callback, of a rejected promise, and a value that is no error, end the program too", async (t) => {
    const cwd = project(t, {
      "callback.ts": 'setTimeout(() => { throw new Error("late"); }, 1);\nsetInterval(() => {}, 1000);',
      "promise.ts": 'void Promise.reject(new Error("lost"));\nsetInterval(() => {}, 1000);',
      "value.cjs": "throw { a: 1 };",
    });
    const callback = await tsyncio(t, ["run", "callback.ts"], cwd);
    assert.match(callback.stderr, /callback\.ts:1:26\n.*\n +\^\n\nError: late\n/);
    assert.equal(callback.status, 1);
    const promise = await tsyncio(t, ["run", "promise.ts"], cwd);
    assert.match(promise.stderr, /promise\.ts:1:21\n.*\n +\^\n\nError: lost\n/);
    assert.equal(promise.status, 1);
    const value = await tsyncio(t, ["run", "value.cjs"], cwd);
    assert.deepEqual(value, { stdout: "", stderr: "Uncaught { a: 1 }\n", status: 1 });
  });

  test("goes to the program where that listens for it", async (t) => {
    const cwd = project(t, {
      "main.ts": 'process.on("uncaughtException", (e) => console.log("mine:", e.message)); throw new Error("own");',
    });
    const { stdout, stderr } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.deepEqual({ stdout, stderr }, { stdout: "mine: own\n", stderr: "" });
  });

  test("of syntax is one message with file, line, column and the code, also in a file that is imported", async (t) => {
    const bad = "const a = 1;\nasync function f() {\n  const = 2;\n}\n";
    const cwd = project(t, { "bad.ts": bad, "main.ts": 'import "./bad.js";' });
    for (const file of ["bad.ts", "main.ts"]) {
      const { stdout, stderr, status } = await tsyncio(t, ["run", file], cwd);
      const [head, empty, ...frame] = stderr.trimEnd().split("\n");
      assert.ok(head?.startsWith(`${join(cwd, "bad.ts")}:3:9: `), stderr);
      assert.equal(empty, "");
      assert.deepEqual(frame, [
        "  1 | const a = 1;",
        "  2 | async function f() {",
        "> 3 |   const = 2;",
        "    |         ^",
        "  4 | }",
      ]);
      assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
    }
  });

  test("names a module, or an export, that is not there", async (t) => {
    const cwd = project(t, {
      "file.ts": 'import "./missing.js";',
      "package.ts": 'import "missing";',
      "name.ts": 'import { missing } from "tsyncio";\nmissing();',
    });
    const file = await tsyncio(t, ["run", "file.ts"], cwd);
    assert.match(
      file.stderr,
      /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module '.*missing\.js' imported from .*file\.ts/,
    );
    const module = await tsyncio(t, ["run", "package.ts"], cwd);
    assert.match(
      module.stderr,
      /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'missing' imported from .*package\.ts\n$/,
    );
    const name = await tsyncio(t, ["run", "name.ts"], cwd);
    assert.match(
      name.stderr,
      /name\.ts:1\n[\s\S]*SyntaxError: The requested module 'tsyncio' does not provide an export named 'missing'\n$/,
    );
    assert.deepEqual([file.status, module.status, name.status], [1, 1, 1]);
  });

  test("of a program that can never go on names what each task waits for", async (t) => {
    const cwd = project(t, {
      "main.ts": 'import { run } from "tsyncio";\nawait run(async function main() { await new Promise(() => {}); });',
    });
    const { stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.match(stderr, /^DeadlockError: .*\n +task 'main' .* waits for a native promise\n$/);
    assert.equal(status, 1);
  });

  test("a top-level await that nothing will ever end is told, with Node's status for it", async (t) => {
    const cwd = project(t, { "main.ts": "await new Promise(() => {});" });
    const { stderr, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.match(stderr, /top-level await/);
    assert.ok(stderr.includes(join(cwd, "main.ts")), stderr);
    assert.equal(status, 13);
  });
});

describe("A command line that makes no sense gets one message and status 1", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["no file", ["run"], "no file was given; usage: tsyncio run FILE [ARGUMENT…]"],
    ["an unknown file", ["run", "nowhere.ts"], 'there is no file "nowhere.ts"'],
    ["a file without its ending", ["run", "main"], 'there is no file "main"; did you mean "main.ts"?'],
    ["a directory", ["run", "."], '"." is a directory; name a file in it'],
    ["an unknown option of run", ["run", "--fast", "main.ts"], "Unknown option '--fast'; see tsyncio run --help"],
    ["an unknown option", ["--fast"], "Unknown option '--fast'; see tsyncio --help"],
    [
      "an unknown command",
      ["frobnicate"],
      'unknown command "frobnicate"; commands: check, lower, ps, pstree, repl, run, top, trace',
    ],
    ["a file in place of a command", ["main.ts"], 'unknown command "main.ts"; to run a file: tsyncio run main.ts'],
  ];
  for (const [name, args, message] of cases) {
    test(name, async (t) => {
      const cwd = project(t, { "main.ts": 'console.log("runs");' });
      assert.deepEqual(await tsyncio(t, args, cwd), { stdout: "", stderr: `tsyncio: ${message}\n`, status: 1 });
    });
  }

  test("no command: with the help", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, []);
    assert.match(stderr, /^tsyncio: no command was given\n\nUsage: tsyncio COMMAND\n/);
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
  });

  test("@tsyncio/compiler is not installed", async (t) => {
    const cwd = folder(t, { "main.ts": 'console.log("runs");' });
    cpSync(join(PACKAGE, "dist"), join(cwd, "node_modules/tsyncio/dist"), { recursive: true });
    cpSync(join(PACKAGE, "package.json"), join(cwd, "node_modules/tsyncio/package.json"));
    const command = join(cwd, "node_modules/tsyncio/dist/cli/main.js");
    const { stdout, stderr, status } = await new Program(t, [command, "run", "main.ts"], cwd).end();
    assert.equal(
      stderr,
      "tsyncio: `tsyncio run` needs the package @tsyncio/compiler, which is not installed; install it: npm install @tsyncio/compiler\n",
    );
    assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
  });
});

describe("tsyncio tells about itself", () => {
  test("--help names the commands", async (t) => {
    for (const option of ["--help", "-h"]) {
      const { stdout, stderr, status } = await tsyncio(t, [option]);
      assert.match(stdout, /^Usage: tsyncio COMMAND\n[\s\S]*run FILE \[ARGUMENT…\]/);
      assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
    }
  });

  test("run --help tells how to run a file, and runs none", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, ["run", "--help", "nowhere.ts"]);
    assert.match(stdout, /^Usage: tsyncio run \[OPTION…\] FILE \[ARGUMENT…\]\n/);
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
  });

  test("--version is that of the package", async (t) => {
    const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
    assert.deepEqual(await tsyncio(t, ["--version"]), { stdout: `${version}\n`, stderr: "", status: 0 });
  });

  test("the file that npm links as the command begins with a line for the shell, and is the command", async (t) => {
    const { bin } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { bin: { tsyncio: string } };
    const path = join(PACKAGE, bin.tsyncio);
    assert.ok(readFileSync(path, "utf8").startsWith("#!/usr/bin/env node\n"));
    assert.match((await new Program(t, [path, "--help"], PACKAGE).end()).stdout, /^Usage: tsyncio COMMAND\n/);
  });
});
