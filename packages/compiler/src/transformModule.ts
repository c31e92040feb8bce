import { type ModuleFormat, needsStripping } from "./formats.js";
import { type LowerOptions, lower } from "./lower.js";
import { chainMaps, inlineMap, type SourceMapV3 } from "./sourceMaps.js";
import { needsNewSyntax, strip } from "./strip.js";

/** Options of {@link transformModule}. */
export interface TransformModuleOptions {
  /** Path of the file; `.ts` and the like have their types stripped. */
  readonly filename: string;
  readonly format: ModuleFormat;
  /** Whether async functions are lowered. Default: true; false makes plain JavaScript alone. */
  readonly lower?: boolean | undefined;
  /** As in {@link LowerOptions}. */
  readonly requireHelpers?: string | undefined;
  /** As in {@link LowerOptions}. */
  readonly stepping?: boolean | undefined;
}

/** What {@link transformModule} returns. */
export interface TransformModuleResult {
  /** JavaScript, with its source map inline where anything was changed. */
  readonly code: string;
  readonly map: SourceMapV3 | null;
}

/**
 * Lowers a file and makes plain JavaScript of it, as the loader does.
 *
 * @example
 * ```ts
 * const { code } = transformModule(source, { filename: "/app/main.ts", format: "module" });
 * ```
 */
export function transformModule(source: string, options: TransformModuleOptions): TransformModuleResult {
  const { filename, format, requireHelpers, stepping } = options;
  const module = format === "module" ? "esm" : "cjs";
  const lowered =
    options.lower === false
      ? { code: source, map: null }
      : lower(source, { filename, module, requireHelpers, stepping });
  let { code, map } = lowered;
  if (needsStripping(filename) || needsNewSyntax(code)) {
    const stripped = strip(code, filename, format);
    code = stripped.code;
    map = chainMaps({ ...stripped.map, sources: [filename], sourcesContent: [source] }, lowered.map);
  }
  return map === null ? { code, map } : { code: code + inlineMap(map), map };
}
