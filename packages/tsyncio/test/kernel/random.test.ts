/** Random programs: what holds for every program, and that the two forms of a coroutine behave alike. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Report } from "tsyncio";
import { coroutine } from "tsyncio";
import { explore, runWithVirtualTime } from "tsyncio/testing";
import { type Form, forms } from "../support/forms.js";
import { type Played, playRandom } from "../support/randomProgram.js";
import { collectReports } from "../support/reports.js";

const seeds = Number(process.env["RANDOM_PROGRAMS"] ?? 400);
const firstSeed = Number(process.env["FIRST_SEED"] ?? 1);

async function play(form: Form, seed: number): Promise<{ played: Played; reports: Report[] }> {
  let reports: Report[] = [];
  const played = await runWithVirtualTime(
    coroutine(function* () {
      reports = collectReports();
      return yield* playRandom(form, seed);
    }),
  );
  return { played, reports };
}

function check({ played, reports }: { played: Played; reports: Report[] }, seed: number): void {
  const told = (what: string): string => `${what}: seed ${seed}\n${played.log.join("\n")}`;
  for (const [id, times] of played.entered) {
    assert.equal(times, 1, told(`function ${id} ran once`));
    assert.equal(played.left.has(id), true, told(`function ${id} left`));
  }
  for (const [outer, inner] of played.nested) {
    if (!played.entered.has(inner)) continue;
    assert.ok(
      (played.left.get(inner) as number) < (played.left.get(outer) as number),
      told(`${inner} left before ${outer}, which awaits it`),
    );
  }
  assert.equal(played.tasksLeft, 1, told("no task is left"));
  assert.equal(played.timersLeft, 0, told("no timer is left"));
  assert.doesNotMatch(
    played.outcome,
    /TypeError|RangeError|InvalidState|Deadlock/,
    told("no error of the library itself"),
  );
  for (const { message, exception } of reports) {
    assert.match(message, /never retrieved/, told("only failures that nobody took are reported"));
    assert.match(String(exception), /^(Error|ExceptionGroup|TimeoutError)/, told("and they are the program's"));
  }
}

describe("random programs", () => {
  test(`${seeds} of them: every function that began leaves once, inner before outer; nothing is left; both forms do the same at the same times`, async () => {
    const [generator, lowered] = forms as [Form, Form];
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const one = await play(generator, seed);
      check(one, seed);
      const other = await play(lowered, seed);
      check(other, seed);
      assert.deepEqual(other.played.log, one.played.log, `both forms alike: seed ${seed}`);
      assert.equal(other.played.outcome, one.played.outcome, `both forms alike: seed ${seed}`);
      assert.equal(other.reports.length, one.reports.length, `both forms alike: seed ${seed}`);
    }
  });

  test("the same holds for them in other orders of the tasks", async () => {
    for (let seed = firstSeed; seed < firstSeed + seeds / 4; seed++) {
      for (const form of forms) {
        let reports: Report[] = [];
        let played: Played | undefined;
        const program = coroutine(function* () {
          reports = collectReports();
          played = yield* playRandom(form, seed);
        });
        for (let order = 1; order <= 3; order++) {
          await explore(program, { seed: order });
          check({ played: played as Played, reports }, seed);
        }
      }
    }
  });
});
