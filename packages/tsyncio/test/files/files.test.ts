import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { coroutine, createTask, getRunningLoop, isCoroutine, type Report, run, sleep } from "tsyncio";
import { mkdir, open, opendir, readdir, readFile, rm, stat, watchFolder, writeFile } from "tsyncio/files";
import { fromAsyncIterable } from "tsyncio/interop";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "tsyncio-"));
});
after(() => rmSync(folder, { recursive: true }));

describe("tsyncio/files", () => {
  test(
    "the functions of node:fs/promises are coroutine functions: nothing begins before the await",
    inRun(function* () {
      const path = join(folder, "one.txt");
      const writing = writeFile(path, "text");
      assert.ok(isCoroutine(writing));
      yield* sleep(1);
      assert.match(String(yield* outcome(stat(path))), /ENOENT/);
      yield* writing;
      assert.equal(yield* readFile(path, "utf8"), "text");
      assert.equal((yield* readFile(path)).length, 4);
      yield* mkdir(join(folder, "inner"));
      assert.deepEqual(yield* readdir(folder), ["inner", "one.txt"]);
      const handle = yield* open(path);
      yield handle.close();
      yield* rm(join(folder, "inner"), { recursive: true });
    }),
  );

  test(
    "a whole-file read that is cancelled stops; an error is the platform's",
    inRun(function* () {
      const path = join(folder, "big");
      writeFileSync(path, Buffer.alloc(50_000_000));
      const task = createTask(readFile(path));
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.match(String(yield* outcome(readFile(join(folder, "nothing")))), /ENOENT/);
      yield* rm(path);
    }),
  );

  test("one that is never awaited is reported by its name", async () => {
    const reports: Report[] = [];
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        stat(folder);
      }),
    );
    assert.match(reports[0]?.message ?? "", /^coroutine 'stat' was never awaited\n {4}made at .*files\.test/);
  });

  test(
    "a folder that is watched gives its changes, until the watch is closed",
    inRun(function* () {
      const changes = watchFolder(folder);
      writeFileSync(join(folder, "new.txt"), "x");
      const first = yield* changes.next();
      assert.equal(first.value?.filename, "new.txt");
      changes[Symbol.dispose]();
      assert.equal((yield* changes.next()).done, true);
      assert.throws(() => watchFolder(join(folder, "nothing")), /ENOENT/);
    }),
  );
});

describe("Files, with what goes wrong", () => {
  test(
    "a read stops by a signal of the program as well as by its task",
    inRun(function* () {
      const path = join(folder, "signalled");
      writeFileSync(path, "text");
      const reason = new Error("enough");
      assert.match(String(yield* outcome(readFile(path, { signal: AbortSignal.abort(reason) }))), /AbortError/);
      const { signal } = new AbortController();
      assert.equal(yield* readFile(path, { encoding: "utf8", signal }), "text");
      const task = createTask(readFile(path, { signal }));
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      assert.equal(getEventListeners(signal, "abort").length, 0);
    }),
  );

  test(
    "a write that is cancelled leaves what was written by then, and no more comes",
    inRun(function* () {
      const path = join(folder, "half");
      let over = false;
      async function* endless(): AsyncGenerator<Buffer> {
        try {
          for (;;) yield Buffer.alloc(1 << 16);
        } finally {
          // The platform asks for no more when the last write has ended.
          over = true;
        }
      }
      const task = createTask(writeFile(path, endless()));
      while (!existsSync(path) || statSync(path).size === 0) yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      while (!over) yield* sleep(1);
      const { size } = statSync(path);
      yield* sleep(20);
      assert.equal(statSync(path).size, size);
      yield* rm(path);
    }),
  );

  test(
    "a file or a folder that is opened for a task which is cancelled meanwhile is closed",
    { skip: !existsSync("/proc/self/fd") && "SKIPPED: open files cannot be counted here" },
    inRun(function* () {
      const path = join(folder, "opened");
      writeFileSync(path, "");
      const descriptors = (): number => readdirSync("/proc/self/fd").length;
      const before = descriptors();
      for (const opening of [() => open(path), () => opendir(folder)] as (() => PromiseLike<unknown>)[]) {
        for (let n = 0; n < 20; n++) {
          const task = createTask(opening());
          yield* sleep(0);
          task.cancel();
          assert.equal(yield* outcome(task), "cancelled");
        }
      }
      for (let n = 0; n < 10_000 && descriptors() > before; n++) yield* sleep(5);
      assert.ok(descriptors() <= before, `${descriptors()} open files, ${before} before`);
    }),
  );

  test(
    "a folder is read entry by entry",
    inRun(function* () {
      const path = join(folder, "entries");
      yield* mkdir(path);
      for (const name of ["a", "b"]) yield* writeFile(join(path, name), "");
      const names: string[] = [];
      const entries = fromAsyncIterable(yield* opendir(path));
      for (let entry = yield* entries.next(); !entry.done; entry = yield* entries.next()) names.push(entry.value.name);
      assert.deepEqual(names.sort(), ["a", "b"]);
    }),
  );

  test(
    "what is no path, or no options, is the platform's error, when it is awaited",
    inRun(function* () {
      assert.match(String(yield* outcome(readFile(undefined as unknown as string))), /^TypeError: The "path" argument/);
      assert.match(
        String(yield* outcome(readFile(folder, 5 as unknown as "utf8"))),
        /^TypeError: The "options" argument/,
      );
      assert.match(
        String(yield* outcome(readFile(folder, "utf9" as "utf8"))),
        /^TypeError: The .* 'encoding' is invalid/,
      );
      assert.match(String(yield* outcome(readFile(folder))), /EISDIR/);
      assert.throws(() => watchFolder(undefined as unknown as string), /The "(path|filename)" argument/);
      assert.throws(
        () => watchFolder(folder, { capacity: 0 }),
        /^TypeError: capacity is a whole number from 1, not 0$/,
      );
    }),
  );

  test("a watch that is open at the end of the run is named with its line, and closed", async () => {
    const reports: string[] = [];
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, { message }) => reports.push(message));
        watchFolder(folder);
      }),
    );
    assert.match(reports.join(), /^still open at the end of the run.*\n {4}a watch of .*, opened at .*files\.test/);
  });

  test(
    "a task that is cancelled while it watches closes the watch",
    inRun(function* () {
      const task = createTask(
        coroutine(function* () {
          yield* watchFolder(folder).next();
        })(),
      );
      yield* sleep(1);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
    }),
  );
});
