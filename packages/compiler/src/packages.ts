import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the loader needs to know of a `package.json`. */
export interface PackageInfo {
  /** The file, or `undefined` where there is none at or above the directory. */
  readonly path: string | undefined;
  readonly name: string | undefined;
  readonly type: "module" | "commonjs" | undefined;
  /** The field `tsyncio`, as it was found. */
  readonly tsyncio: unknown;
}

const NONE: PackageInfo = { path: undefined, name: undefined, type: undefined, tsyncio: undefined };
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
      const { name, type, tsyncio } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      return {
        path,
        name: typeof name === "string" ? name : undefined,
        type: type === "module" || type === "commonjs" ? type : undefined,
        tsyncio,
      };
    } catch {
      return { ...NONE, path };
    }
  }
  const parent = dirname(directory);
  return parent === directory ? NONE : packageOf(parent);
}
