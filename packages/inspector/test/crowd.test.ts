import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ps, pstree } from "@tsyncio/inspector/attach";
import { json, timeout } from "./json.js";
import { target, WORKSPACE } from "./target.js";

const cwd = WORKSPACE;

describe("ten thousand tasks", () => {
  test("ps shows the first hundred, or as many as are asked for", async (t) => {
    const program = await target(t, "examples/inside/crowd.ts").printed("10000 visitors");
    const lines = (await ps(program.pid, { cwd, timeout })).split("\n");
    assert.match(lines[0] ?? "", /^process \d+: 10001 tasks: /);
    assert.equal(lines.filter((line) => /^ *\d+ {2}(main|visitor \d+) .*crowd\.ts:\d+$/.test(line)).length, 100);
    assert.equal(lines.at(-1), "… and 9901 more (--limit N, --all)");
    const { tasks } = await json(program.pid, { limit: 3, timeout });
    const last = tasks[2].stack.filter(({ library }: any) => !library).at(-1);
    assert.deepEqual([tasks.length, /crowd\.ts:\d+:\d+$/.test(last.at)], [10_001, true]);
  });

  test("pstree puts those together that are much the same", async (t) => {
    const program = await target(t, "examples/inside/crowd.ts").printed("10000 visitors");
    const lines = (await pstree(program.pid, { cwd, timeout })).split("\n").slice(3);
    assert.match(
      lines[0] ?? "",
      /^main #\d+ · main · waits for a task group, of 10000 tasks · .*at examples\/inside\/crowd\.ts:2[57]$/,
    );
    const crowds = lines.slice(1).map((line) => Number(/^[├└]─ (\d+) × visitor: visitor \d+, /.exec(line)?.[1] ?? 1));
    assert.equal(
      crowds.reduce((sum, count) => sum + count, 0),
      10_000,
    );
  });
});
