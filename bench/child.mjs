// One measurement, in a process of its own: node child.mjs MODULE '{"scenario":…}'. Prints one line of JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [file, plan] = process.argv.slice(2);
const { scenario, operations, warmUp, step, targetMs, warmMs } = JSON.parse(plan);
const contender = await import(pathToFileURL(file).href);
const body = contender[scenario];
if (body === undefined) {
  console.log("null");
} else {
  const n = operations === undefined ? await enough() : await asTold();
  gc();
  console.log(JSON.stringify({ n, ...(await pass(n)), peakBytes: peak() }));
}

async function pass(n) {
  const used = process.cpuUsage();
  const start = performance.now();
  const checksum = await body(n);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return { ms, processorMs: (user + system) / 1000, checksum };
}

/** Warms up with ever more operations, by processor time, since a busy machine does not compile faster; gives the number that will take about `targetMs`. */
async function enough() {
  let n = step;
  let spent = 0;
  for (;;) {
    const { ms, processorMs } = await pass(n);
    spent += processorMs;
    if (ms < targetMs / 3) n *= 3;
    else if (spent >= warmMs) return Math.max(1, Math.round((n * targetMs) / ms / step)) * step;
  }
}

/** Warms up with small passes of a fixed size. Of those that wait, half the time counts: one second of sleepers is enough. */
async function asTold() {
  for (let spent = 0; spent < warmMs; ) {
    const { ms, processorMs } = await pass(warmUp);
    spent += Math.max(processorMs, ms / 2);
  }
  return operations;
}

/** The most memory that this process ever had. */
function peak() {
  try {
    return 1024 * Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
