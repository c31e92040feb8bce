/**
 * The plugin for Vite 7 and 8, and by it for vitest.
 *
 * ```ts
 * // vite.config.ts
 * import tsyncio from "@tsyncio/compiler/vite";
 *
 * export default { plugins: [tsyncio()] };
 * ```
 *
 * @module
 */
import { createVitePlugin } from "unplugin";
import type { PluginOptions } from "./plugin.js";
import { pluginOf } from "./unplugin.js";

export type { PluginOptions } from "./plugin.js";

/** A plugin of Vite. */
export interface VitePlugin {
  name: string;
  enforce: "pre";
}

/**
 * Lowers the user's own modules to coroutines, in the dev server, in builds and in tests.
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * export default defineConfig({ plugins: [tsyncio({ exclude: "src/legacy" })] });
 * ```
 */
export default function tsyncio(options?: PluginOptions): VitePlugin {
  return createVitePlugin(pluginOf)(options) as VitePlugin;
}
