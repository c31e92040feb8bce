/**
 * Which files the loader lowers, and which module format they are.
 *
 * Only the user's own files are lowered. Third-party code counts on promises that start by themselves, so nothing under
 * `node_modules` is touched; and tsyncio's own packages are written by hand in generators. Those are known by the name
 * in their `package.json`, because in a workspace their real path is not under `node_modules`.
 */
import { dirname, extname } from "node:path";
import { parseSync } from "oxc-parser";
import { packageOf } from "./packages.js";

/** The formats that Node's loader knows for code. */
export type ModuleFormat = "module" | "commonjs";

const EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);

/** Whether a file is the user's own source code. */
export function isUserFile(path: string): boolean {
  if (!EXTENSIONS.has(extname(path)) || /[\\/]node_modules[\\/]/.test(path)) return false;
  const { name } = packageOf(dirname(path));
  return name !== "tsyncio" && name?.startsWith("@tsyncio/") !== true;
}

/** Whether a file needs its types or its JSX removed. */
export function needsStripping(path: string): boolean {
  return /\.([cm]?ts|[jt]sx)$/.test(path);
}

/** The format of a file: by its ending, by the `type` of its package, else by whether it has the syntax of a module. */
export function formatOf(path: string, source: string): ModuleFormat {
  switch (extname(path)) {
    case ".mts":
    case ".mjs":
      return "module";
    case ".cts":
    case ".cjs":
      return "commonjs";
  }
  return packageOf(dirname(path)).type ?? (hasModuleSyntax(path, source) ? "module" : "commonjs");
}

function hasModuleSyntax(path: string, source: string): boolean {
  const lang = path.endsWith(".ts") ? "ts" : path.endsWith(".tsx") ? "tsx" : "jsx";
  const asModule = parseSync(path, source, { lang, sourceType: "module" });
  if (asModule.module.hasModuleSyntax) return true;
  // Top-level `await` is the one thing that only a module can have without `import` or `export`.
  return asModule.errors.length === 0 && parseSync(path, source, { lang, sourceType: "commonjs" }).errors.length > 0;
}
