import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { coroutine, createTask, getRunningLoop, isCoroutine, type Report, run, sleep } from "tsyncio";
import { mkdir, open, readdir, readFile, rm, stat, watchFolder, writeFile } from "tsyncio/files";
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
