// @tsyncio-off
/** Writes docs/packages.md from `suites/`. */
import { writeFileSync } from "node:fs";
import { type Count, type Form, REASONS, type Reason, readSuite, type Suite, suiteNames } from "./suite.ts";

const place: URL = new URL("../../docs/packages.md", import.meta.url);

/** Writes the page. */
export function writePage(): void {
  writeFileSync(place, page());
}

/** The text of the page. */
export function page(): string {
  const suites = suiteNames().map(readSuite);
  const sum = (form: Form): number => suites.reduce((total, { counts }) => total + (counts?.[form]?.passed ?? 0), 0);
  const functions = suites.reduce((total, suite) => total + (suite.functions ?? 0), 0);
  const used = (Object.keys(REASONS) as Reason[]).filter((reason) => suites.some((suite) => suite.deviations[reason]));
  return `# Packages of others, lowered

The sources of ${suites.length} well-known packages, ${functions} async functions in all, put through the pass, and their own test suites on
what came out. Each suite runs in four forms:

- **native**: on the sources as they are; only what passes here counts.
- **promises**: lowered, with helpers that drive the same generators by native promises. This is the pass alone, without the event loop:
  whatever fails here would be a fault of the lowering. ${sum("promises")} of ${sum("native")} pass.
- **eager**: lowered, on tsyncio's loop, but each call is an eager task, whether anybody awaits it or not, and gives a native promise.
- **lowered**: as tsyncio has it. Third-party code counts on calls that start at once, which is why the loader never lowers
  \`node_modules\`; what fails here says how much of it does.

| package | its code | functions | native | promises | eager | lowered |
|---|---|---:|---:|---:|---:|---:|
${suites.map(row).join("\n")}

## Why a test fails on the lowered sources

| reason | ${suites.map(({ name }) => name).join(" | ")} |
|---|${suites.map(() => "---:").join("|")}|
${used.map((reason) => `| **${reason}** | ${suites.map((suite) => suite.deviations[reason]?.length ?? "").join(" | ")} |`).join("\n")}

${used.map((reason) => `- **${reason}**: ${REASONS[reason]}.`).join("\n")}

Each of these tests stands, with its reason, in [conformance/packages/suites](../conformance/packages/suites). Tests that fail natively as
well, where there is no network or the package and this Node do not fit, are left out (${suites.reduce((total, { unfit }) => total + unfit.length, 0)} in all, named there too).

**hono** is not in the table, for its suite takes very long on lowered sources: its streaming helpers write a response by \`(async () => { … })()\`, which nobody awaits, so it never begins, and each of
their 25 tests reads a body that does not end until the time limit of the test is over. That is **starts at once**, and not a fault of the pass: with these two calls in \`createTask(…)\`
20 of the 25 pass; what is left of it drops calls of \`stream.close()\` and the like in the same way. On one's own code \`tsyncio check\` names such a line.

## Running them

    npm run packages -- NAME --from DIR        # or all
    npm run packages -- NAME --from DIR --record

DIR holds the checkouts, each in a folder of the package's name, at the commit that its suite names, with its dependencies installed
(\`npm install --ignore-scripts\`); where something is missing the command says what. Nothing of DIR is changed: each form gets a copy. The
suites ran on Node 24, on a busy machine with two cores.
`;
}

function row(suite: Suite): string {
  const { counts, name, repository, version, commit, style, functions } = suite;
  const cell = (count: Count | undefined): string => (count === undefined ? "" : String(count.passed));
  const link = `[${name}](${repository}/tree/${commit}) ${version}`;
  const cells = [counts?.native, counts?.promises, counts?.eager, counts?.lowered].map(cell);
  return `| ${[link, style, functions ?? "", ...cells].join(" | ")} |`;
}
