import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { moveOnAfter, sleep, waitFor, withCancelScope, withTimeout } from "tsyncio";
import { duration } from "../support/internals.js";

const { milliseconds } = duration;

describe("duration", () => {
  test("a number is milliseconds, text has a unit", () => {
    const table: [unknown, number][] = [
      [250, 250],
      [0, 0],
      [1.5, 1.5],
      ["250ms", 250],
      ["1.5s", 1500],
      [".5s", 500],
      ["2m", 120_000],
      ["1h", 3_600_000],
      ["0s", 0],
      ["+1s", 1000],
    ];
    for (const [given, expected] of table) assert.equal(milliseconds(given as never), expected, String(given));
  });

  test("negative means 0, Infinity means never", () => {
    assert.equal(milliseconds(-1), 0);
    assert.equal(milliseconds("-5s"), 0);
    assert.equal(milliseconds(Number.NEGATIVE_INFINITY), 0);
    assert.equal(milliseconds(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  });

  test("NaN and text in another form are TypeErrors that name the value", () => {
    for (const bad of [
      Number.NaN,
      "",
      "1",
      "1 s",
      "1sec",
      "s",
      "1d",
      "1e",
      "--1s",
      "1s ",
      null,
      undefined,
      {},
      [],
      true,
      1n,
      Symbol("x"),
      new Date(),
    ]) {
      assert.throws(() => milliseconds(bad as never), TypeError, String(bad));
    }
    assert.throws(() => milliseconds("5 minutes" as never), /"5 minutes"/);
    assert.throws(() => milliseconds(Number.NaN), /NaN/);
  });

  test("every function that takes a duration refuses a bad one at the call", () => {
    for (const call of [
      () => sleep(Number.NaN),
      () => withTimeout("soon" as never, () => 1),
      () => moveOnAfter(Number.NaN, () => 1),
      () => waitFor(Promise.resolve(), "x" as never),
      () => withCancelScope(() => 1, { timeout: "x" as never }),
    ]) {
      assert.throws(call, TypeError);
    }
  });
});
