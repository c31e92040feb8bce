// `node bench/overhead.mjs [ROUNDS]`: what looking on costs. The scenarios "switch, 1000 tasks" and "spawn and join", lowered async/await, on
// Node 24: as they are; with tsyncio/debug imported and nothing installed; after an instrument was installed and removed; with an
// instrument that does nothing; recording a trace; in debug mode. Prints a table of medians for docs/tracing.md.
//
// All run in turns, a process each, so that what else the machine does meets each of them. The figures are processor time (of all threads,
// so that the garbage collector counts), which other programs disturb less than the time on the wall; what counts is the ratio to the first.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lowered } from "./lowered.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const rounds = Number(process.argv[2] ?? 5);
const own = here("../node_modules/node24/bin/node");
const node = existsSync(own) ? own : process.execPath;
const contender = (await lowered("contenders/tsyncio-async.ts")).toString();
const scenarios = [
  { scenario: "switch1k", title: "switch, 1000 tasks", operations: 1_000_000, warmUp: 200_000 },
  { scenario: "spawn", title: "spawn and join", operations: 200_000, warmUp: 50_000 },
];
const ways = [
  { title: "off" },
  { title: "off, `tsyncio/debug` imported", looks: "imported" },
  { title: "off again, after an instrument", looks: "removed" },
  { title: "an instrument that does nothing", looks: "empty" },
  { title: "a trace is recorded", looks: "trace" },
  { title: "debug mode", env: { TSYNCIO_DEBUG: "1" } },
];

const times = new Map(ways.map(({ title }) => [title, scenarios.map(() => [])]));
const bytes = scenarios.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [at, scenario] of scenarios.entries()) {
    for (const way of ways) {
      const { ns, perEvent } = measure(scenario, way);
      times.get(way.title)[at].push(ns);
      if (perEvent !== undefined) bytes[at].push(perEvent);
    }
    process.stderr.write(`round ${round + 1} of ${rounds}, ${scenario.title}\n`);
  }
}

console.log(`| | ${scenarios.map(({ title }) => title).join(" | ")} |`);
console.log(`|---|${scenarios.map(() => "---:|").join("")}`);
const [first] = ways.map(({ title }) => times.get(title).map(median));
for (const { title } of ways) {
  const cells = times.get(title).map((values, at) => `${shown(median(values))} (${ratio(median(values) / first[at])})`);
  console.log(`| ${title} | ${cells.join(" | ")} |`);
}
console.log(`| bytes of the trace, an event | ${bytes.map((values) => median(values).toFixed(1)).join(" | ")} |`);

/** Nanoseconds of processor time an operation. */
function measure({ scenario, operations, warmUp }, { looks, env }) {
  const plan = JSON.stringify({ scenario, operations, warmUp, warmMs: 100 });
  const preload = looks === undefined ? [] : ["--import", new URL("./looking.mjs", import.meta.url).href];
  const { stdout, stderr, status } = spawnSync(node, [...preload, "--expose-gc", here("child.mjs"), contender, plan], {
    cwd: here("."),
    env: { ...process.env, NODE_ENV: "production", TSYNCIO_LOOKS: looks ?? "", ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const { n, processorMs } = JSON.parse(stdout.trim().split("\n").at(-1));
  const told = /^bytes an event: (.*)$/m.exec(stderr)?.[1];
  return { ns: (1e6 * processorMs) / n, perEvent: told && Number(told) };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function shown(ns) {
  return ns < 1000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(2)} µs`;
}

function ratio(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)}×`;
}
