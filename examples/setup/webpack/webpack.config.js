import tsyncio from "@tsyncio/compiler/webpack";

export default {
  mode: "production",
  target: "node20",
  entry: "./src/main.ts",
  devtool: "source-map",
  output: { filename: "main.js", module: true, chunkFormat: "module" },
  experiments: { outputModule: true },
  plugins: [tsyncio()], // the line that sets tsyncio up
};
