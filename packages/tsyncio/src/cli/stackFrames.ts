/** The lines of a stack: which of them are the program's. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FRAME = /^\s+at /;
/** The engine's entry into a generator, which the driver of coroutines calls. */
const ENTRY = /\.(next|throw|return) \(<anonymous>\)$/;
const NODE = /^\s+at (.* \()?node:/;
const INSTALLED = /[\\/]node_modules[\\/](@tsyncio[\\/][^\\/]+|tsyncio)[\\/]/;

const ownFolders: readonly string[] = [
  ...foldersOf(fileURLToPath(new URL("../..", import.meta.url))),
  ...foldersOf(compilerHome()),
];

/** Where the code of a package is: as it was built, and, by its source maps, as it was written. */
function foldersOf(home: string | undefined): string[] {
  if (home === undefined) return [];
  return ["dist/", "src/"].flatMap((name) => {
    const url = new URL(name, pathToFileURL(`${home}/`));
    return [url.href, fileURLToPath(url)];
  });
}

function compilerHome(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("@tsyncio/compiler/package.json"));
  } catch {
    return undefined;
  }
}

function isInternal(line: string): boolean {
  return (
    line.includes("node:internal/") ||
    ENTRY.test(line) ||
    INSTALLED.test(line) ||
    ownFolders.some((folder) => line.includes(folder))
  );
}

/** A stack without the frames of tsyncio, its loader and the inside of Node, and without what of Node called the program. */
export function withoutInternals(stack: string): string {
  const lines = stack.split("\n").filter((line) => !FRAME.test(line) || !isInternal(line));
  while (lines.length > 1 && NODE.test(lines.at(-1) ?? "")) lines.pop();
  return lines.join("\n");
}

/** A place in a file of the program. */
export interface Place {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** The innermost frame that is in a file of the program, rather than in one of its dependencies. */
export function programPlace(stack: string): Place | undefined {
  for (const text of stack.split("\n")) {
    if (!FRAME.test(text) || /[\\/]node_modules[\\/]/.test(text)) continue;
    const match = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\).+):(\d+):(\d+)\)?$/.exec(text);
    if (match === null) continue;
    const [, file = "", line, column] = match;
    return { path: file.startsWith("file:") ? fileURLToPath(file) : file, line: Number(line), column: Number(column) };
  }
  return undefined;
}
