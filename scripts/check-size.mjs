// What the library weighs in a browser bundle: everything that `tsyncio` exports, minified and gzipped, has a limit;
// `run` and `sleep` alone show that what is not used is left out.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const limit = 16 * 1024;

const all = await weigh('export * from "tsyncio"');
const least = await weigh('export { run, sleep } from "tsyncio"');
const number = new Intl.NumberFormat("en");
console.log(`size: ${number.format(all)} bytes of ${number.format(limit)}, gzipped`);
console.log(`      ${number.format(least)} bytes for run and sleep alone`);
if (all > limit) {
  console.error(`everything exported from tsyncio is ${number.format(all - limit)} bytes over its limit`);
  process.exit(1);
}

async function weigh(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
