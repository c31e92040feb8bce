import { dirname } from "node:path";
import { readEntry, writeEntry } from "./cache.js";
import { cacheFolderOf } from "./cacheFolder.js";
import { cacheKey } from "./cacheKey.js";
import { compilerOptionsOf } from "./tsconfig.js";

/** What is made of the source of a file with these options: as it was made before, if that is in the cache. */
export function cached(path: string, source: string, options: unknown, make: () => string): string {
  const directory = dirname(path);
  const folder = cacheFolderOf(directory);
  if (folder === null) return make();
  const key = cacheKey(source, [path, options, compilerOptionsOf(directory)]);
  let text = readEntry(folder, key);
  if (text === undefined) {
    text = make();
    writeEntry(folder, key, text);
  }
  return text;
}
