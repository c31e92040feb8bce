/**
 * The step after the pass: TypeScript and JSX become JavaScript that the running Node understands.
 *
 * Types go; enums, namespaces, parameter properties, `accessor` and JSX become code; decorators do under `experimentalDecorators`, and
 * are an error without: no engine runs the standard ones, and oxc does not lower them.
 * The target is the running Node itself, so `using` outside of async functions is lowered where the engine lacks it and
 * nothing else is. Node 20 has `async`, so no target that is asked for here can touch what async code is left.
 *
 * Where oxc needs helpers they come from `@tsyncio/compiler/helpers`, as a user's project has no reason to depend on
 * oxc's run-time package.
 */
import { dirname } from "node:path";
import { type TransformOptions, transformSync } from "oxc-transform";
import { classSyntaxOf } from "./classSyntax.js";
import { LoweringError } from "./errors.js";
import type { ModuleFormat } from "./formats.js";
import type { SourceMapV3 } from "./sourceMaps.js";
import { compilerOptionsOf, type RuntimeCompilerOptions } from "./tsconfig.js";

/** What {@link strip} returns. */
export interface StripResult {
  readonly code: string;
  readonly map: SourceMapV3;
}

const NO_DECORATORS =
  "standard decorators run on no engine, and only TypeScript's own are lowered here; set experimentalDecorators in tsconfig.json, " +
  "or let another tool lower them behind the pass (esbuild or SWC, say)";

/** What is not the default in {@link strip}, which makes code for the running Node. */
export type StripChanges = Pick<TransformOptions, "target" | "jsx">;

/** Makes JavaScript of one file that may have been lowered before. */
export function strip(source: string, filename: string, format: ModuleFormat, changes: StripChanges = {}): StripResult {
  const options = { ...transformOptions(filename, format), ...changes };
  if (options.decorator?.legacy === false) {
    const { decorator, accessor } = classSyntaxOf(source, filename);
    if (decorator !== null) throw new LoweringError(NO_DECORATORS, filename, source, decorator);
    // What oxc takes for a request to lower `accessor` as well.
    if (accessor !== null) options.decorator.legacy = true;
  }
  const result = transformSync(filename, source, options);
  const [error] = result.errors;
  if (error !== undefined) throw new LoweringError(error.message, filename, source, error.labels[0]?.start ?? 0);
  return { code: withHelpers(result.code, Object.keys(result.helpersUsed), format), map: result.map as SourceMapV3 };
}

/** Whether the file uses syntax that the running engine lacks although it is plain JavaScript. */
export function needsNewSyntax(source: string): boolean {
  return nodeMajor() < 24 && /\busing\b/.test(source);
}

function transformOptions(filename: string, format: ModuleFormat): TransformOptions {
  const tsconfig = compilerOptionsOf(dirname(filename));
  const assign = assignsFields(tsconfig);
  return {
    lang: /\.[cm]?ts$/.test(filename) ? "ts" : filename.endsWith(".tsx") ? "tsx" : "jsx",
    sourceType: format === "module" ? "module" : "commonjs",
    sourcemap: true,
    target: nodeMajor() < 24 ? `node${nodeMajor()}` : "esnext",
    helpers: { mode: "External" as never },
    jsx: jsxOptions(tsconfig),
    decorator: {
      legacy: tsconfig.experimentalDecorators === true,
      emitDecoratorMetadata: tsconfig.emitDecoratorMetadata === true,
    },
    typescript: {
      onlyRemoveTypeImports: tsconfig.verbatimModuleSyntax === true,
      removeClassFieldsWithoutInitializer: assign,
    },
    ...(assign ? { assumptions: { setPublicClassFields: true } } : {}),
  };
}

function jsxOptions(tsconfig: RuntimeCompilerOptions): NonNullable<TransformOptions["jsx"]> {
  if (tsconfig.jsx === "react") {
    return {
      runtime: "classic",
      ...(tsconfig.jsxFactory === undefined ? {} : { pragma: tsconfig.jsxFactory }),
      ...(tsconfig.jsxFragmentFactory === undefined ? {} : { pragmaFrag: tsconfig.jsxFragmentFactory }),
    };
  }
  return {
    runtime: "automatic",
    development: tsconfig.jsx === "react-jsxdev",
    ...(tsconfig.jsxImportSource === undefined ? {} : { importSource: tsconfig.jsxImportSource }),
  };
}

/** TypeScript's older meaning of class fields: assignments in the constructor, nothing for a field without a value. */
function assignsFields(tsconfig: RuntimeCompilerOptions): boolean {
  if (tsconfig.useDefineForClassFields !== undefined) return !tsconfig.useDefineForClassFields;
  const target = tsconfig.target?.toLowerCase();
  return target !== undefined && /^es(3|5|6|20(1\d|2[01]))$/.test(target);
}

/** Brings in, on the first line, what the output refers to as `babelHelpers.…`. */
function withHelpers(code: string, helpers: readonly string[], format: ModuleFormat): string {
  if (helpers.length === 0) return code;
  const source = JSON.stringify("@tsyncio/compiler/helpers");
  const text =
    format === "module" ? `import * as babelHelpers from ${source}; ` : `var babelHelpers = require(${source}); `;
  const start = code.startsWith("#!") ? code.indexOf("\n") + 1 : 0;
  return code.slice(0, start) + text + code.slice(start);
}

function nodeMajor(): number {
  return Number.parseInt(process.versions.node, 10);
}
