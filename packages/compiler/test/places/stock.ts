/** What is true of a compiler that lowers with the helpers of `tsyncio/syntax`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { CONSTRUCTS } from "../constructs/index.js";
import { WORKSPACE } from "../support.js";
import { named } from "./constructs.js";
import { npmStart } from "./places.js";
import { type Compile, stockValues, stockWrong } from "./stockCompilers.js";
import { STOCK_PROGRAMS } from "./stockPrograms.js";

const PAGE = "docs/without-a-plugin.md";

/** What the programs of examples/setup/tsc and examples/setup/babel print. */
const PRINTED = `[ 'A', 'B' ]
C
undefined
b has come, b is cleaned up, a has come, a is cleaned up, c has come, c is cleaned up, d is cleaned up
`;

/**
 * Tests a compiler.
 *
 * @param place - the folder in `examples/setup` that shows it
 * @param others - constructs that it needs more for
 */
export function describeStock(name: string, compile: Compile, place?: string, others: readonly string[] = []): void {
  const constructs = CONSTRUCTS.filter((construct) => !others.includes(construct.name));

  describe(`${name} with the helpers of tsyncio/syntax`, () => {
    test(`lowers wrongly what ${PAGE} says, and nothing that its own helpers lower rightly`, async (t) => {
      const wrong = await stockWrong(t, compile, constructs, true);
      t.diagnostic(`${constructs.length - wrong.length} of ${constructs.length} constructs are right`);
      const withItsOwn = await stockWrong(t, compile, named(wrong), false);
      assert.deepEqual(
        {
          onlyWithOurs: wrong.filter((construct) => !withItsOwn.includes(construct)),
          right: documented(name).filter((construct) => !wrong.includes(construct)),
        },
        { onlyWithOurs: [], right: [] },
      );
    });

    test("gives programs what tsyncio adds to the language", async (t) => {
      const programs = Object.entries(STOCK_PROGRAMS);
      const sources = Object.fromEntries(programs.map(([sentence, { source }]) => [sentence, source]));
      const expected = Object.fromEntries(programs.map(([sentence, { gives }]) => [sentence, gives]));
      assert.deepEqual(await stockValues(t, compile, sources), expected);
    });

    if (place === undefined) return;
    test(`runs the program of examples/setup/${place}, and reports the forgotten await at its line`, () => {
      const { stdout, stderr, status } = npmStart(place);
      assert.equal(stdout.slice(-PRINTED.length), PRINTED, stdout + stderr);
      assert.match(stderr, /^coroutine '\(async function\)' was never awaited\n +made at \S*src\/main\.ts:31:13\n/m);
      assert.equal(status, 0);
    });
  });
}

/** The constructs that the page says are wrong. */
function documented(name: string): string[] {
  const rows = readFileSync(join(WORKSPACE, PAGE), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const head = rows.find((cells) => cells.some((cell) => cell.includes(name)));
  if (head === undefined) throw new Error(`${PAGE} has no table with "${name}"`);
  const column = head.findIndex((cell) => cell.includes(name));
  return rows.filter((cells) => cells[column] === "wrong").map((cells) => cells[1] as string);
}
