import tsyncio from "@tsyncio/compiler/esbuild";
import type * as Esbuild from "esbuild";
import { describeBundler } from "./bundler.js";
import { toolOf } from "./places.js";

describeBundler({
  place: "esbuild",
  tool: "esbuild",
  hasTargets: true,
  async build({ root, entries, plugin, target }) {
    const esbuild = await toolOf<typeof Esbuild>("esbuild", "esbuild");
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: { ...entries },
      outdir: "out",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      external: ["tsyncio"],
      format: "esm",
      platform: "node",
      sourcemap: true,
      target: target ?? "esnext",
      logLevel: "silent",
      plugins: [tsyncio(plugin)],
    });
  },
});
