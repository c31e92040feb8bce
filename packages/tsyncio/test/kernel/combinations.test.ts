/** Every moment of a cancellation x depth x kind of clean-up x who cancels x form (source: tokio's task_combinations). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runWithVirtualTime } from "tsyncio/testing";
import {
  type Combination,
  cancellers,
  cleanups,
  type Moment,
  play,
  type Record,
} from "../support/cancellationProgram.js";
import { forms } from "../support/forms.js";

const moments: Moment[] = [];
for (const time of [0, 2, 4]) for (let ticks = 0; ticks <= 10; ticks++) moments.push({ time, ticks });
moments.push({ time: 1, ticks: 0 }, { time: 3, ticks: 0 });

function check(combination: Combination, record: Record): void {
  const { form, depth, cleanup, canceller, moment, again } = combination;
  const told = (what: string): string =>
    `${what}: depth ${depth}, clean-up ${cleanup}, cancelled by ${canceller} at ${moment.time} + ${moment.ticks} ticks, again ${again}, ${form.name} form\n${JSON.stringify(record)}`;
  assert.deepEqual(record.violations, [], told("no code after the cancelled line runs"));
  const finals = record.finals.filter(Number.isInteger);
  if (cleanup !== "none") {
    assert.deepEqual(finals, [...record.entered].reverse(), told("every finally ran exactly once, innermost first"));
  }
  if (cleanup === "async" && again === undefined) {
    const order = record.finals.filter((final, index) => index > 0 && final === (record.finals[index - 1] ?? 0) + 0.25);
    assert.equal(
      order.length,
      record.finals.length - finals.length,
      told("a clean-up that waits ends before the next begins"),
    );
  }
  assert.equal(record.leftTasks, 1, told("no task is left"));
  assert.equal(record.leftTimers, 0, told("no timer is left"));
  assert.equal(record.leftWaiters, false, told("no waiter is left"));
  if (!record.unwound) return;
  const errors = record.thrown.map((level) => `Error: clean-up ${level}`);
  const raised = errors.length > 1 ? `group(${errors.join(", ")})` : errors[0];
  const quiet = canceller === "scope" || canceller === "deadline" ? undefined : "cancelled";
  const expected =
    canceller === "group failure"
      ? `group(${["Error: sibling", ...(raised ?? "").split("\0").filter(Boolean)].join(", ")})`
      : (raised ?? quiet);
  assert.equal(record.outcome, expected, told("the task ends, and all errors are kept"));
}

describe("cancellation in all combinations", () => {
  for (const form of forms) {
    for (const canceller of cancellers) {
      test(`cancelled by ${canceller}: every finally once, innermost first, nothing runs on, errors kept, nothing left (${form.name} form)`, async () => {
        let unwound = 0;
        for (const cleanup of cleanups) {
          for (const depth of [0, 1, 2]) {
            for (const moment of moments) {
              const combination = { form, depth, cleanup, canceller, moment, again: undefined };
              const record = await runWithVirtualTime(play(combination));
              check(combination, record);
              if (record.unwound) unwound++;
            }
          }
        }
        assert.ok(unwound > 200, `only ${unwound} were unwound`);
      });
    }
    for (const canceller of ["task", "scope", "outer task", "outer gather"] as const) {
      test(`cancelled again by ${canceller} while it cleans up: the same holds (${form.name} form)`, async () => {
        for (const cleanup of ["async", "failing later"] as const) {
          for (const again of [0, 1, 2, 3]) {
            for (const moment of moments.filter(({ ticks }) => ticks % 2 === 0)) {
              const combination = { form, depth: 2, cleanup, canceller, moment, again };
              check(combination, await runWithVirtualTime(play(combination)));
            }
          }
        }
      });
    }
  }
});
