/**
 * The plugin for webpack.
 *
 * ```js
 * // webpack.config.js
 * import tsyncio from "@tsyncio/compiler/webpack";
 *
 * export default { entry: "./src/main.ts", plugins: [tsyncio()] };
 * ```
 *
 * @module
 */
import { createWebpackPlugin } from "unplugin";
import type { PluginOptions } from "./plugin.js";
import { pluginOf } from "./unplugin.js";

export type { PluginOptions } from "./plugin.js";

/** A plugin of webpack. */
export interface WebpackPlugin {
  apply(compiler: object): void;
}

/**
 * Lowers the user's own modules to coroutines. Types and JSX are removed as well where no loader is set for the file;
 * where one is, it gets TypeScript (`ts-loader` needs `transpileOnly`, for it would check the types of lowered code).
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * plugins: [tsyncio({ include: "src", exclude: "src/legacy" })]
 * ```
 */
export default function tsyncio(options?: PluginOptions): WebpackPlugin {
  return createWebpackPlugin(pluginOf)(options) as WebpackPlugin;
}
