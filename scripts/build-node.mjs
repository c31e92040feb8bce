// What Node, Deno and Bun load: the modules of tsyncio in a few files, so that a program starts by reading two or three of them and not a hundred,
// and, above all, so that what the modules have from each other are constants of one scope. An import of another module is a cell that V8
// reads, checks and unpacks anew at each use: a third of all instructions of a switch of tasks.
import { readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";

const home = fileURLToPath(new URL("../packages/tsyncio/", import.meta.url));
const dist = join(home, "dist");
const { exports, imports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));

/** By the file in `dist/node`: what is loaded by itself. */
const entries = {
  cli: "dist/cli/main.js",
  worker: "dist/executors/worker.js",
  describeTasks: "dist/debug/describeTasks.js",
};
for (const target of Object.values(exports)) {
  if (target.node) entries[/([^/]+)\.js$/.exec(target.node)[1]] = target.default;
}

/** What every program needs is one file. */
const core = ["index", "syntax", "interop"].map((name) => join(home, entries[name]));

const modules = {
  name: "modules-of-the-package",
  resolveId(specifier) {
    return specifier.startsWith("#") ? join(home, imports[specifier].node) : undefined;
  },
  async load(id) {
    const [code, map] = await Promise.all([readFile(id, "utf8"), readFile(`${id}.map`, "utf8")]);
    // What it imports by an address that no bundler sees stands beside it here.
    return { code: code.replace('"../debug/describeTasks.js"', '"./describeTasks.js"'), map };
  },
};

/**
 * Of what a file exports, V8 makes a cell even for the file itself. So constants, functions and classes are exported by a second name.
 */
const exportsApart = {
  name: "exports-apart",
  renderChunk(code) {
    const { body } = this.parse(code);
    const list = body.find(({ type, source }) => type === "ExportNamedDeclaration" && source === null);
    if (list === undefined) return null;
    // Not what is assigned again, nor what the file has from another one.
    const constant = new Set(
      body.flatMap(({ type, kind, id, declarations = [{ id }] }) =>
        /Declaration$/.test(type) && (kind ?? "const") === "const" ? declarations.map((one) => one.id?.name) : [],
      ),
    );
    const names = list.specifiers.map(({ local, exported }) => [local.name, exported.name]);
    const second = names.filter(([local]) => constant.has(local)).map(([local]) => `${local}$out = ${local}`);
    const specifiers = names.map(([local, exported]) => `${local}${constant.has(local) ? "$out" : ""} as ${exported}`);
    const constants = second.length === 0 ? "" : `const ${[...new Set(second)].join(", ")}; `;
    const lines = `${constants}export { ${specifiers.join(", ")} };`;
    // The map stays right: this is the end of the file.
    return { code: code.slice(0, list.start) + lines + code.slice(list.end), map: null };
  },
};

/** Of what `let` declares, V8 checks at each use that the declaration has run; a `var`, of the same length, has a value from the start. */
const variables = {
  name: "variables",
  renderChunk(code) {
    const lets = this.parse(code).body.filter(({ type, kind }) => type === "VariableDeclaration" && kind === "let");
    let written = code;
    for (const { start } of lets) written = `${written.slice(0, start)}var${written.slice(start + 3)}`;
    return { code: written, map: null };
  },
};

const bundle = await rollup({
  input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(home, file)])),
  external: /^(node:|tinypool$|@)/,
  plugins: [modules, variables, exportsApart],
  treeshake: false,
  onwarn(warning) {
    throw new Error(`build-node: ${warning.message}`);
  },
});

rmSync(join(dist, "node"), { recursive: true, force: true });
await bundle.write({
  dir: join(dist, "node"),
  format: "es",
  sourcemap: true,
  chunkFileNames: "[name].js",
  // With all that these import.
  manualChunks: { core },
});
await bundle.close();
