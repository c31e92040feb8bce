import tsyncio from "@tsyncio/compiler/bun";

await Bun.build({
  entrypoints: ["src/main.ts"],
  outdir: "dist",
  target: "bun",
  plugins: [tsyncio()], // the line that sets tsyncio up for a bundle
});
