import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ps, pstree } from "@tsyncio/inspector/attach";
import { json } from "./json.js";
import { fixture, inspectors, settled, type Target } from "./target.js";

/** A fifth of it is for a worker that does not answer, as one does here. */
const timeout = 20_000;

/** Without the numbers of the threads, as Node 20 gives one to the hooks of its loader, and without the widths of columns. */
function numbered(text: string, { pid }: Target): string {
  return settled(text, pid)
    .replace(/(?<=at least )[\d.]+ m?s/, "TIME")
    .replace(/worker thread \d+/g, "worker thread N")
    .replace(/(?<=\S) {2,}| +(?=TIME {2})/g, "  ");
}

async function started(program: Target): Promise<Target> {
  for (const printed of ["serves", "computes", "in native code", "turns"]) await program.printed(printed);
  return program;
}

describe("worker threads", () => {
  test("their tasks follow those of the main thread; a blocked one is told, one that does not answer, and how many have no tsyncio", async (t) => {
    const program = await started(fixture(t, "workers.mjs"));
    const { cwd } = program;
    assert.equal(
      numbered(await ps(program.pid, { cwd, timeout }), program),
      `process PID: 0 tasks

worker thread N (server): 3 tasks: 3 waiting
waited for: 2 timer, 1 lock

ID  TASK  COROUTINES  STATE FOR  WAITS FOR  AT
 2  main  serve  waiting  TIME  a sleep  workers.mjs:16
 3  first  work  waiting  TIME  a sleep  workers.mjs:11
 4  second  work  waiting  Lock held by task 'first'  workers.mjs:10

worker thread N (workers.mjs): 1 task: 1 running

the loop is blocked, for at least TIME, in task 'main':
    at compute (workers.mjs:21)

ID  TASK  COROUTINES  STATE  FOR  WAITS FOR  AT
 2  main  compute  running  workers.mjs:21

worker thread N did not answer: it is in native code, or has ended

1 worker thread without tsyncio`,
    );
    const tree = numbered(await pstree(program.pid, { cwd, timeout }), program);
    assert.match(tree, /^second #4 · work · waits for Lock held by task 'first' · for TIME · at workers\.mjs:10$/m);
    const { tasks, workers } = await json(program.pid, { timeout });
    assert.deepEqual(
      [tasks, workers.map(({ answered, tasks }: any) => [answered, tasks?.map(({ name }: any) => name)])],
      [
        [],
        [
          [true, ["main", "first", "second"]],
          [true, ["main"]],
          [false, undefined],
          [true, undefined],
        ],
      ],
    );
    assert.deepEqual(await inspectors(program), [false, false, false]);
  });

  test("tasks of a worker thread are found where the main thread has no tsyncio", async (t) => {
    const program = await fixture(t, "workerAlone.mjs").printed("on");
    assert.equal(
      numbered(await pstree(program.pid, { timeout }), program).replace(/[^ ]+ m?s$/, "TIME"),
      `process PID: there is no tsyncio in its main thread

worker thread N: 1 task: 1 waiting
waited for: 1 timer

main #2 · sleep · waits for a sleep · for TIME`,
    );
  });
});
