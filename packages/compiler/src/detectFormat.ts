import { parseSync } from "oxc-parser";
import type { ModuleFormat } from "./formats.js";

/** The format of a file that neither its ending nor its package tells: by whether it has the syntax of a module. */
export function detectFormat(path: string, source: string): ModuleFormat {
  const lang = path.endsWith(".ts") ? "ts" : path.endsWith(".tsx") ? "tsx" : "jsx";
  const asModule = parseSync(path, source, { lang, sourceType: "module" });
  if (asModule.module.hasModuleSyntax) return "module";
  // Top-level `await` is the one thing that only a module can have without `import` or `export`.
  const isModule =
    asModule.errors.length === 0 && parseSync(path, source, { lang, sourceType: "commonjs" }).errors.length > 0;
  return isModule ? "module" : "commonjs";
}
