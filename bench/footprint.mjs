// `node bench/footprint.mjs [--node MAJOR]`: what a task weighs in memory, and what `import "tsyncio"` takes. Prints a table.
//
// A task is suspended in a sleep, at the bottom of 1 and of 10 nested calls; what the heap holds more than before is divided by their number.
// The import is the median of processes that do nothing else, less that of processes that do nothing.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lowered } from "./lowered.mjs";
import { nodeBinary } from "./nodeBinary.mjs";
import { median } from "./report.mjs";

const { values: options } = parseArgs({
  options: { node: { type: "string" }, rounds: { type: "string", default: "9" } },
});
const node = nodeBinary(options.node);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const forms = [
  ["native promises", here("footprint/native.mjs")],
  ["tsyncio async/await", await lowered("footprint/tsyncio-async.ts")],
  ["tsyncio function*", here("footprint/tsyncio-generator.mjs")],
];

console.log(`Node ${run(["-p", "process.versions.node"])}\n`);
console.log("| bytes a task, suspended in a sleep | 1 call deep | 10 calls deep |\n|---|---:|---:|");
for (const [title, file] of forms) {
  const bytes = [1, 10].map((depth) => run(["--expose-gc", file, String(depth)]));
  console.log(`| ${title} | ${bytes.join(" | ")} |`);
}

const idle = median(times("0"));
console.log("\n| import | ms |\n|---|---:|");
for (const entry of ["tsyncio", "tsyncio/net", "effect", "effection"])
  console.log(`| \`${entry}\` | ${(median(times(`await import("${entry}")`)) - idle).toFixed(1)} |`);

function times(code) {
  return Array.from({ length: Number(options.rounds) }, () => {
    const program = `const before = process.cpuUsage(); ${code}; const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`;
    return Number(run(["--input-type=module", "--eval", program]));
  });
}

function run(args) {
  return execFileSync(node, args, { cwd: here("."), encoding: "utf8" }).trim();
}
