import { dirname, resolve } from "node:path";
import { directiveOf } from "./directive.js";
import { packageOf } from "./packages.js";
import { matchPatterns, type Patterns } from "./patterns.js";
import { isUserFile } from "./userFile.js";

/** Options of {@link createFileFilter}. */
export interface FileFilterOptions {
  /**
   * Patterns of the files to lower: globs such as `src/**` and `**\/*.task.ts`, or the name of a folder, which stands for
   * all that is in it. Default: all files of the user.
   */
  readonly include?: string | readonly string[] | undefined;
  /** Patterns of the files to leave out of these. Default: none. */
  readonly exclude?: string | readonly string[] | undefined;
  /** The folder that the patterns are relative to. Default: the current one. */
  readonly base?: string | undefined;
}

/** Says of a file, by its absolute path and what it contains, whether it is to be lowered. */
export type FileFilter = (path: string, source: string) => boolean;

/**
 * Makes the rule by which a loader or a plugin knows which files to lower. In this order:
 *
 * 1. never what is no TypeScript or JavaScript by its ending, what is in a `node_modules`, and tsyncio itself;
 * 2. not a file that says `// @tsyncio-off` in front of its first statement;
 * 3. a file that says `// @tsyncio-on` there;
 * 4. what `include` matches (default: everything) and `exclude` does not.
 *
 * With neither `include` nor `exclude`, these come from the field `tsyncio` of the nearest `package.json` that has this
 * field, relative to that file: one at the root of a workspace speaks for all packages that have none of their own.
 *
 * ```json
 * { "name": "app", "tsyncio": { "include": ["src"], "exclude": ["src/legacy", "**\/*.test.ts"] } }
 * ```
 *
 * Patterns are written with `/` on every platform, know `*`, `?`, `**`, `{a,b}`, `[a-z]` and `@(a|b)`, and match names
 * that begin with a dot as well.
 *
 * @throws TypeError for patterns that are no texts, are empty, or begin with `!`; where they are those of a
 * `package.json`, when the filter is asked, with the path of that file.
 *
 * @example
 * ```ts
 * const isLowered = createFileFilter({ include: "src", exclude: "**\/*.test.ts" });
 * if (isLowered(path, source)) source = lower(source, { filename: path }).code;
 * ```
 */
export function createFileFilter(options: FileFilterOptions = {}): FileFilter {
  const { include, exclude, base = "." } = options;
  const given = include === undefined && exclude === undefined ? null : matchPatterns(options, resolve(base));
  return (path, source) => {
    if (!isUserFile(path)) return false;
    const directive = directiveOf(source);
    if (directive !== undefined) return directive === "on";
    return (given ?? packagePatterns(dirname(path)))(path);
  };
}

type Match = (path: string) => boolean;

const cache: Map<string, Match> = new Map();

/** The patterns of a directory: those of the nearest `package.json` that has the field `tsyncio`. */
function packagePatterns(directory: string): Match {
  let match = cache.get(directory);
  if (match === undefined) {
    match = find(directory);
    cache.set(directory, match);
  }
  return match;
}

function find(directory: string): Match {
  const { path, tsyncio } = packageOf(directory);
  if (path === undefined) return () => true;
  const home = dirname(path);
  if (tsyncio !== undefined) {
    try {
      return matchPatterns(checked(tsyncio), home);
    } catch (error) {
      throw new TypeError(`${path}: the field "tsyncio" is wrong: ${(error as Error).message}`);
    }
  }
  const parent = dirname(home);
  return parent === home ? () => true : packagePatterns(parent);
}

function checked(field: unknown): Patterns {
  if (typeof field !== "object" || field === null || Array.isArray(field)) {
    throw new TypeError(`it must be an object such as { "include": ["src"] }, not ${JSON.stringify(field)}`);
  }
  for (const key of Object.keys(field)) {
    if (key !== "include" && key !== "exclude")
      throw new TypeError(`it may have "include" and "exclude", but not ${JSON.stringify(key)}`);
  }
  return field;
}
