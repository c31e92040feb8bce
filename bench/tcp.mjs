// `npm run bench:tcp`: see README.md beside this file.
import { execFile, execFileSync, spawn } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { nodeBinary } from "./nodeBinary.mjs";
import { fail, pick } from "./pick.mjs";
import { median, spread } from "./report.mjs";
import { servers as allServers } from "./tcp/servers.mjs";

const scenarios = [
  {
    name: "pingpong",
    title: "50 connections, 1 KiB to and fro",
    connections: 50,
    size: 1024,
    window: 1,
    warmUp: 50_000,
    count: 150_000,
  },
  {
    name: "stream",
    title: "1 connection, 64 KiB pieces, 16 of them under way",
    connections: 1,
    size: 65536,
    window: 16,
    warmUp: 5_000,
    count: 25_000,
  },
];

const usage = `npm run bench:tcp -- [options]

  --scenario a,b   only these: ${scenarios.map(({ name }) => name).join(", ")}
  --server a,b     only these (callbacks always takes part)
  --rounds N       rounds of every measurement, 5 unless told
  --node MAJOR     the Node of servers and client: the running one unless told, or 24, 26
  --python PATH    the Python to look at first, for asyncio and for uvloop
  --quick          short, to see that everything works
  --help           print this`;

const { values: options } = parseArgs({
  options: {
    scenario: { type: "string" },
    server: { type: "string" },
    rounds: { type: "string", default: "5" },
    node: { type: "string" },
    python: { type: "string" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const rounds = options.quick ? 1 : Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds ${options.rounds}: give a whole number of at least 1`);
const share = options.quick ? 1 / 50 : 1;
const node = nodeBinary(options.node);
const known = allServers(node, [options.python, "python3", "/usr/bin/python3"].filter(Boolean));
const servers = pick("server", known, options.server).filter(({ title, absent }) => {
  if (absent !== undefined) console.error(`without ${title}: ${absent}`);
  return absent === undefined;
});
if (!servers.includes(known[0])) servers.unshift(known[0]);
for (const server of servers) server.line = await server.command();

const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
console.log(
  `Measured on ${new Date().toISOString().slice(0, 10)}: Node ${version}, ${process.platform} ${process.arch}, ${cpus().length} × ` +
    `${cpus()[0]?.model ?? "unknown processor"}. Medians of ${rounds} rounds; ± = spread of the rounds, (max − min) / median; ` +
    "× = of what callbacks reach, or take.\n",
);
for (const scenario of pick("scenario", scenarios, options.scenario)) {
  const samples = new Map(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Nobody always follows the same neighbour.
    const order = servers.map((_, index) => servers[(index + round) % servers.length]);
    for (const server of order) samples.get(server.name).push(await measure(server, scenario));
  }
  print(scenario, samples);
}

/** One server, one client, a process each. */
async function measure({ line: [program, ...args] }, scenario) {
  const env = { ...process.env, NODE_ENV: "production" };
  const server = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const { value: said } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
    if (said === undefined) fail(`${program} ${args.join(" ")} has ended without serving`);
    const { warmUp, count } = scenario;
    const plan = { ...scenario, warmUp: warmUp * share, count: count * share, port: Number(said), pid: server.pid };
    const client = [fileURLToPath(new URL("tcp/load.mjs", import.meta.url)), JSON.stringify(plan)];
    const { stdout } = await promisify(execFile)(node, client, { timeout: 300_000 });
    return JSON.parse(stdout);
  } finally {
    server.kill("SIGKILL");
  }
}

function print({ name, title, size }, samples) {
  const streaming = name === "stream";
  const rate = ({ messages, ms }) => (streaming ? (messages * size) / 1e6 / (ms / 1000) : messages / (ms / 1000));
  const cost = ({ messages, cpuMs }) => (cpuMs === null ? Number.NaN : (cpuMs * 1000) / messages);
  const [base] = samples.values();
  const cell = (own, figure, digits) => {
    const values = own.map(figure);
    if (values.some(Number.isNaN)) return "–";
    const middle = median(values);
    const ratio = own === base ? "" : `${(middle / median(base.map(figure))).toFixed(2)}×, `;
    return `${middle.toFixed(digits)} (${ratio}±${Math.round(spread(values) * 100)} %)`;
  };
  console.log(`**${title}**\n`);
  console.log(
    `| | ${streaming ? "MB/s" : "round trips per second"} | p50, ms | p99, ms | server's processor time a ${streaming ? "piece" : "round trip"}, µs |`,
  );
  console.log("|---|---:|---:|---:|---:|");
  for (const server of servers) {
    const own = samples.get(server.name);
    const [p50, p99] = [own.map((sample) => sample.p50), own.map((sample) => sample.p99)].map(median);
    console.log(
      `| ${server.title} | ${cell(own, rate, 0)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${cell(own, cost, 1)} |`,
    );
  }
  console.log("");
}
