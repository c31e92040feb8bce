/** Behaviours of asyncio's runner and of its async generators that no test of a room proves. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allTasks, currentTask, type Report, run, sleep } from "tsyncio";
import { asyncGenerator, aw, site, yielded } from "tsyncio/syntax";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "../support/forms.js";
import { collectReports } from "../support/reports.js";

/** An async generator that gives one value, and notes its clean-up, which may fail. */
function opened(events: string[], fails: boolean): AsyncGenerator<unknown, unknown, unknown> {
  const body = function* (): Generator<unknown, void, unknown> {
    try {
      yield yielded(1);
    } finally {
      aw(yield sleep(1));
      events.push(`closed by '${currentTask()?.name}'`);
      // biome-ignore lint/correctness/noUnsafeFinally: what is tested
      if (fails) throw new Error("at closing");
    }
  };
  return asyncGenerator(site("opened", import.meta.url, 1, 1), body, undefined, []);
}

describe("conformance: async generators", () => {
  test("one that is dropped is closed by a task of its own when it is collected, while the run goes on", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    assert.ok(collect, "to be run with --expose-gc");
    const events: string[] = [];
    const main = lowered("main", function* () {
      const next = lowered("next", function* () {
        aw(yield opened(events, false).next());
      });
      aw(yield next());
      for (let turn = 0; turn < 200 && events.length === 0; turn++) {
        aw(yield new Promise((resolve) => setTimeout(resolve)));
        collect();
      }
      events.push("main ends");
      assert.equal(allTasks().size, 1);
    });
    await run(main());
    assert.deepEqual(events, ["closed by 'closing an async generator'", "main ends"]);
  });

  test("the end of the run closes the others; an error of that is reported, and names the generator", async () => {
    const events: string[] = [];
    let reports: Report[] = [];
    const kept: unknown[] = [];
    const main = lowered("main", function* () {
      reports = collectReports();
      for (const fails of [true, false]) {
        const made = opened(events, fails);
        kept.push(made);
        aw(yield made.next());
      }
      return "value";
    });
    assert.equal(await runWithVirtualTime(main()), "value");
    assert.deepEqual(
      reports.map(({ message, exception }) => [message, String(exception)]),
      [["error during closing of an async generator 'opened'", "Error: at closing"]],
    );
    assert.equal(events.length, 2);
  });
});
