import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, gather } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { project, tsyncio } from "../programs.js";

/** `said` gives a stack without what differs between machines. */
const IMPORTS = `import { createTask, gather, race, run, shield, sleep, wait, waitFor, withTaskGroup } from "tsyncio";
const said = (error: any) => error.stack.replace(/ \\((file:)?\\/[^)]*?([^/)]+:\\d+:\\d+)\\)/g, " ($2)");`;

/** Each line of \`ways\` awaits a child, in a task of its own, that fails. */
const PROGRAM = `${IMPORTS}
async function fails(): Promise<never> { await sleep(1); throw new Error("x"); }
async function child(): Promise<never> { return await fails(); }
const ways = {
  async gather() { await gather(sleep(9000), child()); },
  async nested() { await gather(gather(child())); },
  async createTask() { const task = createTask(child()); await sleep(2); await task; },
  async shield() { await shield(child()); },
  async race() { await race([child(), sleep(9000)]); },
  async wait() { const { done } = await wait([createTask(child())]); for (const task of done) task.result(); },
  async waitFor() { await waitFor(createTask(child()), 9000); },
  async group() { await withTaskGroup(async (group) => { group.createTask(child()); await sleep(9000); }); },
  async tasks() { await createTask(gather(child()), { name: "outer" }); },
};
async function main(way: () => Promise<void>): Promise<void> { await way(); }
for (const [name, way] of Object.entries(ways)) {
  try { await run(main(way)); } catch (error: any) { console.log(said(error)); if (error.errors) console.log(error.errors.map(said).join("\\n")); }
}
`;

/** Where a text stands in a program. */
function place(program: string, text: string): string {
  const before = program.slice(0, program.indexOf(text)).split("\n");
  return `(main.ts:${before.length}:${(before.at(-1) as string).length + 1})`;
}

describe("The await chain from task to task", () => {
  test("is that of the child, then that of who awaits it, with the line and column of every await", async (t) => {
    const cwd = project(t, { "main.ts": PROGRAM });
    const at = (text: string): string => place(PROGRAM, text);
    const awaitedBy = (way: string, text: string): string => `    at async ${way} ${at(text)}
    at async main ${at("await way()")}
`;
    const chain = (way: string, text: string): string => `Error: x
    at fails ${at("new Error")}
    at async child ${at("await fails()")}
    -- awaited by task 'main' --
${awaitedBy(way, text)}`;
    const expected = [
      chain("gather", "await gather(sleep"),
      chain("nested", "await gather(gather"),
      chain("createTask", "await task;"),
      chain("shield", "await shield"),
      chain("race", "await race"),
      chain("wait", "result()"),
      chain("waitFor", "await waitFor"),
      `ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n${awaitedBy("group", "await withTaskGroup")}`,
      chain("group", "await withTaskGroup"),
      chain("tasks", "await createTask(gather"),
    ].join("");
    assert.deepEqual(await tsyncio(t, ["run", "main.ts"], cwd), { stdout: expected, stderr: "", status: 0 });
  });

  test("two tasks that await one tell their own chain each, and a third that awaits one of them both", async (t) => {
    const cwd = project(t, {
      "main.ts": `${IMPORTS}
async function fails(): Promise<never> { throw new Error("x"); }
async function a(shared: Promise<never>): Promise<never> { return await shared; }
async function b(shared: Promise<never>): Promise<never> { return await shared; }
async function main(): Promise<void> {
  const shared = createTask(fails());
  const both = [createTask(a(shared), { name: "A" }), createTask(b(shared), { name: "B" })];
  for (const task of both) { try { await task; } catch (error) { console.log(said(error)); } }
}
await run(main());
`,
    });
    const chainOf = (name: string, line: number): string => `Error: x
    at fails (main.ts:3:48)
    -- awaited by task '${name.toUpperCase()}' --
    at async ${name} (main.ts:${line}:67)
    -- awaited by task 'main' --
    at async main (main.ts:9:36)
`;
    const expected = chainOf("a", 4) + chainOf("b", 5);
    assert.deepEqual(await tsyncio(t, ["run", "main.ts"], cwd), { stdout: expected, stderr: "", status: 0 });
  });

  test("an error of the library, of a promise, and one that is thrown again have the line of the await", async (t) => {
    const cwd = project(t, {
      "main.ts": `${IMPORTS}
async function library(): Promise<void> { await waitFor(sleep(9000), 1); }
async function promise(): Promise<void> { await new Promise((_, reject) => setTimeout(() => reject(made), 1)); }
const made = new Error("made");
made.stack = "Error: made\\n    at elsewhere";
async function kept(): Promise<void> { throw made; }
async function main(): Promise<void> {
  for (const way of [library, promise, kept]) { try { await way(); } catch (error) { console.log(said(error)); } }
}
await run(main());
`,
    });
    const expected = `TimeoutError: not done within 1 ms
    at async library (main.ts:3:43)
    at async main
Error: made
    at elsewhere
    at async promise (main.ts:4:43)
    at async main
Error: made
    at elsewhere
    at async promise (main.ts:4:43)
    at async main
`;
    assert.deepEqual(await tsyncio(t, ["run", "main.ts"], cwd), { stdout: expected, stderr: "", status: 0 });
  });

  test("in debug mode an error that is caught has the lines of all who wait for it", async (t) => {
    const cwd = project(t, {
      "main.ts": `${IMPORTS}
async function fails(): Promise<never> { throw new Error("x"); }
async function catches(more = 0): Promise<void> { try { await createTask(fails()); } catch (error) { console.log(said(error)); } }
async function middle(): Promise<void> { await waitFor(catches(), 9000); }
const main = async (): Promise<void> => { await middle(); };
await run(main(), { debug: true });
await run(main());
`,
    });
    const expected = `Error: x
    at fails (main.ts:3:48)
    -- awaited by task 'main' --
    at async catches (main.ts:4:57)
    at async middle (main.ts:5:48)
    at async main (main.ts:6:49)
Error: x
    at fails (main.ts:3:48)
    -- awaited by task 'main' --
    at async catches (main.ts:4:57)
    at async middle
    at async main
`;
    // On a busy machine debug mode tells of a slow step.
    const { stdout, status } = await tsyncio(t, ["run", "main.ts"], cwd);
    assert.deepEqual({ stdout, status }, { stdout: expected, status: 0 });
  });

  test("of the generator form, and of errors that hold each other", async () => {
    const inner: AggregateError = new AggregateError([], "inner");
    const outer = new AggregateError([inner], "outer");
    inner.errors.push(outer);
    const fails = coroutine(function* fails(error: Error): Generator<unknown, void> {
      throw error;
    });
    const both = coroutine(function* both() {
      const tasks = [createTask(fails(inner)), createTask(fails(outer))];
      yield* gather(tasks, { returnExceptions: true });
      yield* tasks[1] as (typeof tasks)[1] & object;
    });
    const main = coroutine(function* main() {
      yield* both();
    });
    const error = await runWithVirtualTime(main()).then(
      () => assert.fail("nothing thrown"),
      (reason: unknown) => reason,
    );
    assert.equal(error, outer);
    for (const each of [inner, outer]) {
      const [link, ...chain] = String(each.stack).split("\n").slice(-3);
      assert.equal(link, "    -- awaited by task 'main' --");
      assert.match(chain[0] ?? "", /^ {4}at async both \(.*awaitChainOfTasks\.test\.\w+:\d+:\d+\)$/);
      assert.match(chain[1] ?? "", /^ {4}at async main \(.*awaitChainOfTasks\.test\.\w+:\d+:\d+\)$/);
    }
  });
});
