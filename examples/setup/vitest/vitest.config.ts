import tsyncio from "@tsyncio/compiler/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [tsyncio()], // the line that sets tsyncio up
});
