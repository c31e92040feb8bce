import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { npmStart, PROGRAM_OUTPUT, PROGRAM_REPORT, SETUP } from "./places.js";

describe("examples/setup/lower", () => {
  test("what tsc has compiled is lowered and runs, and the report leads to the source", () => {
    rmSync(join(SETUP, "lower/dist"), { recursive: true, force: true });
    const { stdout, stderr, status } = npmStart("lower");
    const summary = "dist: 2 functions lowered, in 2 of 3 files, with 2 maps\n";
    assert.deepEqual(
      { stdout, stderr, status },
      { stdout: summary + PROGRAM_OUTPUT, stderr: PROGRAM_REPORT, status: 0 },
    );
  });
});
