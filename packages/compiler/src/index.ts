export { LoweringError, type SourcePosition } from "./errors.js";
export { createFileFilter, type FileFilter, type FileFilterOptions } from "./fileFilter.js";
export type { ModuleFormat } from "./formats.js";
export type { ModuleKind } from "./header.js";
export { register } from "./loader.js";
export { type LowerOptions, type LowerResult, lower } from "./lower.js";
export { type LowerFolderOptions, type LowerFolderResult, lowerFolder } from "./lowerFolder.js";
export type { SourceMapV3 } from "./sourceMaps.js";
export { type TransformModuleOptions, type TransformModuleResult, transformModule } from "./transformModule.js";
