/**
 * Lint rules for programs on tsyncio, for ESLint 9 and 10.
 *
 * @example
 * ```js
 * // eslint.config.js
 * import tsyncio from "@tsyncio/eslint-plugin";
 *
 * export default [...tsyncio.configs.recommended];
 * ```
 *
 * @module
 */
import "./ownTypeScript.js";

export type { TsyncioSettings } from "./analysis/settings.js";
export { type Plugin, plugin as default } from "./plugin.js";
export { type AnyRule, rules } from "./rules.js";
