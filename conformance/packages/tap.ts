// @tsyncio-off
/**
 * The outcomes of a suite by the names of its tests, from TAP as ava, mocha, node:test, tap and vitest write it.
 *
 * Where there are subtests a test is a subtest that has none itself: node:test and tap number suites, files and the single assertions of a
 * test as well. A name that occurs twice gets a number behind it.
 */

/** A test by its name (those of its suites stand before it), and whether it passed. */
export type Outcomes = Map<string, boolean>;

interface Level {
  readonly name: string;
  hasInner: boolean;
}

/** A line of TAP for one test. The words are TAP's own, for tests of those suites that do not count. */
const POINT = /^( *)(not )?ok \d+(?: -)?(?: (.*?))?(?: # (?:time=|(SKIP|TODO)).*)?(?: \{)?$/i;
const SUBTEST = /^( *)# Subtest(?:: (.*))?$/;

/** Reads the output of a suite; skipped tests are left out. */
export function readTap(output: string): Outcomes {
  const hasSubtests = /^ *# Subtest/m.test(output);
  const outcomes: Outcomes = new Map();
  const open: Level[] = [];
  for (const line of output.split(/\r?\n/)) {
    const subtest = SUBTEST.exec(line);
    if (subtest !== null) {
      const depth = (subtest[1] as string).length / 4;
      open.length = Math.min(open.length, depth);
      for (const level of open) level.hasInner = true;
      open[depth] = { name: subtest[2] ?? "", hasInner: false };
      continue;
    }
    const point = POINT.exec(line);
    if (point === null) continue;
    const [, indent = "", not, title = "", skipped] = point;
    const depth = indent.length / 4;
    if (!hasSubtests) {
      if (depth === 0 && skipped === undefined) note(outcomes, title, not === undefined);
      continue;
    }
    // Assertions stand deeper than the test that they are in.
    const level = open[depth];
    if (level === undefined) continue;
    open.length = depth;
    if (level.hasInner || skipped !== undefined) continue;
    note(outcomes, [...open.map(({ name }) => name), level.name].join(" > "), not === undefined);
  }
  return outcomes;
}

function note(outcomes: Outcomes, title: string, passed: boolean): void {
  const name = title.replace(/\\#/g, "#").trim();
  let unique = name;
  for (let count = 2; outcomes.has(unique); count++) unique = `${name} (${count})`;
  outcomes.set(unique, passed);
}
