// The laws that a linter sees only file by file, checked on what was built:
// 1. the library has no run-time dependency;
// 2. every sub-path that package.json exports is there;
// 3. nothing that the portable sub-paths reach, however indirectly, needs Node;
// 4. index.ts re-exports, and does nothing else.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../packages/tsyncio/", import.meta.url));
const nodeRooms = ["net", "subprocess", "executors", "cli"];
const broken = [];

const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
for (const name of Object.keys(manifest.dependencies ?? {})) {
  broken.push(`packages/tsyncio/package.json: the library has zero dependencies, "${name}" is one`);
}

for (const [subPath, target] of Object.entries(manifest.exports)) {
  const file = typeof target === "string" ? target : target.default;
  if (!existsSync(join(home, file))) {
    broken.push(`the sub-path "${subPath}" points at packages/tsyncio/${file.slice(2)}, which is not there`);
  } else if (file.endsWith(".js") && !nodeRooms.some((room) => file.startsWith(`./dist/${room}/`))) {
    broken.push(...(await unportable(subPath, file)));
  }
}

const face = readFileSync(join(home, "src/index.ts"), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
const other = face.replace(/export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s*(from\s*"[^"]+")?\s*;?/g, "").trim();
if (other !== "")
  broken.push(`packages/tsyncio/src/index.ts re-exports and nothing else, but has: ${other.split("\n")[0]}`);

for (const line of broken) console.error(line);
if (broken.length > 0) process.exit(1);
console.log("laws: zero dependencies, every sub-path there, portable where it must be, a face of re-exports");

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
