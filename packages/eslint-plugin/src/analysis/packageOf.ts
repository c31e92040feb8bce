import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const cache: Map<string, string | undefined> = new Map();

/** The name of the package that a folder belongs to, by the nearest `package.json` that has one. */
export function packageOf(folder: string): string | undefined {
  if (!cache.has(folder)) cache.set(folder, find(folder));
  return cache.get(folder);
}

function find(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
    if (typeof name === "string") return name;
  } catch {
    // none here, or none that can be read: the folder above decides
  }
  const above = dirname(folder);
  return above === folder ? undefined : packageOf(above);
}
