import * as nodeModule from "node:module";
import { loadSync, resolveSync } from "./hooks.js";

/** What newer versions of Node have: hooks in the thread of the program from 22.15 on, the choice of maps from 22.14 on. */
interface NewerModule {
  registerHooks?(hooks: { resolve: typeof resolveSync; load: typeof loadSync }): unknown;
  getSourceMapsSupport?(): { readonly enabled: boolean };
  setSourceMapsSupport?(enabled: boolean, options: { nodeModules: boolean }): void;
}

let isRegistered = false;

/**
 * Makes Node lower the user's own files from now on: TypeScript and JavaScript, ES modules and CommonJS. Files that were
 * loaded before stay as they are, so the program is to be brought in by a later `import()`. Calling it again does nothing.
 *
 * `createFileFilter` says which files these are. What was made of them is kept in `node_modules/.cache/tsyncio`, or where
 * `TSYNCIO_CACHE` says; `TSYNCIO_CACHE=0` keeps nothing.
 *
 * On Node 22.15 and later `require()` and `import` both go through the hooks. Node 20 has hooks for `import` alone. CommonJS
 * is lowered there too, as the entry point, where it is imported, and where such a file requires another; but inside of
 * it `require` is the one of Node's import side, which cannot require an ES module, finds no `x.ts` for `x.js`, and has no
 * `cache` and `extensions`. The first releases of Node 22.15 and 24 do so with CommonJS that is imported; 22.23 and 24.21
 * do not.
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
  enableSourceMaps();
  const { registerHooks } = nodeModule as NewerModule;
  if (registerHooks !== undefined) registerHooks({ resolve: resolveSync, load: loadSync });
  else nodeModule.register("./hooks.js", import.meta.url);
}

/** Reading the maps of dependencies would take time, and whoever wants them says `--enable-source-maps`. */
function enableSourceMaps(): void {
  const { getSourceMapsSupport, setSourceMapsSupport } = nodeModule as NewerModule;
  if (getSourceMapsSupport === undefined || setSourceMapsSupport === undefined) process.setSourceMapsEnabled(true);
  else if (!getSourceMapsSupport().enabled) setSourceMapsSupport(true, { nodeModules: false });
}
