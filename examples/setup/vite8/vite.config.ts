import tsyncio from "@tsyncio/compiler/vite";
import { defineConfig } from "vite";

export default defineConfig({
  build: { sourcemap: true },
  plugins: [tsyncio()], // the line that sets tsyncio up
});
