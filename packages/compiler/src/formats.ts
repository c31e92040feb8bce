import { dirname, extname } from "node:path";
import { packageOf } from "./packages.js";

/** The formats that Node's loader knows for code. */
export type ModuleFormat = "module" | "commonjs";

/** Whether a file needs its types or its JSX removed. */
export function needsStripping(path: string): boolean {
  return /\.([cm]?ts|[jt]sx)$/.test(path);
}

/** The format of a file by its ending, or by the `type` of its package. */
export function declaredFormat(path: string): ModuleFormat | undefined {
  switch (extname(path)) {
    case ".mts":
    case ".mjs":
      return "module";
    case ".cts":
    case ".cjs":
      return "commonjs";
  }
  return packageOf(dirname(path)).type;
}
