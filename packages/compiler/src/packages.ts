import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the loader needs to know of a `package.json`. */
export interface PackageInfo {
  readonly name: string | undefined;
  readonly type: "module" | "commonjs" | undefined;
}

const NONE: PackageInfo = { name: undefined, type: undefined };
const cache: Map<string, PackageInfo> = new Map();

/** The package that a directory belongs to, by the nearest `package.json`. */
export function packageOf(directory: string): PackageInfo {
  let info = cache.get(directory);
  if (info === undefined) {
    info = read(directory);
    cache.set(directory, info);
  }
  return info;
}

function read(directory: string): PackageInfo {
  const path = join(directory, "package.json");
  if (existsSync(path)) {
    try {
      const { name, type } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      return {
        name: typeof name === "string" ? name : undefined,
        type: type === "module" || type === "commonjs" ? type : undefined,
      };
    } catch {
      return NONE;
    }
  }
  const parent = dirname(directory);
  return parent === directory ? NONE : packageOf(parent);
}
