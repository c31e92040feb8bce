// `node bench/instructions.mjs`: how many instructions of the processor one operation takes, counted by Valgrind (which must be installed).
// The clock of a shared machine tells 30 ns one minute and 60 the next; this number stays. It says nothing of the time that memory takes.
//
//     --scenario a,b   only these     --contender a,b   only these     --node MAJOR   the Node to count on: the running one unless told
//
// Each figure is the difference of two processes that did the same, but for a hundred thousand operations more. They are single-threaded, so that
// the compilation of hot code does not come at another moment each time.
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { contenders as allContenders } from "./contenders.mjs";
import { nodeBinary } from "./nodeBinary.mjs";
import { fail, pick } from "./pick.mjs";
import { scenarios as allScenarios } from "./scenarios.mjs";

const start = promisify(execFile);

/** Enough for the engine to have compiled what is hot by its best compiler. */
const WARM_UP = 600_000;
const PASS = 2_000;
const MORE = 100_000;
/** Costly ones, and what one operation consists of many. */
const FEWER = { depth10: 10, depth100: 100, gather: 10, cancel: 50, timeout: 4 };

const { values: options } = parseArgs({
  options: { scenario: { type: "string" }, contender: { type: "string" }, node: { type: "string" } },
});
const countable = allScenarios.filter(({ name, wall, step = 1 }) => !wall && step <= PASS);
const scenarios = pick("scenario", countable, options.scenario);
const programs = allContenders(nodeBinary(options.node)).filter(({ name }) => /^(native|floor|tsyncio-.*)$/.test(name));
const contenders = pick("contender", programs, options.contender);
await start("valgrind", ["--version"]).catch(() => fail("instructions: install valgrind, which counts them"));

console.log(["".padEnd(36), ...contenders.map(({ title }) => title.padStart(22))].join(" "));
for (const scenario of scenarios) {
  const cells = [];
  for (const contender of contenders) cells.push(await instructions(scenario, await contender.command()));
  console.log([scenario.title.padEnd(36), ...cells.map((cell) => cell.padStart(22))].join(" "));
}

/** Of one operation; a dash where the contender has no such scenario. */
async function instructions({ name }, command) {
  const [node] = command;
  const fewer = FEWER[name] ?? 1;
  const counts = [MORE / fewer, (2 * MORE) / fewer].map((n) => counted(node, program(command.at(-1), name, n, fewer)));
  const [less, more] = await Promise.all(counts);
  return less === null ? "–" : String(Math.round((more - less) / (MORE / fewer)));
}

function program(file, scenario, n, fewer) {
  const warmUp = `for (let done = 0; done < ${WARM_UP / fewer}; done += ${PASS}) await body(${PASS});`;
  return `const body = (await import(${JSON.stringify(file)})).${scenario}; if (body) { ${warmUp} await body(${n}); } else console.log("none");`;
}

async function counted(node, text) {
  const valgrind = [
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
    "--smc-check=all-non-file",
  ];
  const args = [...valgrind, node, "--single-threaded", "--expose-gc", "--input-type=module", "--eval", text];
  const { stdout, stderr } = await start("valgrind", args, { maxBuffer: 1e8 });
  if (stdout !== "") return null;
  return Number(/I\s+refs:\s+([\d,]+)/.exec(stderr)[1].replaceAll(",", ""));
}
