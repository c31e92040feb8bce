/**
 * The two hooks that Node's loader calls, in the form that serves both ways of registering them: in the thread of the
 * program (`module.registerHooks`), or in a thread of their own (`module.register`, Node 20).
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ModuleFormat } from "./formats.js";
import { loadUserModule, type UserModule } from "./userModule.js";

/** What a resolve hook is told and passes on. */
export interface ResolveContext {
  parentURL?: string | undefined;
  conditions?: readonly string[] | undefined;
}

/** What a load hook answers. */
export interface LoadedModule extends UserModule {
  readonly shortCircuit: true;
  /** To Node 22: that CommonJS is to be run by its own loader, and not by the imitation of it for what is imported. */
  readonly shouldBeReloadedByCJSLoader: boolean;
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

/** The module behind a URL, or `null` where the file is not the user's and Node should load it. */
function loadFile(url: string): LoadedModule | null {
  if (!url.startsWith("file:")) return null;
  const module = loadUserModule(fileURLToPath(url), requireHelpers);
  return module && { ...module, shortCircuit: true, shouldBeReloadedByCJSLoader: module.format === "commonjs" };
}

/**
 * Before Node 26 the `require` of a CommonJS file that is imported can be one that goes through `import`, and finds no ES
 * module. `module.require` is always the real one; it may know nothing of the hooks, so the helpers are found here.
 */
function requireHelpers(path: string): string | undefined {
  if (Number.parseInt(process.versions.node, 10) >= 26) return undefined;
  const folder = dirname(path);
  let expression = expressions.get(folder);
  if (expression === undefined) {
    expression = `module.require(${JSON.stringify(findHelpers(path))})`;
    expressions.set(folder, expression);
  }
  return expression;
}

const expressions: Map<string, string> = new Map();

function findHelpers(path: string): string {
  try {
    return createRequire(path).resolve("tsyncio/syntax");
  } catch {
    return createRequire(import.meta.url).resolve("tsyncio/syntax");
  }
}

type Next<Context, Result> = (value: string, context?: Context) => Result;

const resolved: Map<string, unknown> = new Map();

/**
 * The resolve hook for a loader that works in the thread of the program. Every lowered file imports the helpers, and for
 * Node looking for them takes longer than reading the file, so that is done once for each folder.
 */
export function resolveSync<Context extends ResolveContext, Result>(
  specifier: string,
  context: Context,
  next: Next<Context, Result>,
): Result | ResolvedModule {
  if (!OURS.test(specifier)) return resolveAny(specifier, context, next);
  const folder = context.parentURL?.slice(0, context.parentURL.lastIndexOf("/"));
  const key = JSON.stringify([specifier, folder, context.conditions]);
  const result = resolved.get(key) ?? { ...resolveAny(specifier, context, next), shortCircuit: true };
  resolved.set(key, result);
  return result as Result | ResolvedModule;
}

function resolveAny<Context extends ResolveContext, Result>(
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
  return loadFile(url) ?? next(url, context);
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
  return loadFile(url) ?? next(url, context);
}
