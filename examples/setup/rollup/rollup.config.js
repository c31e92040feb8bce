import tsyncio from "@tsyncio/compiler/rollup";

export default {
  input: "src/main.ts",
  external: /^tsyncio/,
  output: { file: "dist/main.js", sourcemap: true },
  plugins: [tsyncio()], // the line that sets tsyncio up
};
