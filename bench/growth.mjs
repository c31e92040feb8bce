// `npm run bench:growth`: how the cost of one grows with their number, from 10 to 10 000 000. Writes growth.json and growth.svg beside
// this file, which the README shows; fails where a curve is worse than n log n.
//
//     npm run bench:growth -- --most 100000 --node 24     up to fewer, on an installed Node; nothing is written then
//
// Each point is a process of its own, which does the work again and again for a second, and gives the least
// processor time of a pass. What is measured stands in growth/kinds.mjs.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { plot } from "./growth/plot.mjs";
import { nodeBinary } from "./nodeBinary.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const MOST = 10_000_000;
/** Of a curve like n log n: from the cheapest n on, ln(n) grows at most so often; the rest is room for caches and the collector. */
const ROOM = 4;

const { values: options } = parseArgs({
  options: { most: { type: "string", default: String(MOST) }, node: { type: "string" } },
});
const most = Number(options.most);
const node = nodeBinary(options.node);
const kinds = ["timers", "tasks", "waiters on one lock", "children in one group"];

const points = [];
for (const kind of kinds) {
  for (let n = 10; n <= most; n *= 10) {
    const args = ["--expose-gc", "--max-old-space-size=16000", here("growth/point.mjs"), kind, String(n)];
    const ns = Number(execFileSync(node, args, { encoding: "utf8" }));
    points.push({ kind, n, ns });
    console.log(`${kind.padEnd(24)} ${String(n).padStart(10)} ${ns.toFixed(0).padStart(8)} ns each`);
  }
}

const steep = kinds.filter((kind) => {
  const curve = points.filter((point) => point.kind === kind);
  const least = curve.reduce((a, b) => (b.ns < a.ns ? b : a));
  return curve.some(({ n, ns }) => n > least.n && ns / least.ns > (ROOM * Math.log(n)) / Math.log(least.n));
});
if (most === MOST) {
  const measured = { node: execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).trim(), points };
  writeFileSync(here("growth.json"), `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(here("growth.svg"), await plot(measured));
}
if (steep.length > 0) {
  console.error(`worse than n log n: ${steep.join(", ")}`);
  process.exitCode = 1;
}
