import * as nodeModule from "node:module";
import { loadSync, resolveSync } from "./hooks.js";

/** `module.registerHooks`, which Node has from 22.15 on. */
type RegisterHooks = (hooks: { resolve: typeof resolveSync; load: typeof loadSync }) => unknown;

let isRegistered = false;

/**
 * Makes Node lower the user's own files from now on: TypeScript and JavaScript, ES modules and CommonJS. Files that were
 * loaded before stay as they are, so the program is to be brought in by a later `import()`. Calling it again does nothing.
 *
 * On Node 22.15 and later `require()` and `import` both go through the hooks. Node 20 has hooks for `import` alone. CommonJS
 * is lowered there too, as the entry point, where it is imported, and where such a file requires another; but inside of
 * it `require` is the one of Node's import side, which cannot require an ES module and has no `cache` and `extensions`.
 *
 * @example
 * ```ts
 * import { register } from "@tsyncio/compiler";
 *
 * register();
 * await import("./main.ts");
 * ```
 */
export function register(): void {
  if (isRegistered) return;
  isRegistered = true;
  process.setSourceMapsEnabled(true);
  const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks };
  if (registerHooks !== undefined) registerHooks({ resolve: resolveSync, load: loadSync });
  else nodeModule.register("./hooks.js", import.meta.url);
}
