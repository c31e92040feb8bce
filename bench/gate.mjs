// `npm run bench:gate`: has something become much slower? Measures a few scenarios shortly, both forms of tsyncio beside native promises,
// and compares how many times as fast as these they are with what gate.json says; fails where one has become less than half of that.
//
//     npm run bench:gate                compares; the exit status is 1 where something has become slower
//     npm run bench:gate -- --write     writes the figures of this run into gate.json, after a change that is meant
//
// What counts is the least processor time of the rounds, which other programs on the machine disturb least. What looks slow is measured
// again, for longer, before it is called so: a busy machine must not fail a change.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { contenders as allContenders } from "./contenders.mjs";
import { measure } from "./measure.mjs";
import { times } from "./report.mjs";
import { scenarios as allScenarios } from "./scenarios.mjs";

const GUARDED = ["switch1", "switch1k", "ready", "leaf", "depth10", "spawn", "gather", "cancel", "queue1x1", "lock"];
const FORMS = ["tsyncio-async", "tsyncio-generator"];
/** A ratio below this share of the committed one is a regression. */
const TOLERATED = 0.5;

const { values: options } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const file = fileURLToPath(new URL("gate.json", import.meta.url));
const contenders = allContenders(process.execPath).filter(({ name }) => name === "native" || FORMS.includes(name));
const scenarios = allScenarios.filter(({ name }) => GUARDED.includes(name));

if (options.write) {
  const ratios = Object.fromEntries(await ratiosOf(scenarios, 3));
  const rounded = (_key, value) => (typeof value === "number" ? Number(value.toPrecision(2)) : value);
  writeFileSync(file, `${JSON.stringify({ node: process.versions.node, ratios }, rounded, 2)}\n`);
  console.log(`written: ${scenarios.length} scenarios`);
} else {
  process.exitCode = (await compare()) ? 0 : 1;
}

async function compare() {
  const { ratios: committed } = JSON.parse(readFileSync(file, "utf8"));
  let slow = scenarios;
  let measured;
  for (const rounds of [2, 5]) {
    measured = new Map([...(measured ?? []), ...(await ratiosOf(slow, rounds))]);
    slow = scenarios.filter(({ name }) =>
      FORMS.some((form) => isSlower(measured.get(name)[form], committed[name]?.[form])),
    );
    if (slow.length === 0) break;
  }
  for (const { name, title } of scenarios) {
    const cells = FORMS.map((form) => {
      const [now, before] = [measured.get(name)[form], committed[name]?.[form]];
      return `${times(now)} (${before === undefined ? "new" : times(before)})${isSlower(now, before) ? " SLOWER" : ""}`;
    });
    console.log(`${title.padEnd(36)} ${cells.map((cell) => cell.padStart(24)).join(" ")}`);
  }
  const wrong = slow.map(({ name }) => name).join(", ");
  console.log(
    slow.length === 0
      ? `bench gate: ${scenarios.length} scenarios, none less than ${TOLERATED} of the committed ratio`
      : `bench gate: less than ${TOLERATED} of the committed ratio to native promises: ${wrong}; where that is meant: npm run bench:gate -- --write`,
  );
  return slow.length === 0;
}

function isSlower(now, before) {
  return before !== undefined && now < before * TOLERATED;
}

/** How many times as fast as native promises each form is, by scenario. */
async function ratiosOf(measuredScenarios, rounds) {
  const results = await measure(measuredScenarios, contenders, { rounds, effort: "gate", progress: () => {} });
  return measuredScenarios.map((scenario) => {
    const cells = results.get(scenario.name);
    const least = (name) => {
      const cell = cells.get(name);
      if (cell.error !== undefined) throw new Error(`${scenario.name}, ${name}: ${cell.error}`);
      return Math.min(...cell.samples.map(({ processorMs, n }) => processorMs / n));
    };
    return [scenario.name, Object.fromEntries(FORMS.map((form) => [form, least("native") / least(form)]))];
  });
}
