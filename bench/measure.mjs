// Runs the rounds: every scenario, every contender, a process each, one at a time.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const start = promisify(execFile);
const cwd = fileURLToPath(new URL(".", import.meta.url));

/** What a round takes: enough to rank, to see what has become much slower, or just that everything works. */
const efforts = {
  full: { targetMs: 400, warmMs: 500, share: 1 },
  gate: { targetMs: 200, warmMs: 600, share: 1 / 4 },
  quick: { targetMs: 50, warmMs: 250, share: 1 / 20 },
};

/**
 * @typedef {{ n: number, ms: number, processorMs: number, peakBytes: number }} Sample
 * @typedef {{ samples: Sample[], error?: string, offered: boolean }} Cell
 *
 * @param {import("./scenarios.mjs").Scenario[]} scenarios
 * @param {import("./contenders.mjs").Contender[]} contenders
 * @param {{ rounds: number, effort: keyof typeof efforts, progress: (text: string) => void }} options
 * @returns {Promise<Map<string, Map<string, Cell>>>} by scenario, then by contender
 */
export async function measure(scenarios, contenders, options) {
  const effort = efforts[options.effort];
  const commands = new Map();
  for (const { name, command } of contenders) {
    commands.set(name, await command().catch((error) => ({ error: String(error?.message ?? error) })));
  }
  const results = new Map();
  for (const scenario of scenarios) {
    /** @type {Map<string, Cell>} */
    const cells = new Map(contenders.map(({ name }) => [name, { samples: [], offered: true }]));
    results.set(scenario.name, cells);
    for (let round = 0; round < options.rounds; round++) {
      // Nobody always follows the same neighbour.
      const order = contenders.map((_, i) => contenders[(i + round) % contenders.length]);
      for (const { name } of order) {
        const cell = cells.get(name);
        if (cell.error !== undefined || !cell.offered) continue;
        options.progress(`${scenario.title}, round ${round + 1} of ${options.rounds}, ${name}`);
        await addSample(cell, commands.get(name), scenario, plan(scenario, name, effort));
      }
    }
  }
  options.progress("");
  return results;
}

function plan(scenario, contender, { targetMs, warmMs, share }) {
  const { name, step = 1, operations, warmUp, limits = {} } = scenario;
  if (operations === undefined) return { scenario: name, step, targetMs, warmMs };
  const most = limits[contender] ?? operations;
  return { scenario: name, operations: most * share, warmUp: Math.min(warmUp, most * share), warmMs };
}

async function addSample(cell, command, scenario, plan) {
  if (command.error !== undefined) {
    cell.error = command.error;
    return;
  }
  try {
    const [program, ...args] = command;
    const env = { ...process.env, NODE_ENV: "production" };
    const { stdout } = await start(program, [...args, JSON.stringify(plan)], { cwd, env, timeout: 300_000 });
    const sample = JSON.parse(stdout);
    if (sample === null) {
      cell.offered = false;
      return;
    }
    const expected = scenario.checksum(sample.n);
    if (sample.checksum !== expected) throw new Error(`the checksum is ${sample.checksum}, not ${expected}`);
    if (sample.ms < (scenario.leastMs ?? 0)) throw new Error(`done after ${sample.ms} ms: it did not wait`);
    cell.samples.push(sample);
  } catch (error) {
    cell.error = error.killed ? "took more than 300 s" : essence(error.stderr) || error.message;
  }
}

/** Of what a process said as it died, the lines from the error on (Python puts it last). */
function essence(said = "") {
  const lines = said.trim().split("\n");
  const from = lines.findIndex((line) => /^\w*(Error|Exception)\b/.test(line));
  return lines.slice(Math.max(0, from), from + 6).join("\n");
}
