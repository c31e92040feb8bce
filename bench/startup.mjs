// `node bench/startup.mjs [ROUNDS]`: what a program of 1, 50 and 200 files takes from its start to its end, run plainly and with its
// async functions lowered, for the first time (nothing is kept yet) and for the second. Prints a table of medians for docs/setup.md.
//
// All run in turns, so that what else the machine does meets each of them. The program is the same text for all; tsyncio is installed
// as from the registry. The figures are processor time (user and system, of all threads), which other programs disturb less than the
// time on the wall; what counts is the ratio to the plain start of the same runtime. Needs a POSIX shell.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const workspace = fileURLToPath(new URL("..", import.meta.url));
const rounds = Number(process.argv[2] ?? 9);
const sizes = [1, 50, 200];
const home = mkdtempSync(join(tmpdir(), "startup-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

const register = join(home, "node_modules/@tsyncio/compiler/dist/register.js");
const runtimes = [
  ...["node22", "node24", "node26"].map((name) => ({
    path: join(workspace, "node_modules", name, "bin/node"),
    plain: ["--experimental-strip-types"],
    lowered: ["--import", "@tsyncio/compiler/register"],
  })),
  { path: join(workspace, "node_modules/bun/bin/bun.exe"), plain: [], lowered: ["--preload", "@tsyncio/compiler/bun"] },
  {
    path: join(workspace, "node_modules/deno/deno"),
    plain: ["run", "--allow-all", "--no-lock"],
    lowered: ["run", "--allow-all", "--no-lock", "--preload", register],
  },
].filter(({ path }) => existsSync(path));

install();
for (const size of sizes) writeProgram(size);

const rows = runtimes.flatMap(({ path, plain, lowered }) => {
  const name = nameOf(path);
  const row = (how, args, cache) => ({ name: `${name}, ${how}`, path, args, cache, times: sizes.map(() => []) });
  return [
    row("plain", plain, "none"),
    row("lowered, first", lowered, "empty"),
    row("lowered, second", lowered, "kept"),
  ];
});
for (let round = 0; round < rounds; round++) {
  for (const row of rows) {
    sizes.forEach((size, index) => {
      row.times[index].push(run(row, size));
    });
  }
}
print();

/** The packages as they are installed, so that they lie in a node_modules. */
function install() {
  const modules = join(home, "node_modules");
  for (const [name, folder] of [
    ["tsyncio", "tsyncio"],
    ["@tsyncio/compiler", "compiler"],
  ]) {
    const from = join(workspace, "packages", folder);
    for (const part of ["dist", "package.json"])
      cpSync(join(from, part), join(modules, name, part), { recursive: true });
  }
  for (const name of [
    "oxc-parser",
    "oxc-transform",
    "magic-string",
    "@jridgewell/remapping",
    "unplugin",
    "picomatch",
  ]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(workspace, "node_modules", name), join(modules, name), "junction");
  }
  writeFileSync(join(home, "package.json"), '{ "name": "startup", "type": "module" }');
}

function writeProgram(size) {
  const folder = join(home, `of${size}`);
  mkdirSync(folder);
  const parts = Array.from({ length: size - 1 }, (_, n) => n);
  for (const n of parts)
    writeFileSync(join(folder, `part${n}.ts`), partOf(n, n + 1 < parts.length ? `part${n + 1}` : "main"));
  const imports = parts.map((n) => `import * as part${n} from "./part${n}.ts";`).join("\n");
  const list = parts.map((n) => `part${n}`).join(", ");
  writeFileSync(
    join(folder, "main.ts"),
    `${imports}
export interface Item { readonly id: number; readonly name: string }
export const helper = async (depth: number): Promise<number> => depth;

interface Part { load(limit: number): Promise<{ value: number } | undefined> }
const parts: Part[] = [${list}];
async function main(): Promise<number> {
  let sum = await helper(1);
  for (const part of parts) sum += (await part.load(3))?.value ?? 1;
  return sum;
}
console.log(await main());
`,
  );
}

/** Some sixty lines, as a module of a program has them. */
function partOf(n, next) {
  return `// One part of a program, number ${n}.
import { helper as next, type Item } from "./${next}.ts";

export interface Options { readonly name: string; readonly limit?: number }
export type Result<T> = { readonly value: T; readonly options: Options } | undefined;

const defaults: Options = { name: "part${n}", limit: ${n} };

/** Reads the items. */
async function read(options: Options): Promise<Item[]> {
  const items: Item[] = [];
  for (let id = 0; id < (options.limit ?? 3) % 7; id++) {
    items.push({ id, name: \`\${options.name}-\${id}\` });
  }
  return items;
}

export class Store {
  readonly #items: Map<number, Item> = new Map();
  protected name: string;

  constructor(name: string) {
    this.name = name;
  }

  async add(item: Item): Promise<void> {
    if (this.#items.has(item.id)) throw new Error(\`there is an item \${item.id} in \${this.name}\`);
    this.#items.set(item.id, item);
  }

  async find(id: number): Promise<Item | undefined> {
    return this.#items.get(id);
  }

  get size(): number {
    return this.#items.size;
  }
}

export async function* all(options: Partial<Options> = {}): AsyncGenerator<Item, void> {
  for (const item of await read({ ...defaults, ...options })) yield item;
}

export async function load(limit: number): Promise<Result<number>> {
  const store = new Store(defaults.name);
  try {
    for await (const item of all({ limit })) await store.add(item);
    const first = await store.find(0);
    return first === undefined ? undefined : { value: first.id as number, options: defaults };
  } finally {
    await next(0);
  }
}

export const helper = async (depth: number): Promise<number> => (depth <= 0 ? 0 : 1 + (await next(depth - 1)));
`;
}

/** Milliseconds of processor time of one run. */
function run({ path, args, cache }, size) {
  const folder = join(home, `cache-${path.replaceAll(/\W/g, "_")}-${size}`);
  if (cache === "empty") rmSync(folder, { recursive: true, force: true });
  const env = { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", TSYNCIO_CACHE: folder };
  const command = ["-c", '"$@" >&2; status=$?; times; exit $status', "sh", path, ...args, `of${size}/main.ts`];
  const { status, stdout, stderr } = spawnSync("sh", command, { cwd: home, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${path} ${args.join(" ")}: ${stderr}`);
  const ofChildren = stdout.trim().split("\n").at(-1);
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + (minutes * 60 + Number(seconds)) * 1000, 0);
}

function nameOf(path) {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  const version = /\d+\.\d+/.exec(stdout)?.[0];
  return /deno$/.test(path) ? `Deno ${version}` : /bun/.test(path) ? `Bun ${version}` : `Node ${version}`;
}

function print() {
  const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];
  const date = new Date().toISOString().slice(0, 10);
  console.log(
    `Measured on ${date}, ${cpus().length} × ${cpus()[0].model.trim()}, processor time, medians of ${rounds} rounds.\n`,
  );
  console.log(`| | ${sizes.map((size) => `${size} ${size === 1 ? "file" : "files"}`).join(" | ")} |`);
  console.log(`|---|${sizes.map(() => "---:").join("|")}|`);
  let plain = [];
  for (const { name, times, cache } of rows) {
    const middle = times.map(median);
    if (cache === "none") plain = middle;
    const cells = middle.map((time, index) => {
      // The shell counts in hundredths of a second.
      const ratio = cache === "none" || plain[index] < 20 ? "" : ` (${(time / plain[index]).toFixed(2)}×)`;
      return `${time.toFixed(0)} ms${ratio}`;
    });
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}
