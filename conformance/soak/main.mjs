// `npm run soak`: see README.md beside this file. Ends with status 1 where something does not come back to where it was.
import { parseArgs } from "node:util";
import { coroutine, getRunningLoop, run, sleep } from "tsyncio";
import { withServers } from "./connections.mjs";
import { memory } from "./memory.mjs";
import { slowReaders } from "./slowReaders.mjs";

const { values: options } = parseArgs({
  options: {
    connections: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    /** Leaves so many connections open, to see that this is found. */
    leak: { type: "string", default: "0" },
  },
});
const [connections, seed, leak] = [options.connections, options.seed, options.leak].map(Number);
const random = mulberry32(seed);
const MB = 2 ** 20;
const HEAP_LIMIT = 2 * MB;
const BUFFERS_LIMIT = 1 * MB;
const SLOW_CLIENTS = 50;
const SLOW_BYTES = 16 * MB;
/** A writer holds up to its high-water mark and the piece that goes beyond it. */
const SLOW_LIMIT = SLOW_CLIENTS * 2 * 65_536;
/** And the clients, which read nothing, what the platform reads for them beforehand. */
const SLOW_BUFFERS_LIMIT = 2 * SLOW_LIMIT;

const faults = [];
const reports = [];
const atStart = handles();
const begin = performance.now();

await run(
  coroutine(function* () {
    getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report.message));
    yield* withServers(
      random,
      coroutine(function* (soak) {
        // What is made once and kept: code, pools, tables.
        yield* soak(Math.min(1000, connections));
        yield* settled();
        const handlesBefore = handles();
        const before = yield* memory();
        const { done, cancelled, failed } = yield* soak(connections, leak);
        yield* settled();
        const after = yield* memory();
        const count = sum(cancelled);
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        console.log(
          `connections: ${connections}, seed ${seed}, ${seconds} s; ${done} done, ${count} cancelled, ${sum(failed)} failed`,
        );
        console.log(`cancelled while: ${listed(cancelled)}`);
        console.log(`open handles: ${listed(handlesBefore)} before, ${listed(handles())} after`);
        console.log(
          `heap after gc: ${inMB(before.heap)} before, ${inMB(after.heap)} after (may grow by ${inMB(HEAP_LIMIT)})`,
        );
        console.log(
          `buffers: ${inMB(before.buffers)} before, ${inMB(after.buffers)} after (may grow by ${inMB(BUFFERS_LIMIT)})`,
        );
        console.log(`resident: ${inMB(before.resident)} before, ${inMB(after.resident)} after`);
        if (sum(failed) > 0) faults.push(`connections have failed: ${listed(failed)}`);
        if (count < connections / 4) faults.push("few were cancelled in time");
        if (listed(handles()) !== listed(handlesBefore)) faults.push("open handles have not come back to the start");
        if (after.heap - before.heap > HEAP_LIMIT) faults.push("the heap has not come back to the start");
        if (after.buffers - before.buffers > BUFFERS_LIMIT) faults.push("the buffers have not come back to the start");
      }),
    );
    const slow = yield* slowReaders(SLOW_CLIENTS, SLOW_BYTES);
    console.log(
      `${SLOW_CLIENTS} clients that read nothing: of ${inMB(slow.wanted)} the system took ${inMB(slow.written)}, ` +
        `the server held ${inMB(slow.heldMost)} at most (limit ${inMB(SLOW_LIMIT)}), ` +
        `buffers have grown by ${inMB(slow.buffers)} (may grow by ${inMB(SLOW_BUFFERS_LIMIT)})`,
    );
    if (slow.heldMost > SLOW_LIMIT) faults.push("the server holds more than its limits for clients that read nothing");
    if (slow.buffers > SLOW_BUFFERS_LIMIT) faults.push("clients that read nothing make the buffers grow");
    if (slow.written >= slow.wanted) faults.push("the server was never stopped by clients that read nothing");
  }),
);
console.log(`left open at the end, as the run tells: ${reports.length === 0 ? "nothing" : reports.join("\n")}`);
if (reports.length > 0) faults.push("the run has reported something");
await new Promise(setImmediate);
if (listed(handles()) !== listed(atStart))
  faults.push(`handles after the run: ${listed(handles())}, not ${listed(atStart)}`);
for (const fault of faults) console.log(`FAULT: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Sockets and servers, and what is under way on them, counted by their kind; pipes and terminals are the standard streams. */
function handles() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind.endsWith("Wrap") && !/^(Pipe|TTY)/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The other ends notice a little later; seconds are enough, or something is left. */
function* settled() {
  for (let turn = 0; turn < 200 && listed(handles()) !== "TCPServerWrap 2"; turn++) yield* sleep(10);
}

function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function listed(counts) {
  return (
    Object.keys(counts)
      .sort()
      .map((kind) => `${kind} ${counts[kind]}`)
      .join(", ") || "none"
  );
}

function inMB(bytes) {
  return `${(bytes / MB).toFixed(1)} MiB`;
}

/** A generator of numbers from 0 to 1, the same ones for the same seed. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
