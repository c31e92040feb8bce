/**
 * The lowering pass: TypeScript (or JavaScript) in, the same language out, with every async function made into one that
 * returns a lazy coroutine of tsyncio.
 *
 * Invariants.
 * - Line N of the output is line N of the input; only columns move, and the map tells how.
 * - Only async things are touched. Types, decorators, JSX, enums stay for whoever comes next.
 * - `name`, `length`, hoisting, `this`, `super` and evaluation order are those of the language; what differs is what
 *   tsyncio wants to differ: a call runs nothing, and `await` is a suspension point of its loop.
 * - Code outside of async functions stays native, top-level `await` included.
 *
 * Two walks: `analysis.ts` finds scopes and what functions use; this one edits the source in place. The tree is never
 * printed.
 *
 * Rejected: the lowering of stock compilers (none does every construct rightly, all lower more than asked, and their
 * shape makes a generator function a call, a microsecond each); printing a changed tree (lines, comments and the user's
 * own formatting would be lost, and with them readable stacks without a map).
 */
import { analyse } from "./analysis.js";
import { directiveOf } from "./directive.js";
import { addHeader, type ModuleKind } from "./header.js";
import { Names } from "./names.js";
import { isCommonJs, parse } from "./parse.js";
import { Pass } from "./pass.js";
import { editMap, type SourceMapV3 } from "./sourceMaps.js";
import { visit } from "./visit.js";

/** Options of {@link lower}. */
export interface LowerOptions {
  /** Path of the file: its ending says which language it is, and it names the source in the map and in errors. */
  readonly filename: string;
  /** Whether the file is an ES module or CommonJS. Default: by the ending of the name, else by what the file contains. */
  readonly module?: ModuleKind | undefined;
  /** The expression by which CommonJS code gets the helpers. Default: `require("tsyncio/syntax")`. */
  readonly requireHelpers?: string | undefined;
  /** What reports call the file. Default: the URL that it is loaded from, which in a bundle is that of the bundle. */
  readonly place?: string | undefined;
  /**
   * Whether the file is one of tests for vitest, which reads the text of functions: `({ page }) => …` stays so, although
   * its argument is then taken apart by the call; and what `vi.hoisted` is given, which runs in front of all imports,
   * stays native. Default: false.
   */
  readonly test?: boolean | undefined;
  /**
   * Whether a debugger shall step over an `await` in one step, as over a native one; an `await` costs some 100 nanoseconds
   * more then. Default: false; the loader says true where the program is debugged.
   */
  readonly stepping?: boolean | undefined;
  /** Whether to make a source map. Default: true. */
  readonly sourceMap?: boolean | undefined;
}

/** What {@link lower} returns. */
export interface LowerResult {
  readonly code: string;
  /** The source map, or `null` when the file came back unchanged or no map was asked for. */
  readonly map: SourceMapV3 | null;
  /** How many functions were lowered. */
  readonly functions: number;
}

/**
 * Lowers the async functions of one file to coroutines of tsyncio. A file that has none, or has the comment
 * `// @tsyncio-off` in front of its first statement, comes back unchanged.
 *
 * @throws {@link LoweringError} where the syntax is wrong.
 *
 * @example
 * ```ts
 * const { code } = lower("export async function main() { await sleep(1); }", { filename: "main.ts" });
 * ```
 */
export function lower(source: string, options: LowerOptions): LowerResult {
  if (!/\basync\b/.test(source) || directiveOf(source) === "off") return { code: source, map: null, functions: 0 };
  const { filename } = options;
  const { program, comments, kind } = parse(source, filename, options.module);
  const names = new Names(source);
  const analysis = analyse(program, names, options.test);
  if (analysis.lowered.length === 0) return { code: source, map: null, functions: 0 };
  const pass = new Pass(source, filename, analysis, names, comments, options.place, options.test, options.stepping);
  pass.visit = (node) => visit(pass, node);
  pass.visit(program);
  const isCjs = (kind ?? (isCommonJs(analysis.globals) ? "cjs" : "esm")) === "cjs";
  addHeader(pass, program, isCjs ? (options.requireHelpers ?? 'require("tsyncio/syntax")') : null);
  const map = options.sourceMap === false ? null : editMap(pass.edits, filename);
  return { code: pass.edits.toString(), map, functions: analysis.lowered.length };
}
