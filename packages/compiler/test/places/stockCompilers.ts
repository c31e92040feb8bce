/** Programs that `tsc` and Babel have lowered, with the helpers of `tsyncio/syntax` or with their own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Construct } from "../constructs/index.js";
import { folder, PACKAGE, WORKSPACE } from "../support.js";
import { constructFiles } from "./constructs.js";
import { NEW_NODE, runNode, SETUP, toolOf } from "./places.js";

/** Lowers files of a folder, with our helpers or with the compiler's own, into files with the ending `.mjs` of its folder `out`. */
export type Compile = (root: string, files: readonly string[], withOurs: boolean) => void | Promise<void>;

/** `tsc` of a package of this workspace, set up as examples/setup/tsc is. */
export function tsc(installed: string): Compile {
  const example = json(join(SETUP, "tsc/tsconfig.json"));
  return (root, files, withOurs) => {
    const compilerOptions = {
      ...example.compilerOptions,
      ...(withOurs ? {} : { importHelpers: false }),
      noCheck: true,
      jsx: "react",
      types: [],
      rootDir: ".",
      outDir: "out",
    };
    writeFileSync(join(root, "package.json"), '{ "type": "module" }');
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    mkdirSync(join(root, "node_modules"));
    symlinkSync(join(SETUP, "tsc/tslib"), join(root, "node_modules/tslib"), "junction");
    spawnSync(process.execPath, [join(WORKSPACE, "node_modules", installed, "bin/tsc"), "-p", root]);
    for (const file of files) {
      const path = join(root, "out", file.replace(/\.tsx?$/, ""));
      renameSync(`${path}.js`, `${path}.mjs`);
    }
  };
}

/** Babel, set up as examples/setup/babel is. */
export const babel: Compile = async (root, files, withOurs) => {
  const { plugins } = json(join(SETUP, "babel/babel.config.json")) as { plugins: (string | [string, object])[] };
  const own = plugins.slice(1).map((plugin) => (typeof plugin === "string" ? plugin : plugin[0]));
  const { transformSync } = await toolOf<BabelCore>("babel", "@babel/core");
  for (const file of files) {
    const filename = join(root, file);
    const options = { filename, cwd: join(SETUP, "babel"), configFile: false, plugins: withOurs ? plugins : own };
    const { code } = attempt(() => transformSync(readFileSync(filename, "utf8"), options));
    writeFileSync(join(root, "out", file.replace(/\.tsx?$/, ".mjs")), code);
  }
};

interface BabelCore {
  transformSync(source: string, options: object): { code: string };
}

/** What it cannot compile throws when it is run. */
function attempt(compile: () => { code: string }): { code: string } {
  try {
    return compile();
  } catch (error) {
    return { code: `throw new SyntaxError(${JSON.stringify(String(error))})` };
  }
}

function json(path: string): { compilerOptions?: object; plugins?: unknown[] } {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The names of the constructs that give something else than natively when they have been compiled. */
export async function stockWrong(
  t: TestContext,
  compile: Compile,
  constructs: readonly Construct[],
  withOurs: boolean,
): Promise<string[]> {
  const root = await compiled(t, compile, constructFiles(constructs, false), withOurs);
  const rows = constructs.map(({ name }, index) => {
    return [name, join(root, `expected${index}.mjs`), join(root, "out", `c${index}.mjs`)];
  });
  return JSON.parse(evaluated(root, WRONG, rows)) as string[];
}

/** The values of programs by their names, when they have been compiled with our helpers. */
export async function stockValues(
  t: TestContext,
  compile: Compile,
  programs: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const names = Object.keys(programs);
  const sources = names.map((name, index) => [`c${index}.ts`, programs[name]] as const);
  const root = await compiled(t, compile, Object.fromEntries(sources) as Record<string, string>, true);
  const rows = names.map((name, index) => [name, join(root, "out", `c${index}.mjs`)]);
  return JSON.parse(evaluated(root, VALUES, rows)) as Record<string, unknown>;
}

async function compiled(
  t: TestContext,
  compile: Compile,
  files: Readonly<Record<string, string>>,
  withOurs: boolean,
): Promise<string> {
  const root = folder(t, files, join(PACKAGE, ".build/places"));
  mkdirSync(join(root, "out"));
  await compile(
    root,
    Object.keys(files).filter((name) => /^c\d/.test(name)),
    withOurs,
  );
  return root;
}

function evaluated(root: string, script: string, rows: unknown): string {
  const { stdout, stderr } = runNode(NEW_NODE, root, ["--input-type=module", "--eval", script, JSON.stringify(rows)]);
  if (stdout === "") throw new Error(stderr);
  return stdout;
}

/** What a compiler has got wrong can also throw where nobody catches it, or never end. */
const WRONG = `
import { deepStrictEqual } from "node:assert";
process.on("uncaughtException", () => {});
const valueOf = async (path) => (await import(path)).default();
const neverEnds = () => new Promise((_, reject) => setTimeout(reject, 5000).unref());
const wrong = [];
const alive = setInterval(() => {}, 1000);
for (const [name, right, built] of JSON.parse(process.argv[1])) {
  try {
    deepStrictEqual(await Promise.race([valueOf(built), neverEnds()]), await valueOf(right));
  } catch {
    wrong.push(name);
  }
}
clearInterval(alive);
console.log(JSON.stringify(wrong));
`;

const VALUES = `
const values = {};
for (const [name, path] of JSON.parse(process.argv[1])) {
  try {
    values[name] = await (await import(path)).default;
  } catch (error) {
    values[name] = String(error);
  }
}
console.log(JSON.stringify(values));
`;
