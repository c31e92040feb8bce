/** The call graph where the engine tells less: without an inspector, with one that is open, and of two copies of the package. */
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runChild } from "../support/child.js";

const program = (before: string, options: string): string => `
  ${before}
  import { coroutine, createTask, Future, run, sleep } from "tsyncio";
  import { captureCallGraph, captureTasks } from "tsyncio/debug";
  const shown = (graph) => [graph.callStack.map(({ name, at }) => [name, /:\\d+:\\d+$/.test(at)]), graph.waitsFor?.text ?? ""];
  const waits = coroutine(function* waits() {
    yield* new Future();
  });
  const leaf = coroutine(function* leaf() {
    console.log(JSON.stringify(shown(captureCallGraph())));
  });
  const outer = coroutine(function* outer() {
    yield* waits();
  });
  await run(coroutine(function* main() {
    const task = createTask(outer());
    yield* sleep(1);
    console.log(JSON.stringify(shown(captureCallGraph(task))));
    yield* leaf();
    console.log(captureTasks().tasks.length);
    task.cancel();
  })(), ${options});
  process.exit();
`;

describe("the call graph elsewhere", () => {
  test("without an inspector there are the frames and the waits of all tasks that wait, with lines as far as they were noted", async () => {
    const without = "process.getBuiltinModule = undefined;";
    const plain = await runChild(program(without, "{}"));
    assert.equal(plain.stderr, "");
    const [waiting, running, count] = plain.stdout.trim().split("\n");
    assert.deepEqual(JSON.parse(waiting ?? ""), [
      [
        ["waits", true],
        ["outer", true],
      ],
      "a future",
    ]);
    assert.deepEqual(JSON.parse(running ?? "")[0][0], ["leaf", true]);
    assert.equal(count, "2");
  });

  test("with an open inspector the task that runs is not paused, and has its frames all the same", async () => {
    const open = 'import { open } from "node:inspector"; open(0, "127.0.0.1");';
    const { stdout } = await runChild(program(open, "{}"));
    assert.deepEqual(JSON.parse(stdout.split("\n")[1] ?? "")[0], [
      ["leaf", true],
      ["main", true],
    ]);
  });

  test("the tasks of a second copy of the package are in the graph of the first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tsyncio-copy-"));
    try {
      const manifest = fileURLToPath(import.meta.resolve("tsyncio/package.json"));
      await cp(join(dirname(manifest), "dist"), join(folder, "dist"), { recursive: true });
      await cp(manifest, join(folder, "package.json"));
      const second = pathToFileURL(join(folder, "dist/index.js")).href;
      const { stdout, stderr } = await runChild(`
        import * as second from ${JSON.stringify(second)};
        import { run, sleep } from "tsyncio";
        import { captureTasks } from "tsyncio/debug";
        const other = second.run(() => second.sleep("1h"));
        await run(() => sleep(1));
        console.log(JSON.stringify(captureTasks().tasks.map(({ name, state, waitsFor }) => [name, state, waitsFor?.kind])));
        process.exit();
      `);
      assert.equal(stderr, "");
      assert.deepEqual(JSON.parse(stdout), [["main", "waiting", "timer"]]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
