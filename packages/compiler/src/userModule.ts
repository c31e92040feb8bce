import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cached } from "./cached.js";
import { createFileFilter, type FileFilter } from "./fileFilter.js";
import { declaredFormat, type ModuleFormat } from "./formats.js";
import { isDebugged } from "./isDebugged.js";
import { isUserFile } from "./userFile.js";

/** A module as Node can run it. */
export interface UserModule {
  readonly format: ModuleFormat;
  readonly source: string;
}

/** What is to be made of a file, as far as its path and its content say. */
export interface ModuleRequest {
  readonly path: string;
  readonly source: string;
  /** Whether its async functions become coroutines. */
  readonly lower: boolean;
  /** Where it is declared. */
  readonly format: ModuleFormat | undefined;
  /** What CommonJS code says to get the helpers, where that is not `require`. */
  readonly requireHelpers: string | undefined;
  /** Whether a debugger shall step over an `await` in one step. */
  readonly stepping: boolean;
}

const isLowered: FileFilter = createFileFilter();

// With the compiler come the parser and other native code, which take longer to load than a whole program from the cache.
const require: NodeJS.Require = createRequire(import.meta.url);

/**
 * What Node is to run in place of a file, out of the cache where it has been made before; `null` where the file is not the
 * user's. `requireHelpers` is told the file and gives what CommonJS code says to get the helpers.
 */
export function loadUserModule(path: string, requireHelpers: (path: string) => string | undefined): UserModule | null {
  if (!isUserFile(path)) return null;
  const text = read(path);
  if (text === undefined) return null;
  const format = declaredFormat(path);
  const request: ModuleRequest = {
    path,
    source: text,
    lower: isLowered(path, text),
    format,
    requireHelpers: format === "module" ? undefined : requireHelpers(path),
    stepping: isDebugged(),
  };
  const { source, ...options } = request;
  const entry = cached(path, source, options, () => {
    const made = compile(request);
    return `${made.format}\n${made.source}`;
  });
  const end = entry.indexOf("\n");
  return { format: entry.slice(0, end) as ModuleFormat, source: entry.slice(end + 1) };
}

function compile(request: ModuleRequest): UserModule {
  const { compileModule } = require("./compileModule.js") as typeof import("./compileModule.js");
  return compileModule(request);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
