// What a browser's bundler takes: the modules that the portable entries of tsyncio reach, each by itself, so that a bundler
// leaves out what a program does not use; minified, with the names of internal properties shortened. These are listed in
// packages/tsyncio/mangle.json; check-laws.mjs proves that no other name is meant.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../packages/tsyncio/", import.meta.url));
const dist = join(home, "dist");
const outdir = join(dist, "browser");
const { exports } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const entries = Object.values(exports).filter((target) => target.browser);
const names = JSON.parse(readFileSync(join(home, "mangle.json"), "utf8"));

const { metafile } = await build({
  absWorkingDir: home,
  entryPoints: entries.map((target) => target.default),
  outdir,
  bundle: true,
  format: "esm",
  platform: "browser",
  metafile: true,
  write: false,
});

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: home,
  entryPoints: Object.keys(metafile.inputs),
  outbase: dist,
  outdir,
  format: "esm",
  target: "es2022",
  // Not the white space, with which the marks of what is pure would go.
  minifySyntax: true,
  minifyIdentifiers: true,
  sourcemap: true,
  mangleProps: new RegExp(`^(${names.join("|")})$`),
  // One for all modules.
  mangleCache: {},
  logLevel: "warning",
});

// A package of its own, so that `#process` is what stands beside it, under whatever conditions it is loaded.
const manifest = { type: "module", sideEffects: false, imports: { "#process": "./runner/noProcess.js" } };
writeFileSync(join(outdir, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
