import tsyncio from "@tsyncio/compiler/rolldown";

export default {
  input: "src/main.ts",
  platform: "node",
  output: { file: "dist/main.js", sourcemap: true },
  plugins: [tsyncio()], // the line that sets tsyncio up
};
