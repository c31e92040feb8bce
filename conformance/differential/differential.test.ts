// @tsyncio-off
/** The comparer and the shrinker find faults. Needs no Python: one side is tsyncio with a fault built in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstDifference, sideBySide } from "./compare.ts";
import { describe } from "./describe.ts";
import { generate } from "./generate.ts";
import { play, type Sabotage } from "./interpreter.ts";
import type { Program } from "./program.ts";
import { shrink, sizeOf } from "./shrink.ts";

/** Tells of each program whether the fault shows in it. */
const showing =
  (fault: Sabotage) =>
  async (programs: readonly Program[]): Promise<boolean[]> => {
    const shown: boolean[] = [];
    for (const program of programs) shown.push(firstDifference(await play(program), await play(program, fault)) >= 0);
    return shown;
  };

for (const fault of ["gather", "task", "shield", "group"] as const) {
  test(`one iteration too many after ${fault} is found in 300 programs, and shrunk to a few steps`, async () => {
    const shows = showing(fault);
    let seed = 0;
    while (!(await shows([generate(seed)]))[0]) assert.ok(++seed < 300, "no program shows it");
    const small = await shrink(generate(seed), shows);
    assert.ok(sizeOf(small) <= 12, describe(small));
    assert.ok(describe(small).includes(fault === "task" ? "createTask" : fault));
    const text = sideBySide(await play(small), await play(small, fault), ["right", "wrong"]);
    assert.equal(text.match(/^>>>/gm)?.length, 1, text);
  });
}

test("the same seed gives the same program, and the same program the same trace", async () => {
  for (let seed = 0; seed < 50; seed++) {
    assert.deepEqual(generate(seed), generate(seed));
    assert.deepEqual(await play(generate(seed)), await play(generate(seed)));
  }
});

test("traces differ where an event is missing, at the end as well", () => {
  assert.equal(firstDifference(["a", "b"], ["a", "b"]), -1);
  assert.equal(firstDifference(["a", "b"], ["a", "c"]), 1);
  assert.equal(firstDifference(["a"], ["a", "b"]), 1);
  assert.equal(firstDifference(["a", "b"], ["a"]), 1);
});
