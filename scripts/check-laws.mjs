// The laws that a linter sees only file by file, checked on what was built:
// 1. the library has no run-time dependency;
// 2. every sub-path that package.json exports is there;
// 3. nothing that the portable sub-paths reach, however indirectly, needs Node;
// 4. index.ts re-exports, and does nothing else;
// 5. no name that the browser build shortens is a public one, or one of the platform.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../packages/tsyncio/", import.meta.url));
const nodeRooms = ["node", "streams", "stdio", "files", "net", "subprocess", "executors", "cli"];
const broken = [];

const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
for (const name of Object.keys(manifest.dependencies ?? {})) {
  broken.push(`packages/tsyncio/package.json: the library has zero dependencies, "${name}" is one`);
}

for (const [subPath, target] of Object.entries(manifest.exports)) {
  for (const file of typeof target === "string" ? [target] : Object.values(target)) {
    if (!existsSync(join(home, file))) {
      broken.push(`the sub-path "${subPath}" points at packages/tsyncio/${file.slice(2)}, which is not there`);
    } else if (file.endsWith(".js") && !nodeRooms.some((room) => file.startsWith(`./dist/${room}/`))) {
      broken.push(...(await unportable(subPath, file)));
    }
  }
}

const face = readFileSync(join(home, "src/index.ts"), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
const other = face.replace(/export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s*(from\s*"[^"]+")?\s*;?/g, "").trim();
if (other !== "")
  broken.push(`packages/tsyncio/src/index.ts re-exports and nothing else, but has: ${other.split("\n")[0]}`);

const entries = Object.values(manifest.exports).filter((target) => target.browser);
const foreign = [
  ["public", publicWords(entries.map((target) => join(home, target.types)))],
  ["of the platform", platformNames()],
];
for (const name of JSON.parse(readFileSync(join(home, "mangle.json"), "utf8"))) {
  for (const [whose, names] of foreign) {
    if (names.has(name))
      broken.push(`packages/tsyncio/mangle.json: the browser build renames "${name}", which is ${whose}`);
  }
}

for (const line of broken) console.error(line);
if (broken.length > 0) process.exit(1);
console.log(
  "laws: zero dependencies, every sub-path there, portable where it must be, a face of re-exports, short names",
);

/** Bundles a sub-path for a browser; gives one line for every import that only Node, or a dependency, could serve. */
async function unportable(subPath, file) {
  const found = [];
  const bystander = {
    name: "imports-that-leave-the-package",
    setup({ onResolve }) {
      onResolve({ filter: /^[^./#]/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return undefined;
        found.push(`"${subPath}" must run anywhere, but reaches "${path}" by ${importer.slice(home.length)}`);
        return { path, external: true };
      });
    },
  };
  await build({
    entryPoints: [join(home, file)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    logLevel: "error",
    plugins: [bystander],
  });
  return found;
}

/**
 * The words of what the entries export, of the classes from which that inherits, and of what they need from their own modules, as a user's
 * editor shows them: without what is internal or private, and without names that are no property's (of parameters and functions).
 */
function publicWords(entries) {
  const words = new Set();
  const lists = /^export (?:type )?\{([^}]*)\} from "([^"]+)"/gm;
  const invisible = /\/\*\*(?:(?!\*\/).)*@internal.*?\*\/\s*[^;{]*[;{]|\/\*.*?\*\/|private \w+;/gs;
  const literal = /(?<!\[)"[^"]*"/g;
  const noProperty = /(?<=\(|, |\.\.\.|function )\w+(?=\??:|<|\()/g;
  const seen = new Set();
  const visit = (file, exported) => {
    if (seen.has(file + exported)) return;
    seen.add(file + exported);
    const all = readFileSync(file, "utf8");
    const text = all
      .replace(/^(import |\/\/#).*$/gm, "")
      .replace(invisible, "")
      .replace(literal, "")
      .replace(noProperty, "");
    const declarations = text.split(/^(?=export |declare |interface |type )/m);
    const needed = new Set(exported.match(/\w+/g));
    for (let before = -1; needed.size > before; ) {
      before = needed.size;
      for (const declaration of declarations) {
        const name = /(?:class|interface|type|const) (\w+)/.exec(declaration)?.[1];
        if (name !== undefined && !needed.has(name)) continue;
        for (const word of declaration.match(/\w+/g) ?? []) {
          needed.add(word);
          words.add(word);
        }
      }
    }
    for (const [, name, base] of text.matchAll(/class (\w+)[^{]*? extends (\w+)/g)) {
      const module = new RegExp(`^import .*\\b${base}\\b.* from "([^"]+)";$`, "m").exec(all)?.[1];
      if (needed.has(name) && module) visit(declarationsOf(file, module), base);
    }
    for (const [, names, module] of all.matchAll(lists)) {
      if (names.match(/\w+/g).includes(exported)) visit(declarationsOf(file, module), exported);
    }
  };
  for (const entry of entries) {
    for (const [, exported, module] of readFileSync(entry, "utf8").matchAll(lists))
      visit(declarationsOf(entry, module), exported);
  }
  return words;
}

/** Of a module that the file imports. */
function declarationsOf(file, module) {
  const path = module.startsWith("#") ? join(home, manifest.imports[module].node) : join(dirname(file), module);
  return path.replace(/js$/, "d.ts");
}

/** The names of the properties of all objects that the globals lead to, as this platform has them. */
function platformNames() {
  const names = new Set();
  const seen = new Set();
  const visit = (value, depth) => {
    if (Object(value) !== value || seen.has(value)) return;
    seen.add(value);
    for (const [name, { value: next }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      names.add(name);
      if (depth > 0) visit(next, depth - 1);
    }
    visit(Object.getPrototypeOf(value), depth);
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) visit(globalThis[name], 2);
  for (const value of [globalThis, new MessageChannel(), new AbortController(), /(?:)/.exec("")]) visit(value, 0);
  return names;
}
