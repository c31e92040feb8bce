import { type Comment, type ParseResult, type Program, parseSync } from "oxc-parser";
import { LoweringError } from "./errors.js";
import type { ModuleKind } from "./header.js";

/** A file as the pass sees it. */
export interface Parsed {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** `undefined` where neither the name nor the syntax of the file tells. */
  readonly kind: ModuleKind | undefined;
}

/** Parses a file in the language that its name tells. */
export function parse(source: string, filename: string, module: ModuleKind | undefined): Parsed {
  const kind = module ?? (/\.c[jt]s$/.test(filename) ? "cjs" : /\.m[jt]s$/.test(filename) ? "esm" : undefined);
  const lang = /\.[cm]?ts$/.test(filename) ? "ts" : filename.endsWith(".tsx") ? "tsx" : "jsx";
  // Errors that only a look at all names finds would be gone after the lowering: `{ async function f() {} function f() {} }`.
  const parseAs = (sourceType: "commonjs" | "module"): ParseResult =>
    parseSync(filename, source, { lang, sourceType, showSemanticErrors: true });
  const first = parseAs(kind === "cjs" ? "commonjs" : "module");
  let result = first;
  if (kind === undefined && first.errors.length > 0) {
    const second = parseAs("commonjs");
    if (second.errors.length === 0) result = second;
  }
  const [error] = result.errors;
  if (error !== undefined) throw new LoweringError(error.message, filename, source, error.labels[0]?.start ?? 0);
  const found = result === first ? (result.module.hasModuleSyntax ? "esm" : undefined) : "cjs";
  return { program: result.program, comments: result.comments, kind: kind ?? found };
}

/** Whether a file without `import` and `export` uses what only CommonJS has. */
export function isCommonJs(globals: ReadonlySet<string>): boolean {
  return ["require", "module", "exports", "__filename", "__dirname"].some((name) => globals.has(name));
}
