// What a call costs where `tsc` or Babel lower it with the helpers of tsyncio/syntax, beside the pass and native async functions:
//
//     node bench/stock.mjs
//
// Each program calls and awaits a function, a method, and takes items of an async generator by `for await`. The forms take turns, round by
// round; nanoseconds, medians.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { lower } from "@tsyncio/compiler";
import { run } from "tsyncio";
import typescript from "typescript59";

const SOURCE = `
async function leaf(a) { return a; }
const box = { base: 1, async method(a) { return a + this.base; } };
async function* count(to) { for (let item = 0; item < to; item++) yield item; }
export async function calls(times) { let sum = 0; for (let turn = 0; turn < times; turn++) sum += await leaf(turn); return sum; }
export async function methods(times) { let sum = 0; for (let turn = 0; turn < times; turn++) sum += await box.method(turn); return sum; }
export async function items(times) { let sum = 0; for await (const item of count(times)) sum += item; return sum; }
`;
const ROUNDS = 7;
const TIMES = 50_000;
const SCENARIOS = { calls: "call and await", methods: "the same of a method", items: "an item of for await" };

const folder = new URL("../.build/stock/", import.meta.url);
mkdirSync(folder, { recursive: true });
const forms = {
  native: `${SOURCE}`,
  "the pass": lower(SOURCE, { filename: "program.js", sourceMap: false }).code,
  tsc: fromTsc(),
  Babel: fromBabel(),
};
const programs = {};
for (const [name, code] of Object.entries(forms)) {
  const file = new URL(`${name.replace(" ", "-")}.mjs`, folder);
  writeFileSync(file, code);
  programs[name] = await import(file.href);
}
/** @type {Map<string, number[]>} by form and scenario */
const times = new Map();
for (let round = 0; round <= ROUNDS; round++)
  for (const [name, program] of Object.entries(programs))
    for (const scenario of Object.keys(SCENARIOS)) {
      const start = performance.now();
      if (name === "native") await program[scenario](TIMES);
      else await run(program[scenario](TIMES));
      const each = ((performance.now() - start) * 1e6) / TIMES;
      const key = `${scenario} ${name}`;
      if (round > 0) times.set(key, [...(times.get(key) ?? []), each]);
    }
console.log(`Node ${process.versions.node}, medians of ${ROUNDS} rounds, ns`);
console.log(`|  | ${Object.keys(forms).join(" | ")} |\n|---|${"---:|".repeat(Object.keys(forms).length)}`);
for (const [scenario, title] of Object.entries(SCENARIOS))
  console.log(
    `| ${title} | ${Object.keys(forms)
      .map((name) => Math.round(median(times.get(`${scenario} ${name}`))))
      .join(" | ")} |`,
  );

function median(list) {
  return list.sort((a, b) => a - b)[list.length >> 1];
}

function fromTsc() {
  const compilerOptions = {
    target: typescript.ScriptTarget.ES2016,
    module: typescript.ModuleKind.ESNext,
    noEmitHelpers: true,
  };
  const { outputText } = typescript.transpileModule(SOURCE, { compilerOptions });
  return `import { __asyncGenerator, __asyncValues, __await, __awaiter } from "tsyncio/syntax";\n${outputText}`;
}

function fromBabel() {
  const home = fileURLToPath(new URL("../examples/setup/babel/", import.meta.url));
  const { transformSync } = createRequire(`${home}package.json`)("@babel/core");
  const { plugins } = JSON.parse(readFileSync(`${home}babel.config.json`, "utf8"));
  return transformSync(SOURCE, { configFile: false, cwd: home, filename: `${home}program.js`, plugins }).code;
}
