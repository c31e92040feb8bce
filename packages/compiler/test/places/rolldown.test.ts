import tsyncio from "@tsyncio/compiler/rolldown";
import type * as Rolldown from "rolldown";
import { describeBundler } from "./bundler.js";
import { toolOf } from "./places.js";

describeBundler({
  place: "rolldown",
  tool: "rolldown",
  hasTargets: true,
  async build({ root, entries, plugin, target }) {
    const { build } = await toolOf<typeof Rolldown>("rolldown", "rolldown");
    await build({
      cwd: root,
      input: { ...entries },
      external: /^tsyncio/,
      platform: "node",
      transform: { target: target ?? "esnext" },
      plugins: [tsyncio(plugin)],
      logLevel: "silent",
      output: { dir: "out", entryFileNames: "[name].mjs", sourcemap: true },
    });
  },
});
