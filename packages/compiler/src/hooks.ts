/**
 * The two hooks that Node's loader calls, in the form that serves both ways of registering them: in the thread of the
 * program (`module.registerHooks`), or in a thread of their own (`module.register`, Node 20).
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createFileFilter, type FileFilter } from "./fileFilter.js";
import { formatOf, type ModuleFormat } from "./formats.js";
import { transformModule } from "./transformModule.js";
import { isUserFile } from "./userFile.js";

/** What a resolve hook is told and passes on. */
export interface ResolveContext {
  parentURL?: string | undefined;
}

/** What a load hook answers. */
export interface LoadedModule {
  readonly format: ModuleFormat;
  readonly source: string;
  readonly shortCircuit: true;
}

/** What a resolve hook answers. */
export interface ResolvedModule {
  readonly url: string;
  readonly format: ModuleFormat;
  readonly shortCircuit: true;
}

/** What programs and lowered code import, though the user's package may not depend on it, or there is no package at all. */
const OURS: RegExp = /^(tsyncio(\/.+)?|@tsyncio\/compiler\/helpers)$/;

/** TypeScript's convention: an import names the file that would be emitted. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

const isLowered: FileFilter = createFileFilter();

/** The specifiers to try, in order; all but the first only when the one before was not found. */
function* candidates(specifier: string, parentURL: string | undefined): Generator<string> {
  yield specifier;
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || parentURL?.includes("/node_modules/")) return;
  const match = /^([^?#]*)(\.[cm]?jsx?)([?#].*)?$/.exec(specifier);
  if (match === null) return;
  for (const ending of SOURCES[match[2]!] ?? []) yield `${match[1]}${ending}${match[3] ?? ""}`;
}

/** Whether resolving may go on with the next candidate. */
function isNotFound(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
}

/** Resolves one of {@link OURS} as this package would, for files that have no tsyncio in their own `node_modules`. */
function resolveOurs(specifier: string): ResolvedModule {
  const path = createRequire(import.meta.url).resolve(specifier);
  return { url: pathToFileURL(path).href, format: "module", shortCircuit: true };
}

/**
 * The lowered module behind a URL, or `null` where the file is not the user's and Node should load it. `requireHelpers`
 * is told the file and gives what CommonJS code says to get the helpers, where that is not `require`.
 */
export function loadUserModule(url: string, requireHelpers?: (path: string) => string): LoadedModule | null {
  if (!url.startsWith("file:")) return null;
  const path = fileURLToPath(url);
  if (!isUserFile(path) || !existsSync(path)) return null;
  const source = readFileSync(path, "utf8");
  const format = formatOf(path, source);
  const options = {
    filename: path,
    format,
    lower: isLowered(path, source),
    requireHelpers: format === "commonjs" ? requireHelpers?.(path) : undefined,
  };
  return { format, source: transformModule(source, options).code, shortCircuit: true };
}

/**
 * In the loader with a thread of its own, the `require` of a CommonJS file goes through `import` and finds no ES module.
 * `module.require` is the real one; it knows nothing of the hooks, so the helpers are found here.
 */
function requireFromModule(path: string): string {
  let file: string;
  try {
    file = createRequire(path).resolve("tsyncio/syntax");
  } catch {
    file = createRequire(import.meta.url).resolve("tsyncio/syntax");
  }
  return `module.require(${JSON.stringify(file)})`;
}

type Next<Context, Result> = (value: string, context?: Context) => Result;

/** The resolve hook for a loader that works in the thread of the program. */
export function resolveSync<Context extends ResolveContext, Result>(
  specifier: string,
  context: Context,
  next: Next<Context, Result>,
): Result | ResolvedModule {
  let missing: unknown;
  for (const candidate of candidates(specifier, context.parentURL)) {
    try {
      return next(candidate, context);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      missing ??= error;
    }
  }
  if (OURS.test(specifier)) return resolveOurs(specifier);
  throw missing;
}

/** The load hook for a loader that works in the thread of the program. */
export function loadSync<Context, Result>(
  url: string,
  context: Context,
  next: Next<Context, Result>,
): Result | LoadedModule {
  return loadUserModule(url) ?? next(url, context);
}

/** The resolve hook for a loader with a thread of its own. */
export async function resolve<Context extends ResolveContext, Result>(
  specifier: string,
  context: Context,
  next: Next<Context, Promise<Result>>,
): Promise<Result | ResolvedModule> {
  let missing: unknown;
  for (const candidate of candidates(specifier, context.parentURL)) {
    try {
      return await next(candidate, context);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      missing ??= error;
    }
  }
  if (OURS.test(specifier)) return resolveOurs(specifier);
  throw missing;
}

/** The load hook for a loader with a thread of its own. */
export async function load<Context, Result>(
  url: string,
  context: Context,
  next: Next<Context, Promise<Result>>,
): Promise<Result | LoadedModule> {
  return loadUserModule(url, requireFromModule) ?? next(url, context);
}
