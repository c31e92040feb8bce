/**
 * Bun: to import this module is to have the user's own files lowered from then on, and its default export is the plugin
 * for `Bun.build`.
 *
 * ```toml
 * # bunfig.toml
 * preload = ["@tsyncio/compiler/bun"]
 *
 * [test]
 * preload = ["@tsyncio/compiler/bun"]
 * ```
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { type BunLoaded, loadInBun } from "./loadInBun.js";
import type { PluginOptions } from "./plugin.js";

export type { BunLoaded } from "./loadInBun.js";
export type { PluginOptions } from "./plugin.js";

/** A plugin of Bun. */
export interface BunPlugin {
  name: string;
  setup(build: BunBuild): void;
}

/** What the plugin asks of Bun: of `Bun.build`, or, without `config`, of the running program. */
export interface BunBuild {
  readonly config?: { readonly root?: string };
  onLoad(options: { filter: RegExp }, callback: (args: { path: string }) => BunLoaded | undefined): unknown;
}

// The parser is loaded where something has to be parsed, which may be never.
const require: NodeJS.Require = createRequire(import.meta.url);

const NAME = "tsyncio";

type Language = "ts" | "tsx" | "js" | "jsx";

/** What Bun takes the files for whose names end so. */
const LOADERS: Readonly<Record<string, Language>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "jsx",
  ".jsx": "jsx",
  ".mjs": "js",
  ".cjs": "js",
};

/** A running program has to be answered for each file that this matches, so it leaves out as much as it can. */
const OWN_FILES = /^(?!.*[\\/]node_modules[\\/]).*\.[cm]?[jt]sx?$/;

/**
 * Lowers the user's own modules to coroutines. Types and JSX are left to Bun.
 *
 * Bun takes no source maps of plugins: the lines of stacks are those of the source, as lowering keeps them, but in an async
 * function the columns are not. What tsyncio itself reports has both.
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * await Bun.build({ entrypoints: ["src/main.ts"], outdir: "dist", plugins: [tsyncio({ include: "src" })] });
 * ```
 */
export default function tsyncio(options?: PluginOptions): BunPlugin {
  const { ModuleLowering } = require("./plugin.js") as typeof import("./plugin.js");
  const lowering = new ModuleLowering(options);
  return {
    name: NAME,
    setup(build) {
      if (build.config?.root !== undefined) lowering.setRoot(build.config.root);
      build.onLoad({ filter: OWN_FILES }, ({ path }) => {
        const lowered = lowering.transform(readFileSync(path, "utf8"), path, "nothing");
        return lowered === null ? undefined : { contents: lowered.code, loader: loaderOf(path) };
      });
    },
  };
}

function loaderOf(path: string): Language {
  return LOADERS[extname(path)] ?? "ts";
}

const { Bun } = globalThis as { Bun?: { plugin(plugin: BunPlugin): void } };
Bun?.plugin({
  name: NAME,
  setup(build) {
    build.onLoad({ filter: OWN_FILES }, ({ path }) => loadInBun(path, loaderOf(path)));
  },
});
