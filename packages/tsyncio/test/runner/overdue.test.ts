import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, type Report, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { collectReports, messages } from "../support/reports.js";

const cleaning = coroutine(function* (seconds: number) {
  try {
    yield* sleep("1h");
  } finally {
    yield* sleep(`${seconds}s`);
  }
});

/** What is reported where tasks are cancelled whose clean-ups take so many seconds. */
async function reported(debug: boolean, ...seconds: number[]): Promise<string[]> {
  let reports: Report[] = [];
  const main = coroutine(function* () {
    reports = collectReports();
    const tasks = seconds.map((each) => createTask(cleaning(each), { name: `cleans ${each} s` }));
    yield* sleep(1);
    for (const task of tasks) task.cancel();
    yield* sleep("1m");
  });
  await runWithVirtualTime(main(), { debug });
  return messages(reports);
}

describe("a cancelled task that does not end", () => {
  test("is reported after five seconds in debug mode, with what it waits for", async () => {
    assert.deepEqual(await reported(true, 30), [
      "task 'cleans 30 s' was cancelled 5 s ago and has not ended; it waits for a sleep",
    ]);
  });

  test("is not reported where it ends in time, nor without debug mode", async () => {
    assert.deepEqual(await reported(true, 4), []);
    assert.deepEqual(await reported(false, 30), []);
  });
});
