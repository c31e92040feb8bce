// @tsyncio-off
/**
 * `npm run packages -- NAME|all --from DIR`: the suites of well-known packages on their lowered sources.
 *
 * DIR holds checkouts, each in a folder of its package's name and with its dependencies installed. Each suite runs once in each of four
 * forms, offline, in copies; a form that gives something unexpected has a second try, as suites that look at the clock fail now and then on
 * a busy machine, and a test has passed where it has passed once.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { copyOf, unfitness } from "./checkout.ts";
import { type FormRun, failedIn, problems, type Runs, recorded } from "./compare.ts";
import { writePage } from "./page.ts";
import { runSuite, suiteNode } from "./runSuite.ts";
import { FORMS, type Form, readSuite, type Suite, suiteNames, writeSuite } from "./suite.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: "string" },
    /** Writes down what came out, in `suites/` and docs/packages.md, instead of comparing it with that. */
    record: { type: "boolean", default: false },
    /** The Node that the suites run on. */
    node: { type: "string", default: suiteNode },
    /** Where the copies and the outputs go. */
    into: { type: "string", default: join(tmpdir(), "tsyncio-packages") },
  },
});
const known = suiteNames();
const [asked = ""] = positionals;
const names = asked === "all" ? known : [asked];
if (options.from === undefined || names.some((name) => !known.includes(name))) {
  const wrong = asked === "" || asked === "all" || known.includes(asked) ? "" : `there is no suite "${asked}"; `;
  console.error(`${wrong}say: npm run packages -- ${known.join("|")}|all --from DIR-of-checkouts`);
  process.exit(2);
}
const from = resolve(options.from);
const into = resolve(options.into);
mkdirSync(into, { recursive: true });
let bad = 0;
for (const name of names) bad += (await isAsRecorded(readSuite(name))) ? 0 : 1;
if (options.record) writePage();
else console.log(bad === 0 ? `${names.length} as recorded` : `${bad} of ${names.length} not as recorded`);
process.exitCode = bad > 0 ? 1 : 0;

async function isAsRecorded(suite: Suite): Promise<boolean> {
  const wrong = unfitness(suite, from);
  if (wrong !== null) {
    console.error(wrong);
    return false;
  }
  const runs: Partial<Record<Form, FormRun>> = {};
  for (const form of FORMS) {
    runs[form] = await runOf(suite, form);
    if (isUnexpected(suite, form, runs)) runs[form] = either(runs[form], await runOf(suite, form));
  }
  if (options.record) {
    writeSuite(recorded(suite, runs as Required<Runs>));
    return true;
  }
  const lines = problems(suite, runs);
  for (const line of lines) console.error(`  ${line}`);
  return lines.length === 0;
}

async function runOf(suite: Suite, form: Form): Promise<FormRun> {
  const copy = copyOf(suite, from, join(into, suite.name), form);
  const run = await runSuite(suite, copy.folder, options.node);
  writeFileSync(join(into, `${suite.name}.${form}.txt`), run.output);
  const passed = [...run.outcomes.values()].filter(Boolean).length;
  const lowered = form === "native" ? "" : `, ${copy.functions} functions lowered in ${copy.files} files`;
  console.log(`${suite.name} ${form}: ${passed} of ${run.outcomes.size} passed, ${run.seconds.toFixed(1)} s${lowered}`);
  return { ...run, copy };
}

/** Whether a form deserves its second try: all but the lazy one are expected to pass. */
function isUnexpected(suite: Suite, form: Form, runs: Runs): boolean {
  if (form === "native")
    return [...(runs.native?.outcomes ?? [])].some(([name, ok]) => !ok && !suite.unfit.includes(name));
  if (form === "promises") return failedIn(form, suite, runs).length > 0;
  return !options.record && problems(suite, runs).length > 0;
}

function either(first: FormRun, second: FormRun): FormRun {
  const outcomes = new Map(first.outcomes);
  for (const [test, passed] of second.outcomes) outcomes.set(test, passed || outcomes.get(test) === true);
  return { ...second, outcomes };
}
