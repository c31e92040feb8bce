import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NODES } from "../support.js";
import { npmStart, PROGRAM_OUTPUT, PROGRAM_REPORT } from "./places.js";

describe("examples/setup/node", () => {
  for (const [name, node] of NODES) {
    test(`runs on ${name}, and reports the forgotten await at its line and column`, () => {
      const { stdout, stderr, status } = npmStart("node", node);
      assert.deepEqual({ stdout, stderr, status }, { stdout: PROGRAM_OUTPUT, stderr: PROGRAM_REPORT, status: 0 });
    });
  }
});
