// Writes docs/conformance.md, and the counts in README.md, from the table of behaviours (behaviours/*.json).
//
//     node conformance/page.mjs            writes them
//     node conformance/page.mjs --check    fails where they are not up to date, where a row lacks what it needs, and where a test that
//                                          is named as a proof was not run, or failed, when the unit tests were run last
//
// A proof is the file of a test and its name behind those of its suites; `suite > *` is all of a suite. Where a test is written once for
// both forms of a coroutine the name stands without the form, and both have to pass.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const home = join(root, "conformance/behaviours");
const record = join(root, ".build/tests.jsonl");
const verdicts = {
  same: "as the original has it",
  stricter: "where the original leaves something open or loses something, and tsyncio does not",
  "not applicable": "where JavaScript has no such thing, with what takes its place",
  later: "of parts that are not there yet",
};
const inWords = {
  same: "are the same",
  stricter: "are stricter",
  "not applicable": "have no counterpart in JavaScript",
  later: "belong to parts that are not there yet",
};
const lastNumber = 163;
const forms = [" (generator form)", " (lowered form)"];

/** @typedef {{ number: number, behaviour: string, source: string, verdict: keyof typeof verdicts, reason?: string, proofs: Record<string, string[]> }} Behaviour */
/** @typedef {{ group: string, title: string, behaviours: Behaviour[] }} Group */

/** @type {Group[]} */
const groups = readdirSync(home)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(home, name), "utf8")));
const behaviours = groups.flatMap((group) => group.behaviours);

const pages = [
  { path: "docs/conformance.md", text: page() },
  { path: "README.md", text: between(readFileSync(join(root, "README.md"), "utf8"), "conformance", summary()) },
];

if (process.argv.includes("--check")) {
  const problems = [...outdated(), ...incomplete(), ...unprovedByTests()];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`conformance: ${counts()}`);
} else for (const { path, text } of pages) writeFileSync(join(root, path), text);

function* outdated() {
  for (const { path, text } of pages)
    if (!existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text)
      yield `${path} is not up to date: run node conformance/page.mjs`;
}

function* incomplete() {
  const numbers = behaviours.map(({ number }) => number);
  for (let number = 1; number <= lastNumber; number++)
    if (numbers[number - 1] !== number) {
      yield `the rows are not numbered from 1 to ${lastNumber}: ${numbers[number - 1]} stands in the place of ${number}`;
      break;
    }
  for (const { number, verdict, reason, proofs } of behaviours) {
    if (!(verdict in verdicts)) yield `${number}: "${verdict}" is no verdict`;
    if (verdict !== "same" && !reason) yield `${number}: "${verdict}" without a reason`;
    if (Object.keys(proofs).length === 0 && verdict !== "later") yield `${number}: no test proves it`;
  }
}

/** Compares the proofs with what the reporter of the unit tests has written. */
function* unprovedByTests() {
  if (!existsSync(record)) {
    yield "there is no record of the unit tests: npm test runs them before this check";
    return;
  }
  const outcomes = new Map();
  for (const line of readFileSync(record, "utf8").split("\n").filter(Boolean)) {
    const { file, name, ok } = JSON.parse(line);
    outcomes.set(`${file}: ${name}`, ok && outcomes.get(`${file}: ${name}`) !== false);
  }
  for (const { number, proofs } of behaviours)
    for (const [file, names] of Object.entries(proofs))
      for (const name of names) {
        const test = `${file}: ${name}`;
        const found = outcomesOf(outcomes, test);
        if (found.includes(undefined)) yield `${number}: there is no test "${test}"${elsewhere(outcomes, name)}`;
        else if (found.includes(false)) yield `${number}: the test "${test}" did not pass`;
      }
}

function outcomesOf(outcomes, test) {
  if (test.endsWith(" > *")) {
    const found = [...outcomes].filter(([name]) => name.startsWith(test.slice(0, -1))).map(([, ok]) => ok);
    return found.length === 0 ? [undefined] : found;
  }
  const inForms = forms.map((form) => outcomes.get(test + form));
  return inForms.includes(undefined) ? [outcomes.get(test)] : inForms;
}

/** Where a test of that name is, which was moved. */
function elsewhere(outcomes, name) {
  const test = [...outcomes.keys()].find((other) =>
    [name, ...forms.map((form) => name + form)].some((is) => other.endsWith(`: ${is}`)),
  );
  return test === undefined ? "" : `; one of this name is in ${test.slice(0, test.indexOf(": "))}`;
}

function page() {
  const lines = [
    "# Conformance",
    "",
    `${lastNumber} behaviours of asyncio, trio and anyio, most of them pinned by CPython's own tests, and how tsyncio compares:`,
    "",
    ...used().map((verdict) => `- **${count(verdict)} ${verdict}**: ${verdicts[verdict]}`),
    "",
    "Each row names the tests that prove it. This page is written by `node conformance/page.mjs` from",
    "[conformance/behaviours](../conformance/behaviours), and `npm test` fails where a test that is named here does not exist, or does",
    "not pass. Where the original raises a RuntimeError tsyncio throws an InvalidStateError, and a TypeError where it raises a",
    "ValueError for a bad argument; that alone is no difference here.",
    "",
    "Sources without a name before them are CPython's, in `Lib/test/test_asyncio` or `Lib/test`.",
  ];
  for (const { group, title, behaviours } of groups) {
    lines.push("", `## ${group}. ${title}`, "", "| | behaviour | tsyncio | proved by |", "|---:|---|---|---|");
    for (const row of behaviours) {
      const cells = [
        row.number,
        `${row.behaviour}<br><sub>${escaped(row.source)}</sub>`,
        row.reason ? `${row.verdict}: ${row.reason}` : row.verdict,
        Object.entries(row.proofs).map(proof).join("<br>"),
      ];
      lines.push(`| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The tests of one file, each by the sentence that it proves. */
function proof([file, names]) {
  const sentences = names.map((name) =>
    escaped(name.endsWith(" > *") ? `all of ${name.slice(0, -4)}` : name.split(" > ").at(-1)),
  );
  return `[${basename(file, ".test.ts")}](../${file}): ${sentences.join("; ")}`;
}

/** Markdown, and what a browser would take for a tag. */
function escaped(text) {
  return text.replace(/[*_[\]`\\]/g, "\\$&").replaceAll("<", "&lt;");
}

function summary() {
  const sentence = used()
    .map((verdict) => `${count(verdict)} ${inWords[verdict]}`)
    .join(", ");
  return `Of ${lastNumber} behaviours of asyncio, trio and anyio, most of them pinned by CPython's own tests, ${sentence}.
[docs/conformance.md](docs/conformance.md) has each of them, with the tests that prove it.`;
}

function counts() {
  return used()
    .map((verdict) => `${count(verdict)} ${verdict}`)
    .join(", ");
}

function used() {
  return Object.keys(verdicts).filter((verdict) => count(verdict) > 0);
}

function count(verdict) {
  return behaviours.filter((behaviour) => behaviour.verdict === verdict).length;
}

/** The text with other lines between its markers. */
function between(text, marker, lines) {
  const [begin, end] = [`<!-- ${marker} -->\n`, `\n<!-- /${marker} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no markers ${begin.trim()} and ${end.trim()}`);
  return text.slice(0, from + begin.length) + lines + text.slice(to);
}
