// `npm run bench:gate`: has something become much slower? Measures a few scenarios shortly, both forms of tsyncio beside native promises,
// and compares how many times as fast as these they are with what gate.json says of this Node; fails where one has become a small part of that.
//
//     npm run bench:gate                compares; the exit status is 1 where something has become slower
//     npm run bench:gate -- --write     writes the figures of this run into gate.json, after a change that is meant
//     npm run bench:gate -- --node 24   on this Node: the running one unless told, or 24, 26
//
// What counts is the least processor time of the rounds, which other programs on the machine disturb least. What looks slow is measured
// again, for longer, before it is called so: a busy machine must not fail a change.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { contenders as allContenders } from "./contenders.mjs";
import { measure } from "./measure.mjs";
import { nodeBinary } from "./nodeBinary.mjs";
import { fail } from "./pick.mjs";
import { times } from "./report.mjs";
import { scenarios as allScenarios } from "./scenarios.mjs";

const GUARDED = ["switch1", "switch1k", "ready", "leaf", "depth10", "spawn", "gather", "cancel", "queue1x1", "lock"];
const FORMS = ["tsyncio-async", "tsyncio-generator"];
/** A ratio below this share of the committed one is a regression. */
const TOLERATED = 1 / 3;
/** Rounds of the first look, and of the further ones at what looked slow. */
const LOOKS = [2, 4, 8];

const { values: options } = parseArgs({
  options: { write: { type: "boolean", default: false }, node: { type: "string" } },
});
const node = nodeBinary(options.node);
const major = options.node ?? process.versions.node.split(".")[0];
const file = fileURLToPath(new URL("gate.json", import.meta.url));
const committed = JSON.parse(readFileSync(file, "utf8"));
const contenders = allContenders(node).filter(({ name }) => name === "native" || FORMS.includes(name));
const scenarios = allScenarios.filter(({ name }) => GUARDED.includes(name));
/** By scenario and contender, of all looks. */
const least = new Map();

if (options.write) {
  const lowest = Object.fromEntries(scenarios.map(({ name }) => [name, {}]));
  // One lucky look must not become the measure.
  for (let count = 0; count < 3; count++) {
    least.clear();
    await look(scenarios, LOOKS[0]);
    for (const { name } of scenarios)
      for (const form of FORMS) lowest[name][form] = Math.min(lowest[name][form] ?? Infinity, ratio(name, form));
  }
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toPrecision(2)) : value);
  committed[major] = lowest;
  writeFileSync(file, `${JSON.stringify(committed, rounded, 2)}\n`);
  console.log(`written: ${scenarios.length} scenarios on Node ${major}`);
} else {
  if (committed[major] === undefined)
    fail(`bench gate: gate.json has no figures of Node ${major}; --node ${Object.keys(committed)[0]}, or --write`);
  process.exitCode = (await compare(committed[major])) ? 0 : 1;
}

async function compare(before) {
  const isSlow = (name, form) => ratio(name, form) < before[name]?.[form] * TOLERATED;
  let slow = scenarios;
  for (const rounds of LOOKS) {
    await look(slow, rounds);
    slow = scenarios.filter(({ name }) => FORMS.some((form) => isSlow(name, form)));
    if (slow.length === 0) break;
  }
  for (const { name, title } of scenarios) {
    const cells = FORMS.map((form) => {
      const then = before[name]?.[form];
      const note = then === undefined ? "new" : times(then);
      return `${times(ratio(name, form))} (${note})${isSlow(name, form) ? " SLOWER" : ""}`;
    });
    console.log(`${title.padEnd(36)} ${cells.map((cell) => cell.padStart(24)).join(" ")}`);
  }
  const wrong = slow.map(({ name }) => name).join(", ");
  console.log(
    slow.length === 0
      ? `bench gate: ${scenarios.length} scenarios on Node ${major}, none less than ${TOLERATED.toFixed(2)} of the committed ratio`
      : `bench gate: less than ${TOLERATED.toFixed(2)} of the committed ratio to native promises: ${wrong}; where that is meant: npm run bench:gate -- --node ${major} --write`,
  );
  return slow.length === 0;
}

/** How many times as fast as native promises a form is. */
function ratio(scenario, form) {
  const cells = least.get(scenario);
  return cells.get("native") / cells.get(form);
}

async function look(measuredScenarios, rounds) {
  const results = await measure(measuredScenarios, contenders, { rounds, effort: "gate", progress: () => {} });
  for (const [scenario, cells] of results) {
    const before = least.get(scenario) ?? new Map();
    least.set(scenario, before);
    for (const [name, { samples, error }] of cells) {
      if (error !== undefined) throw new Error(`${scenario}, ${name}: ${error}`);
      before.set(name, Math.min(before.get(name) ?? Infinity, ...samples.map(({ processorMs, n }) => processorMs / n)));
    }
  }
}
