// Runs the part of test262 that has async functions in it, lowered, and compares what comes out with expectations.json.
//
//     npm run test262 -- PATH                       PATH is a checkout of https://github.com/tc39/test262
//     npm run test262 -- PATH --filter await-using  only the tests whose names contain this; counts are not compared
//     npm run test262 -- PATH --write               writes the counts and docs/test262.md; deviations are written by hand
//
// Fails where a test comes out differently from what is expected. `--engine` is the Node that runs the tests, `--processes` how many
// do so at once, `--timeout` the milliseconds that one test may take, `--expectations` another file of expectations.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { asyncTests, wrongCheckout } from "./checkout.mjs";
import { countsOf, differences, isDeviating, isLacking, isPassed } from "./expectations.mjs";
import { helpersScript } from "./helpers.mjs";
import { page } from "./page.mjs";
import { runAll } from "./pool.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node26 = here("../../node_modules/node26/bin/node");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: "string", default: "" },
    write: { type: "boolean", default: false },
    engine: { type: "string", default: existsSync(node26) ? node26 : process.execPath },
    processes: { type: "string", default: String(availableParallelism()) },
    timeout: { type: "string", default: "10000" },
    expectations: { type: "string", default: here("expectations.json") },
  },
});

if (positionals.length !== 1) stop("give the path of one checkout of test262: npm run test262 -- PATH");
const root = resolve(positionals[0]);
const wrong = wrongCheckout(root);
if (wrong !== null) stop(`${wrong}; get one by: git clone --depth 1 https://github.com/tc39/test262`);
if (!existsSync(here("../../packages/compiler/dist/index.js"))) stop("the packages are not built: npm run build");

const expected = JSON.parse(readFileSync(values.expectations, "utf8"));
const names = asyncTests(root).filter((name) => name.includes(values.filter));
const begin = performance.now();
const outcomes = await runAll({
  engine: values.engine,
  root,
  names,
  helpers: await helpersScript(),
  processes: Number(values.processes),
  timeout: Number(values.timeout),
  progress: (done) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${names.length}\r`),
});

const isWhole = values.filter === "";
const untouched = outcomes.filter(({ touched }) => !touched).length;
if (values.write && isWhole) {
  Object.assign(expected, { untouched, folders: countsOf(outcomes) });
  writeFileSync(values.expectations, `${JSON.stringify(expected, null, 2)}\n`);
  writeFileSync(here("../../docs/test262.md"), page(expected));
}
const lines = differences(outcomes, expected, isWhole);
for (const line of lines) console.log(line);

const run = outcomes.filter(({ touched }) => touched);
const failed = lines.filter((line) => line.startsWith("new failure")).length;
console.log(
  `${run.length} tests in ${((performance.now() - begin) / 1000).toFixed(0)} s: ${run.filter(isPassed).length} passed ` +
    `(${run.filter((outcome) => isPassed(outcome) && outcome.lazy === null).length} as they stand), ` +
    `${run.filter(isDeviating).length - failed} deviating as expected, ${run.filter(isLacking).length} that the engine lacks, ${failed} failed; ` +
    `${untouched} left as they are`,
);
process.exit(lines.length === 0 ? 0 : 1);

function stop(why) {
  console.error(`test262: ${why}`);
  process.exit(2);
}
