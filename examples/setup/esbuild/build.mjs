import tsyncio from "@tsyncio/compiler/esbuild";
import { build } from "esbuild";

await build({
  entryPoints: ["src/main.ts"],
  outfile: "dist/main.js",
  bundle: true,
  format: "esm",
  platform: "node",
  sourcemap: true,
  plugins: [tsyncio()], // the line that sets tsyncio up
});
