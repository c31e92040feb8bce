import tsyncio from "@tsyncio/compiler/rollup";
import type * as Rollup from "rollup";
import { describeBundler } from "./bundler.js";
import { toolOf } from "./places.js";

describeBundler({
  place: "rollup",
  tool: "rollup",
  async build({ root, entries, plugin }) {
    const { rollup } = await toolOf<typeof Rollup>("rollup", "rollup");
    // Rollup has no root of its own: patterns are relative to the current folder.
    process.chdir(root);
    const bundle = await rollup({
      input: { ...entries },
      external: /^tsyncio/,
      jsx: { mode: "classic", factory: "React.createElement" },
      // `dep` is found by a path, as Rollup alone knows no node_modules.
      plugins: [
        tsyncio(plugin),
        { name: "resolve", resolveId: (id) => (id === "dep" ? `${root}/node_modules/dep/index.js` : null) },
      ],
      onwarn() {},
    });
    await bundle.write({ dir: `${root}/out`, entryFileNames: "[name].mjs", sourcemap: true });
  },
});
