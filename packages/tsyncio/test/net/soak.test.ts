/** The soak of conformance/soak, a short one: what it finds, and that it would. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { packageRoot } from "../support/child.js";

function soak(...args: string[]): { status: number | null; said: string } {
  const program = join(packageRoot, "../../conformance/soak/main.mjs");
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", program, ...args], {
    env,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

describe("soak", () => {
  test("500 connections, half of them cancelled at random moments, leave no handle and no memory behind; clients that read nothing cost no more than the limits", () => {
    const { status, said } = soak("--connections", "500");
    assert.equal(status, 0, said);
    assert.match(said, /0 failed\n/);
    assert.match(said, /\nopen handles: TCPServerWrap 2 before, TCPServerWrap 2 after\n/);
    assert.match(said, /\nleft open at the end, as the run tells: nothing\n/);
  });

  test("a connection that is left open would be found", () => {
    const { status, said } = soak("--connections", "100", "--leak", "1");
    assert.equal(status, 1, said);
    assert.match(
      said,
      /\nFAULT: open handles have not come back to the start\nFAULT: the run has reported something\n$/,
    );
    assert.match(said, /still open at the end of the run, and closed by force/);
  });
});
