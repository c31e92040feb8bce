import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { project, tsyncio } from "./programs.js";
import { ReplProgram, session } from "./support/replProgram.js";

describe("tsyncio repl: lines", () => {
  const lines: readonly (readonly [sentence: string, typed: readonly string[], printed: string])[] = [
    ["the value of an expression is shown, and is _", ["1 + 1", "_ * 21"], "2\n42\n"],
    [
      "TypeScript is taken",
      ["const x: number = 5", "x as unknown", "enum E { A = 7 }", "E.A"],
      "undefined\n5\nundefined\n7\n",
    ],
    [
      "await stands at the top level",
      ["const x = await Promise.resolve(4)", "await sleep(1, x + 1)"],
      "undefined\n5\n",
    ],
    [
      "an async function that was typed in gives a lazy coroutine",
      ["async function f() { console.log('runs'); return 3 }", "const c = f()", "isCoroutine(c)", "await c"],
      "undefined\nundefined\ntrue\nruns\n3\n",
    ],
    [
      "let, const, class, function and import last from line to line, and may be declared anew",
      [
        "let a = 1; const b = 2; class C { d = 3 }; function f() { return a + b + new C().d }",
        "f()",
        "a = 10",
        "f()",
        "import { basename as last } from 'node:path'",
        "last('/x/y')",
        "const a = await sleep(0, 'new')",
        "a",
      ],
      "undefined\n6\n10\n15\nundefined\n'y'\nundefined\n'new'\n",
    ],
    [
      "a const cannot be assigned to",
      ["const a = 1", "a = 2", "a"],
      "undefined\nTypeError: Assignment to constant variable.\n    at REPL2:1:1\n1\n",
    ],
    [
      "a declaration that failed leaves what was there",
      ["let a = 1", "let a = nothing()", "a"],
      "undefined\nReferenceError: nothing is not defined\n    at REPL2:1:9\n1\n",
    ],
    [
      "input may have several lines",
      ["async function f() {", "  await sleep(1);", "  return `a", "b`", "}", "await f()"],
      "undefined\n'a\\nb'\n",
    ],
    ["an object literal is an expression", ["{ a: 1 }", "{ a: await sleep(0, 2) }"], "{ a: 1 }\n{ a: 2 }\n"],
    [
      "an awaited line may end in a coroutine, which is not awaited",
      ["async function f() {}", "await sleep(0); f()", "_.close()"],
      "undefined\nCoroutine { name: 'f', state: 'not begun' }\n" +
        "    It has not begun: `await _` runs it, `createTask(_)` runs it beside what you type\nundefined\n",
    ],
    ["wrong syntax is shown with its place", ["1 +* 2"], "REPL1:1:4: Unexpected token\n\n1 | 1 +* 2\n    |    ^\n"],
    [
      "all names of tsyncio are there, also as one object",
      ["tsyncio.gather === gather", "new Lock()"],
      "true\nLock { locked: false, owner: null, tasksWaiting: 0 }\n",
    ],
    [
      "a name that the platform has too means tsyncio's in a line, and stays the platform's for its own code",
      ["new Event().isSet()", "new globalThis.Event('x').type", "const Event = 1", "Event"],
      "false\n'x'\nundefined\n1\n",
    ],
    [
      "context variables last from line to line",
      ["const v = new ContextVar('v')", "v.set(1) && 0", "await sleep(0); v.get()"],
      "undefined\n0\n1\n",
    ],
    ["run() works in a line without await", ["const p = run(sleep(1, 2)); 1", "await p"], "1\n2\n"],
    [
      "a line that throws what is no error says so",
      ["throw null", "await sleep(0); throw undefined"],
      "Uncaught null\nUncaught undefined\n",
    ],
    [".exit ends it", ["1", ".exit", "2"], "1\n"],
  ];
  for (const [sentence, typed, printed] of lines) {
    test(sentence, async (t) => assert.equal(await session(t, project(t, {}), typed), printed));
  }

  test("what a line imports of the program is lowered, and found from the folder where one is", async (t) => {
    const cwd = project(t, { "twice.ts": "export async function twice(n: number) { return 2 * n; }" });
    const typed = [
      "import { twice } from './twice.ts'",
      "const four = twice(2); typeof four.close",
      "await four",
      "(await import('./twice.ts')).twice === twice",
    ];
    assert.equal(await session(t, cwd, typed), "undefined\n'function'\n4\ntrue\n");
  });
});

describe("tsyncio repl: tasks", () => {
  test("a coroutine alone is shown, with a hint, and can be awaited as _", async (t) => {
    const typed = ["async function main() { return 7 }", "main()", "await _"];
    assert.equal(
      await session(t, project(t, {}), typed),
      "undefined\nCoroutine { name: 'main', state: 'not begun' }\n" +
        "    It has not begun: `await _` runs it, `createTask(_)` runs it beside what you type\n7\n",
    );
  });

  test("a coroutine that was shown is not reported again; one that nobody saw is", async (t) => {
    const typed = ["async function main() {}", "main()", "1", "main(); 2"];
    const output = await session(t, project(t, {}), typed);
    assert.deepEqual(output.match(/never awaited\n.*/g), ["never awaited\n    made at REPL4:1:1"]);
  });

  test("tasks go on in the background, and ps() tells of each its state and what it waits for", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    const lock =
      "const lock = new Lock(); async function hold() { using _ = await lock.acquire(); await sleep('1h') }\n";
    repl.type(`${lock}createTask(hold(), { name: 'first' }) && createTask(hold(), { name: 'second' }) && 0\n`);
    repl.type("createTask((async () => { await sleep(20); console.log('later') })()) && 0\n");
    await repl.until("later");
    repl.type("ps()\n.ps\nawait sleep(0); ps().map((row) => [row.name, row.state].join())\n");
    const table =
      "TASK    STATE    COROUTINES  WAITS FOR\nfirst   waiting  hold        a sleep\nsecond  waiting  hold        Lock held by task 'first'";
    assert.equal(
      (await repl.end()).output.replaceAll("> ", ""),
      `\n${table}\n${table}\n[ 'first,waiting', 'second,waiting', 'REPL5,running' ]\n`,
    );
  });

  test("a program that a line has imported is cancelled at the end of the session, with its clean-ups", async (t) => {
    const program =
      'import { run, sleep } from "tsyncio";\nasync function main() {\n  try { console.log("on"); await sleep("1h"); } finally { await sleep(1); console.log("cleaned up"); }\n}\nawait run(main());\n';
    const repl = new ReplProgram(t, project(t, { "program.ts": program }));
    repl.type("void import('./program.ts')\n");
    await repl.until("on\n");
    const { output, status } = await repl.end();
    assert.deepEqual([output.replaceAll("> ", "").trim(), status], ["cleaned up", 0]);
  });

  test("ps() of very many tasks shows a hundred, and has all", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("for (let i = 0; i < 102; i++) createTask(sleep('1h')); ps()\nps().length\n");
    const lines = (await repl.end()).output.replaceAll("> ", "").trim().split("\n").slice(-103);
    assert.deepEqual(lines.slice(-3), ["Task-100  not begun  sleep", "… and 2 more: ps().slice(100)", "102"]);
    assert.match(lines[0] as string, /^TASK +STATE +COROUTINES {2}WAITS FOR$/);
  });

  test("an error is shown with the chain of those who awaited it, and the session goes on", async (t) => {
    const typed = [
      "async function inner() { await sleep(1); throw new TypeError('no') }",
      "async function outer() {",
      "  await inner();",
      "}",
      "await outer()",
      "_error.message",
    ];
    assert.equal(
      await session(t, project(t, {}), typed),
      "undefined\nundefined\nTypeError: no\n    at inner (REPL1:1:48)\n    at async outer (REPL2:2:3)\n    at async REPL3:1:1\n'no'\n",
    );
  });

  test("a task that fails in the background is told, and can still be awaited", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("const task = createTask((async function work() { await sleep(5); throw new Error('lost') })())\n");
    await repl.until("task 'Task-1' (work): exception was never retrieved\nError: lost\n    at work (REPL1:1:72)\n");
    repl.type("await task\n");
    const { output, status } = await repl.end();
    assert.match(output, /^Error: lost\n {4}at work \(REPL1:1:72\)\n/m);
    assert.equal(output.match(/never retrieved/g), null);
    assert.equal(status, 0);
  });

  test("an error in a callback, and a rejection that nobody handles, do not end the session", async (t) => {
    const typed = [
      "await new Promise((resolve) => { setTimeout(() => { resolve(); throw new Error('callback') }) })",
      "Promise.reject(new Error('rejection')); await sleep(5)",
      "'on'",
    ];
    const output = await session(t, project(t, {}), typed);
    assert.deepEqual(output.match(/^Error: .*\n.*|'on'/gm), [
      "Error: callback\n    at Timeout._onTimeout (REPL1:1:70)",
      "Error: rejection\n    at REPL2:1:16",
      "'on'",
    ]);
  });

  test("at the end what is left is cancelled and awaited", async (t) => {
    const typed = [
      "createTask((async () => { try { await sleep('1h') } finally { await sleep(5); console.log('clean') } })()) && 0",
      "await sleep(0)",
    ];
    assert.equal(await session(t, project(t, {}), typed), "0\nundefined\nclean\n");
  });

  test("a line that can never go on fails when nothing more can be typed", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("await new Future()\n");
    const { output, status } = await repl.end();
    assert.match(
      output,
      /DeadlockError: the program can never go on; all tasks wait\n {4}task 'REPL1' .* waits for a future\n/,
    );
    assert.equal(status, 1);
  });
});

describe("tsyncio repl: SIGINT", () => {
  test("cancels the line that runs, with its clean-ups, and not the session", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type(
      "const other = createTask(sleep('1h', 1)); try { console.log('on'); await sleep('1h') } finally { await sleep(1); console.log('clean') }\n",
    );
    await repl.until("on\n");
    repl.signal("SIGINT");
    assert.equal(await repl.until("(cancelled)\n"), "clean\n(cancelled)\n");
    repl.type("other.done()\n");
    assert.equal((await repl.end()).output, "> false\n> ");
  });

  test("interrupts a line that computes", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("console.log('on'); while (true);\n");
    await repl.until("on\n");
    repl.signal("SIGINT");
    assert.equal(await repl.until("(cancelled)\n"), "(cancelled)\n");
    repl.type("1\n");
    assert.equal((await repl.end()).output, "> 1\n> ");
  });

  test("interrupts a line that prints without end, and what is printed later still appears", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("while (true) console.log('again');\n");
    await repl.until("again\n");
    repl.signal("SIGINT");
    await repl.until("(cancelled)\n> ");
    repl.type("1 + 1\n");
    assert.equal((await repl.end()).output, "2\n> ");
  });

  test("a second one leaves the clean-ups of the line to the background", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    repl.type("try { console.log('on'); await sleep('1h') } finally { console.log('cleaning'); await sleep('1h') }\n");
    await repl.until("on\n");
    repl.signal("SIGINT");
    await repl.until("cleaning\n");
    repl.signal("SIGINT");
    await repl.until("goes on cleaning up in the background");
    repl.type("ps().map((row) => row.state)\n");
    await repl.until("[ 'waiting, cancelled' ]\n");
    assert.equal((await repl.end()).status, 0);
  });

  test("at an empty prompt asks for a second one, which ends the session", async (t) => {
    const repl = new ReplProgram(t, project(t, {}));
    await repl.until("> ");
    repl.signal("SIGINT");
    await repl.until("(To exit, press Ctrl+C again or Ctrl+D or type .exit)\n");
    repl.signal("SIGINT");
    assert.equal((await repl.end()).status, 0);
  });
});

describe("tsyncio repl tells about itself", () => {
  test("--help tells what it is", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, ["repl", "--help"]);
    assert.match(stdout, /^Usage: tsyncio repl\n/);
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
  });

  test("a file is not for it", async (t) => {
    const { stderr, status } = await tsyncio(t, ["repl", "main.ts"]);
    assert.equal(stderr, "tsyncio: `tsyncio repl` takes no file; to run one: tsyncio run main.ts\n");
    assert.equal(status, 1);
  });

  test(".help tells of Node's commands and of ps()", async (t) => {
    const output = await session(t, project(t, {}), [".help"]);
    assert.match(output, /^ps\(\) +The tasks/m);
    assert.match(output, /^\.editor|^\.load/m);
    assert.match(output, /^\.ps +Show the tasks/m);
  });
});
