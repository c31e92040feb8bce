import { readFileSync } from "node:fs";
import nodeModule, { createRequire } from "node:module";
import { dirname } from "node:path";
import { cached } from "./cached.js";
import { createFileFilter, type FileFilter } from "./fileFilter.js";
import type { ModuleFormat } from "./formats.js";
import { isUserFile } from "./userFile.js";

/** What Bun is answered when it loads a file: its code as an ES module, or what the module exports. */
export type BunLoaded =
  | { contents: string; loader: "ts" | "tsx" | "js" | "jsx" }
  | { exports: Record<string, unknown>; loader: "object" };

/** The part of `Module` that runs CommonJS. */
interface CommonJs {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(code: string, path: string): void;
}
const CommonJs = nodeModule as unknown as {
  new (path: string): CommonJs;
  _nodeModulePaths(directory: string): string[];
};

const isLowered: FileFilter = createFileFilter();
const require: NodeJS.Require = createRequire(import.meta.url);
const running: Map<string, CommonJs> = new Map();

/**
 * What a running program in Bun gets for a file that it loads. Bun takes what a plugin gives for an ES module, so CommonJS
 * is run here.
 */
export function loadInBun(path: string, loader: "ts" | "tsx" | "js" | "jsx"): BunLoaded {
  const source = readFileSync(path, "utf8");
  // What is left is tsyncio itself in its own workspace.
  if (!isUserFile(path)) return { contents: source, loader };
  const lower = isLowered(path, source);
  const entry = cached(path, source, ["bun", lower], () => {
    const { detectFormat } = require("./detectFormat.js") as typeof import("./detectFormat.js");
    const format = /\.c[jt]s$/.test(path) ? "commonjs" : usesCommonJs(source) ? detectFormat(path, source) : "module";
    return `${format}\n${compile(path, source, format, lower)}`;
  });
  const end = entry.indexOf("\n");
  const code = entry.slice(end + 1);
  return entry.slice(0, end) === "module"
    ? { contents: code, loader }
    : { exports: runCommonJs(path, code), loader: "object" };
}

function usesCommonJs(source: string): boolean {
  return /\b(?:module|exports|require)\b/.test(source);
}

/** Types in ES modules are left to Bun. */
function compile(path: string, source: string, format: ModuleFormat, isLowered: boolean): string {
  if (format === "module" && !isLowered) return source;
  if (format === "module") {
    const { lower } = require("./lower.js") as typeof import("./lower.js");
    return lower(source, { filename: path, module: "esm", sourceMap: false }).code;
  }
  const { transformModule } = require("./transformModule.js") as typeof import("./transformModule.js");
  return transformModule(source, { filename: path, format, lower: isLowered }).code;
}

function runCommonJs(path: string, code: string): Record<string, unknown> {
  let module = running.get(path);
  if (module === undefined) {
    module = new CommonJs(path);
    module.filename = path;
    module.paths = CommonJs._nodeModulePaths(dirname(path));
    // Whoever requires it in a circle gets what it exports so far.
    running.set(path, module);
    try {
      module._compile(code, path);
    } finally {
      running.delete(path);
    }
  }
  const { exports } = module;
  return { ...(exports as object), default: exports, "module.exports": exports };
}
