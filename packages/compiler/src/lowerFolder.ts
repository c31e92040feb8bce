/**
 * Lowers what another compiler has put into a folder, for those whose tool takes no plugin.
 *
 * Everything is read and lowered before anything is written, then all new files are written under other names, and renamed
 * at the end. So an error of syntax, or a full disk, leaves the folder as it was.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { detectFormat } from "./detectFormat.js";
import type { LoweringError } from "./errors.js";
import { declaredFormat } from "./formats.js";
import { lower } from "./lower.js";
import { moveMap, readOutputMap } from "./outputMap.js";
import { chainMaps, inlineMap } from "./sourceMaps.js";

/** Options of {@link lowerFolder}. */
export interface LowerFolderOptions {
  /** The folder that gets the result, with all other files as they are. Default: the same one. */
  readonly out?: string | undefined;
}

/** What {@link lowerFolder} has done. */
export interface LowerFolderResult {
  /** The number of files of JavaScript. */
  readonly files: number;
  /** Those of them that had async functions. */
  readonly lowered: number;
  /** How many async functions they had. */
  readonly functions: number;
  /** Source maps that now lead from the lowered code to what they led to before. */
  readonly maps: number;
}

/** What is to be written, by paths: the content, and the file whose permissions it gets. */
type Outputs = Map<string, { content: string | Buffer; like: string }>;

/**
 * Lowers the async functions in the JavaScript of a folder and of those in it: `.js`, `.mjs`, `.cjs` and `.jsx`, but not what
 * is in a `node_modules` or says `// @tsyncio-off`. Source maps, inside of the files or beside them, go on to lead to the
 * first source. To do it again changes nothing.
 *
 * @throws Error where there is no such folder; AggregateError of `LoweringError`s where the syntax of files is wrong. In both
 * cases nothing has been written.
 *
 * @example
 * ```ts
 * const { functions, lowered } = lowerFolder("dist");
 * console.log(`${functions} functions in ${lowered} files`);
 * ```
 */
export function lowerFolder(folder: string, options: LowerFolderOptions = {}): LowerFolderResult {
  const from = resolve(folder);
  if (!statSync(from, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`there is no folder "${folder}"`);
  const to = resolve(options.out ?? folder);
  const outputs: Outputs = new Map();
  const errors: LoweringError[] = [];
  const result = { files: 0, lowered: 0, functions: 0, maps: 0 };

  for (const path of filesIn(from, to === from ? undefined : to)) {
    const target = join(to, relative(from, path));
    if (!/\.[cm]?js$|\.jsx$/.test(path)) {
      // A map that was chained is there already.
      if (to !== from && !outputs.has(target)) outputs.set(target, { content: readFileSync(path), like: path });
      continue;
    }
    result.files += 1;
    try {
      const functions = lowerFile(path, target, outputs, result);
      if (functions > 0) result.lowered += 1;
      result.functions += functions;
    } catch (error) {
      if ((error as Partial<LoweringError>).code !== "ERR_TSYNCIO_LOWERING") throw error;
      errors.push(error as LoweringError);
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${result.files} files cannot be lowered`);
  writeAll(outputs);
  return result;
}

/** Puts what becomes of a file, and of its map, to the outputs; gives the number of functions. */
function lowerFile(path: string, target: string, outputs: Outputs, result: { maps: number }): number {
  const source = readFileSync(path, "utf8");
  const isElsewhere = target !== path;
  const found = isElsewhere || /\basync\b/.test(source) ? readOutputMap(path, source) : undefined;
  const module = kindOf(path, source);
  const { code, map, functions } = lower(source, { filename: path, module, sourceMap: found !== undefined });
  if (code === source && !isElsewhere) return 0;
  let content = code;
  if (found !== undefined) {
    const from = found.path ?? path;
    const to = found.path === undefined ? target : join(dirname(target), relative(dirname(path), from));
    const moved = moveMap(found.map, from, to);
    const chained = map === null ? moved : { ...chainMaps(map, moved), file: basename(target) };
    if (map !== null) result.maps += 1;
    if (found.path === undefined) {
      const at = code.lastIndexOf(found.comment);
      content = code.slice(0, at) + inlineMap(chained).trim() + code.slice(at + found.comment.length);
    } else {
      outputs.set(to, { content: JSON.stringify(chained), like: from });
    }
  }
  outputs.set(target, { content, like: path });
  return functions;
}

/** What is no module by its syntax can be one all the same, by its package. */
function kindOf(path: string, source: string): "esm" | "cjs" | undefined {
  if (!/\basync\b/.test(source)) return undefined;
  const format = detectFormat(path, source) === "module" ? "module" : declaredFormat(path);
  return format === undefined ? undefined : format === "module" ? "esm" : "cjs";
}

/** The files of a folder and of those in it, the code before all else. */
function filesIn(folder: string, except: string | undefined): string[] {
  const files: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (path === except || entry.name === "node_modules" || entry.name === ".git") continue;
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        if (!entry.isSymbolicLink()) visit(path);
      } else if (!entry.isSymbolicLink()) files.push(path);
    }
  };
  visit(folder);
  const isMap = (path: string): number => Number(path.endsWith(".map"));
  return files.sort((a, b) => isMap(a) - isMap(b));
}

function writeAll(outputs: Outputs): void {
  const drafts = new Map<string, string>();
  try {
    for (const [path, { content, like }] of outputs) {
      mkdirSync(dirname(path), { recursive: true });
      const draft = `${path}.${process.pid}.tmp`;
      drafts.set(draft, path);
      writeFileSync(draft, content, { mode: statSync(like).mode });
    }
  } catch (error) {
    for (const draft of drafts.keys()) rmSync(draft, { force: true });
    throw error;
  }
  for (const [draft, path] of drafts) renameSync(draft, path);
}
