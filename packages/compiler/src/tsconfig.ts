import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** The options of a `tsconfig.json` that change what a file means when it runs. */
export interface RuntimeCompilerOptions {
  readonly experimentalDecorators?: boolean;
  readonly emitDecoratorMetadata?: boolean;
  readonly useDefineForClassFields?: boolean;
  readonly verbatimModuleSyntax?: boolean;
  readonly jsx?: string;
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
  readonly target?: string;
}

const cache: Map<string, RuntimeCompilerOptions> = new Map();

/** The options of the nearest `tsconfig.json` at or above a directory, with those that it extends. */
export function compilerOptionsOf(directory: string): RuntimeCompilerOptions {
  let options = cache.get(directory);
  if (options === undefined) {
    const path = join(directory, "tsconfig.json");
    const parent = dirname(directory);
    if (existsSync(path)) options = read(path, new Set());
    else options = parent === directory ? {} : compilerOptionsOf(parent);
    cache.set(directory, options);
  }
  return options;
}

function read(path: string, seen: Set<string>): RuntimeCompilerOptions {
  if (seen.has(path) || !existsSync(path)) return {};
  seen.add(path);
  let json: { extends?: string | string[]; compilerOptions?: RuntimeCompilerOptions };
  try {
    json = JSON.parse(plainJson(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
  let options: RuntimeCompilerOptions = {};
  for (const base of [json.extends ?? []].flat()) {
    const found = locate(base, path);
    if (found !== null) options = { ...options, ...read(found, seen) };
  }
  return { ...options, ...json.compilerOptions };
}

function locate(base: string, from: string): string | null {
  if (base.startsWith(".") || isAbsolute(base)) {
    const path = resolve(dirname(from), base);
    return path.endsWith(".json") ? path : `${path}.json`;
  }
  const { resolve: find } = createRequire(from);
  for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      return find(name);
    } catch {}
  }
  return null;
}

/** JSON without the comments and trailing commas that `tsconfig.json` may have. */
function plainJson(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? "")
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, quoted: string | undefined) => quoted ?? "");
}
