// What is expected of the tests (expectations.json), and how a run differs from it.
import { folderOf } from "./checkout.mjs";

/**
 * A folder's counts: `asTheyStand` pass also where nothing is begun at the call; `engine` fail natively too, on this engine.
 *
 * @typedef {{ tests: number, passed: number, asTheyStand: number, deviating: number, engine: number }} Counts
 * @typedef {{ title: string, reason: string, tests: string[] }} Deviation tests by name; `*` stands for any part of one
 * @typedef {{ engine: string, untouched: number, folders: Record<string, Counts>, deviations: Deviation[] }} Expectations
 * @typedef {import("./child.mjs").Outcome} Outcome
 */

export const isPassed = ({ started }) => started === null;
/** The engine fails it by itself. */
export const isLacking = ({ started, native }) => started !== null && native !== null;
/** It fails although the engine by itself does not. */
export const isDeviating = (outcome) => !isPassed(outcome) && !isLacking(outcome);

/** @param {Outcome[]} outcomes @returns {Record<string, Counts>} */
export function countsOf(outcomes) {
  const folders = {};
  for (const outcome of outcomes) {
    if (!outcome.touched) continue;
    const folder = folderOf(outcome.name);
    folders[folder] ??= { tests: 0, passed: 0, asTheyStand: 0, deviating: 0, engine: 0 };
    const counts = folders[folder];
    counts.tests += 1;
    if (isPassed(outcome)) counts.passed += 1;
    if (isPassed(outcome) && outcome.lazy === null) counts.asTheyStand += 1;
    if (isDeviating(outcome)) counts.deviating += 1;
    if (isLacking(outcome)) counts.engine += 1;
  }
  return Object.fromEntries(Object.entries(folders).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Where a run differs from what is expected, line by line.
 *
 * @param {Outcome[]} outcomes
 * @param {Expectations} expected
 * @param isWhole - whether all tests were run, so that counts can be compared
 */
export function differences(outcomes, expected, isWhole) {
  const patterns = expected.deviations.flatMap(({ tests }) =>
    tests.map((text) => ({ text, matches: matcher(text), n: 0 })),
  );
  const lines = [];
  for (const outcome of outcomes) {
    const known = patterns.filter(({ matches }) => matches(outcome.name));
    for (const pattern of known) pattern.n += 1;
    if (isDeviating(outcome) && known.length === 0) lines.push(`new failure: ${outcome.name}\n    ${outcome.started}`);
    if (!isDeviating(outcome) && known.length > 0) {
      lines.push(
        `expected to deviate (${known[0].text}), but ${isPassed(outcome) ? "passes" : "the engine fails it"}: ${outcome.name}`,
      );
    }
  }
  if (!isWhole) return lines;
  for (const { text, n } of patterns) if (n === 0) lines.push(`no such test, of those expected to deviate: ${text}`);
  const found = countsOf(outcomes);
  for (const folder of new Set([...Object.keys(expected.folders), ...Object.keys(found)])) {
    const [before, now] = [expected.folders[folder], found[folder]].map((counts) =>
      counts ? counted(counts) : "nothing",
    );
    if (before !== now) lines.push(`other counts in ${folder}: ${now}; expected: ${before}`);
  }
  return lines;
}

function counted(counts) {
  return Object.entries(counts)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

/** @returns {(name: string) => boolean} */
export function matcher(pattern) {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  const regex = new RegExp(`^${parts.join(".*")}$`);
  return (name) => regex.test(name);
}
