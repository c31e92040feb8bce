/**
 * The plugin for Rolldown.
 *
 * ```js
 * // rolldown.config.js
 * import tsyncio from "@tsyncio/compiler/rolldown";
 *
 * export default { input: "src/main.ts", plugins: [tsyncio()] };
 * ```
 *
 * @module
 */
import { createRolldownPlugin } from "unplugin";
import type { PluginOptions } from "./plugin.js";
import { pluginOf } from "./unplugin.js";

export type { PluginOptions } from "./plugin.js";

/** A plugin of Rolldown. */
export interface RolldownPlugin {
  name: string;
}

/**
 * Lowers the user's own modules to coroutines. Types and JSX are left to Rolldown.
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * plugins: [tsyncio({ include: "src", exclude: "src/legacy" })]
 * ```
 */
export default function tsyncio(options?: PluginOptions): RolldownPlugin {
  return createRolldownPlugin(pluginOf)(options) as RolldownPlugin;
}
