// What a browser's bundler takes: the three portable entries of tsyncio over one shared kernel, with the names of internal
// properties shortened. They are listed in packages/tsyncio/mangle.json; check-laws.mjs proves that no other name is meant.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../packages/tsyncio/", import.meta.url));
const outdir = join(home, "dist/browser");
const names = JSON.parse(readFileSync(join(home, "mangle.json"), "utf8"));

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: {
    index: join(home, "dist/index.js"),
    syntax: join(home, "dist/syntax/index.js"),
    testing: join(home, "dist/testing/index.js"),
  },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  minify: true,
  sourcemap: true,
  mangleProps: new RegExp(`^(${names.join("|")})$`),
  logLevel: "warning",
  plugins: [{ name: "name-of-the-driver", setup: keepNameOfDriver }],
});

/** Error stacks are cut at the driver, by its name. A function loses its name when it is minified, a method does not. */
function keepNameOfDriver({ onLoad }) {
  onLoad({ filter: /[\\/]kernel[\\/]driver\.js$/ }, ({ path }) => {
    const source = readFileSync(path, "utf8");
    const contents = source.replace(
      /^export function tsyncioStep(\(.*?^\})$/ms,
      "export const { tsyncioStep } = { tsyncioStep$1 };",
    );
    if (contents === source) throw new Error(`${path} has no function tsyncioStep`);
    return { contents };
  });
}
