import { hash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Packages whose version changes what is made of a file. */
const TOOLS: readonly string[] = ["oxc-parser", "oxc-transform", "magic-string", "@jridgewell/remapping"];

let made: string | undefined;

/**
 * The name under which the cache keeps what becomes of a file: a hash of its content, of everything that decides what is
 * made of it, of this compiler and the tools that it uses, and of the version of Node, which decides what syntax is left.
 */
export function cacheKey(source: string, options: unknown): string {
  made ??= compilerIdentity();
  return hash("sha256", `${made}\n${JSON.stringify(options)}\n${source}`, "base64url");
}

/** The compiler by the files that it consists of, since a version says nothing while somebody works on it. */
function compilerIdentity(): string {
  const home = dirname(fileURLToPath(import.meta.url));
  const files = readdirSync(home)
    .filter((name) => name.endsWith(".js"))
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(home, name));
      return [name, size, mtimeMs];
    });
  return JSON.stringify([process.versions.node, files, TOOLS.map((name) => versionOf(name, home))]);
}

function versionOf(name: string, from: string): unknown {
  for (let directory = from, last = ""; directory !== last; last = directory, directory = dirname(directory)) {
    const path = join(directory, "node_modules", name, "package.json");
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) {
      return (JSON.parse(readFileSync(path, "utf8")) as { version?: unknown }).version;
    }
  }
  // A package manager without `node_modules` has the version in the path of the package.
  return createRequire(import.meta.url).resolve(name);
}
