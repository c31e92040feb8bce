import tsyncio from "@tsyncio/compiler/vite";
import type * as Vite from "vite";
import type { Build } from "./bundler.js";
import { toolOf } from "./places.js";

/** How the Vite of a folder builds. */
export function viteBuild(place: string): (build: Build) => Promise<void> {
  return async ({ root, entries, plugin, target }) => {
    const { build } = await toolOf<typeof Vite>(place, "vite");
    await build({
      root,
      configFile: false,
      logLevel: "silent",
      plugins: [tsyncio(plugin)],
      ssr: { external: ["tsyncio"], noExternal: ["dep"] },
      build: {
        ssr: true,
        target: target ?? "esnext",
        outDir: "out",
        sourcemap: true,
        minify: false,
        rollupOptions: { input: { ...entries }, output: { entryFileNames: "[name].mjs" } },
      },
    });
  };
}
