import { dirname, extname } from "node:path";
import { packageOf } from "./packages.js";

const EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);

/**
 * Whether a file is the user's own source code: TypeScript or JavaScript by its ending, and nobody else's.
 *
 * Third-party code counts on promises that start by themselves, so nothing under `node_modules` is ever lowered; and
 * tsyncio's own packages are written by hand in generators. Those are known by the name in their `package.json`, because
 * in a workspace their real path is not under `node_modules`.
 */
export function isUserFile(path: string): boolean {
  if (!EXTENSIONS.has(extname(path)) || /[\\/]node_modules[\\/]/.test(path)) return false;
  const { name } = packageOf(dirname(path));
  return name !== "tsyncio" && name?.startsWith("@tsyncio/") !== true;
}
