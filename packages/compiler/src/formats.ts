import { dirname, extname } from "node:path";
import { parseSync } from "oxc-parser";
import { packageOf } from "./packages.js";

/** The formats that Node's loader knows for code. */
export type ModuleFormat = "module" | "commonjs";

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
