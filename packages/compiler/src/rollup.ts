/**
 * The plugin for Rollup.
 *
 * ```js
 * // rollup.config.js
 * import tsyncio from "@tsyncio/compiler/rollup";
 *
 * export default { input: "src/main.ts", plugins: [tsyncio()] };
 * ```
 *
 * @module
 */
import { createRollupPlugin } from "unplugin";
import type { PluginOptions } from "./plugin.js";
import { pluginOf } from "./unplugin.js";

export type { PluginOptions } from "./plugin.js";

/** A plugin of Rollup. */
export interface RollupPlugin {
  name: string;
}

/**
 * Lowers the user's own modules to coroutines. Types are removed as well, as Rollup does not know them; JSX is left to
 * Rollup's option `jsx`, or to another plugin.
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * plugins: [tsyncio({ include: "src", exclude: "src/legacy" })]
 * ```
 */
export default function tsyncio(options?: PluginOptions): RollupPlugin {
  return createRollupPlugin(pluginOf)(options) as RollupPlugin;
}
