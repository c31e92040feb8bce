// `npm run bench`: see README.md beside this file.
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { contenders as allContenders } from "./contenders.mjs";
import { measure } from "./measure.mjs";
import { nodeBinary } from "./nodeBinary.mjs";
import { fail, pick } from "./pick.mjs";
import { table } from "./report.mjs";
import { scenarios as allScenarios } from "./scenarios.mjs";

const usage = `npm run bench -- [options]

  --scenario a,b    only these: ${allScenarios.map(({ name }) => name).join(", ")}
  --contender a,b   only these (native promises always take part)
  --rounds N        rounds of every measurement, 5 unless told
  --node MAJOR      the Node to measure on: the running one unless told, or 24, 26
  --quick           small and rough, to see that everything works; 2 rounds unless told
  --least           the least of the rounds in place of their median: on a machine that others keep busy
  --markdown        print a Markdown table
  --help            print this`;

const { values: options } = parseArgs({
  options: {
    scenario: { type: "string" },
    contender: { type: "string" },
    rounds: { type: "string" },
    node: { type: "string" },
    quick: { type: "boolean", default: false },
    least: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}

const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds ${options.rounds}: give a whole number of at least 1`);
const node = nodeBinary(options.node);
const scenarios = pick("scenario", allScenarios, options.scenario);
const known = allContenders(node);
const native = known[0];
const contenders = pick("contender", known, options.contender).filter(({ title, absent, asked }) => {
  if (asked && options.contender === undefined) return false;
  if (absent !== undefined) console.error(`without ${title}: ${absent}`);
  return absent === undefined;
});
if (!contenders.includes(native)) contenders.unshift(native);

const results = await measure(scenarios, contenders, { rounds, effort: options.quick ? "quick" : "full", progress });
const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
console.log(
  `Node ${version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}. ` +
    `${options.least ? "Least" : "Medians"} of ${rounds} rounds${options.quick ? ", rough" : ""}; ` +
    "× = times as fast as native promises; ± = spread of the rounds, (max − min) / median.\n",
);
console.log(table(results, scenarios, contenders, options));

/** What failed, told once for each way to fail. */
const failures = new Map();
for (const [scenario, cells] of results) {
  for (const [name, { error }] of cells) {
    if (error !== undefined)
      failures.set(`${name}: ${error}`, [...(failures.get(`${name}: ${error}`) ?? []), scenario]);
  }
}
for (const [what, where] of failures) console.error(`\nFAILED ${where.join(", ")}, ${what}`);
process.exit(failures.size === 0 ? 0 : 1);

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
