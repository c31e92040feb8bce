// `npm test`: every check of the repository, the cheap ones first. Stops at the first that fails and shows what it said.
// `--quick` runs the unit tests on the running Node only.
//
// The last line counts every unit test once for each Node that it ran on, and every other check as one.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const testFolders = readdirSync(join(root, "packages")).map((name) => join("packages", name, "test"));
const otherNodes = ["node24", "node26"];
const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const begin = performance.now();
let passed = 0;

await step("types", types);
await step("lint", () =>
  command("@biomejs/biome/bin/biome", "check", "--error-on-warnings", "--max-diagnostics=50", "--colors=off"),
);
await step("laws", () => run(process.execPath, ["scripts/check-laws.mjs"]));
await step("size", () => run(process.execPath, ["scripts/check-size.mjs"]));
await step(`unit tests on Node ${process.versions.node}`, () => unitTests(process.execPath, recorded()));
await step("places", places);
await step("conformance", () => run(process.execPath, ["conformance/page.mjs", "--check"]));
await step("differential", differential);
await step("packages", () =>
  run(process.execPath, ["--import", "@tsyncio/compiler/register", "--test", "conformance/packages/packages.test.ts"]),
);
if (!options.quick) {
  for (const name of otherNodes) await onOtherNode(name);
  await benchGate();
}
end(0);

/** @typedef {{ ok: boolean, output: string, passed: number, failed: number, note?: string }} Outcome */

/** The sources, what Node and browsers take of them, then the tests of every package into its .build/test, then what is only checked. */
async function types() {
  for (const folder of testFolders) rmSync(join(root, folder, "../.build/test"), { recursive: true, force: true });
  let outcome = await command("typescript/bin/tsc", "-b");
  for (const script of ["build-node", "build-browser", "build-page", "mark-maps"]) {
    if (outcome.ok) outcome = await run(process.execPath, [`scripts/${script}.mjs`]);
  }
  for (const folder of [
    ...testFolders,
    "packages/inspector/page",
    "examples",
    "examples/setup",
    "bench",
    "conformance/differential",
    "conformance/packages",
  ]) {
    if (!outcome.ok) break;
    if (!existsSync(join(root, folder, "tsconfig.json")) || list(folder, ".ts").length === 0) continue;
    outcome = await command("typescript/bin/tsc", "-p", folder);
  }
  return outcome;
}

/** Random programs on tsyncio and on CPython; before it, that the comparison finds faults. */
async function differential() {
  const lowered = ["--import", "@tsyncio/compiler/register"];
  const folder = "conformance/differential";
  const own = await run(process.execPath, [...lowered, "--test", `${folder}/differential.test.ts`]);
  if (!own.ok) return own;
  const outcome = await run(process.execPath, [...lowered, `${folder}/main.ts`, "--seeds", "0..2000"]);
  const note = outcome.output.trim().split("\n").at(-1);
  return { ...outcome, passed: own.passed + (note.startsWith("SKIPPED") ? 0 : outcome.passed), note };
}

/** The binary of another Node; null where there is none, for which something is skipped. */
function installed(name, what) {
  const node = join(root, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(node)) return node;
  console.log(`--    ${what} on ${name}: SKIPPED, its binary is not installed on this platform`);
  return null;
}

async function onOtherNode(name) {
  const node = installed(name, "unit tests");
  if (node === null) return;
  const { output } = await run(node, ["--version"]);
  const version = output.trim().slice(1);
  if (version !== process.versions.node) await step(`unit tests on Node ${version}`, () => unitTests(node));
}

/** Nothing else runs beside it. */
async function benchGate() {
  if (installed("node24", "bench gate") === null) return;
  await step("bench gate", () => run(process.execPath, ["bench/gate.mjs", "--node", "24"]));
}

/** Has the outcome of each test written down, for the table of behaviours names the tests that prove them. */
function recorded() {
  mkdirSync(join(root, ".build"), { recursive: true });
  return [
    "--test-reporter-destination=stdout",
    "--test-reporter=./conformance/reporter.mjs",
    "--test-reporter-destination=.build/tests.jsonl",
  ];
}

/** The set-up folders of the examples, each by its own tool. Tools bring their own way to run, so one Node is enough. */
async function places() {
  const outcome = await testFiles(process.execPath, built().filter(isOfPlaces));
  const skipped = outcome.output.match(/^.*SKIPPED: .*$/gm) ?? [];
  return { ...outcome, note: [outcome.note, ...skipped.map((line) => `\n${line}`)].join("") };
}

function unitTests(node, record = []) {
  const files = built().filter((file) => !isOfPlaces(file) && (node === process.execPath || !isOfTools(file)));
  return testFiles(node, files, [`--test-concurrency=${availableParallelism()}`, ...record]);
}

function built() {
  return testFolders.flatMap((folder) => list(join(folder, "../.build/test"), ".test.js"));
}

function isOfPlaces(file) {
  return basename(dirname(file)) === "places";
}

/** What looks at text and types, by tools that bring their own ways to run: which Node runs it makes no difference. */
function isOfTools(file) {
  return (
    file.startsWith(join("packages", "eslint-plugin")) ||
    /^(bundles|check|docs|test262|types)\.test\.js$/.test(basename(file))
  );
}

/** The tests of files. The time limit, which Node sets for a whole file, is there for what hangs: a busy machine needs minutes for some. */
async function testFiles(node, files, record = []) {
  if (files.length === 0) return { ok: true, output: "", passed: 0, failed: 0, note: "no tests yet" };
  const flags = ["--enable-source-maps", "--expose-gc", "--test-timeout=900000", "--test-reporter=spec", ...record];
  const outcome = await run(node, ["--test", ...flags, ...files]);
  const count = (word) => Number(new RegExp(`^\\S+ ${word} (\\d+)$`, "m").exec(outcome.output)?.[1] ?? 0);
  const good = count("pass");
  const bad = count("fail") + count("cancelled");
  const unrun = count("skipped") + count("todo");
  const note = `${good} passed${unrun > 0 ? `, ${unrun} skipped` : ""}`;
  return { ...outcome, passed: good, failed: Math.max(bad, outcome.ok ? 0 : 1), note };
}

/** Runs one check, prints its line, and ends the whole where it failed. */
async function step(name, check) {
  const start = performance.now();
  const outcome = await check();
  const time = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  passed += outcome.passed;
  console.log(
    [outcome.ok ? "ok   " : "FAIL ", name.padEnd(32), time.padStart(8), outcome.note ?? ""].join(" ").trimEnd(),
  );
  if (outcome.ok) return;
  console.log(`\n${outcome.output.trim()}\n`);
  end(outcome.failed);
}

function end(failed) {
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`\n${seconds} s in all`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Runs the command of an installed package. */
function command(script, ...args) {
  return run(process.execPath, [join(root, "node_modules", script), ...args]);
}

/** @returns {Promise<Outcome>} */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (status, signal) => {
      const output = Buffer.concat(chunks).toString() + (signal === null ? "" : `\nended by ${signal}`);
      const ok = status === 0;
      resolve({ ok, output, passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
    });
  });
}

/** The files of a folder, and of those in it, whose names end so. */
function list(folder, ending) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => join(folder, name))
    .sort();
}
