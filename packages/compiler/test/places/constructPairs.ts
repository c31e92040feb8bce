/** The programs of `constructs` as files, and what comes out when they have gone through a bundler. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformModule } from "@tsyncio/compiler";
import { CONSTRUCTS } from "../constructs/index.js";
import { NEW_NODE, runNode } from "./places.js";

/** One construct in a folder: what the bundler is given, and the native program beside it. */
export interface ConstructFile {
  readonly name: string;
  readonly entry: string;
  readonly native: string;
}

/** Writes the programs into a folder. */
export function writeConstructs(directory: string): ConstructFile[] {
  return CONSTRUCTS.map(({ name, source, extension = ".ts", expected }, index) => {
    const entry = join(directory, `c${index}${extension}`);
    writeFileSync(entry, source);
    const native = join(directory, `n${index}.mjs`);
    const text =
      expected === undefined
        ? transformModule(`/* @tsyncio-off */ ${source}`, { filename: entry, format: "module" }).code
        : `const main = () => (${JSON.stringify(expected)}); export { main as default }; Object.defineProperty(main, "name", { value: "default" });`;
    writeFileSync(native, text);
    return { name, entry, native };
  });
}

const COMPARE = `
import { deepStrictEqual } from "node:assert";
const outcome = async (path) => (await import(path)).default();
const wrong = {};
for (const [name, native, built] of JSON.parse(process.argv[1])) {
  try {
    const right = await outcome(native);
    deepStrictEqual(await outcome(built), right);
  } catch (error) {
    wrong[name] = error.message;
  }
}
console.log(JSON.stringify(wrong));
`;

/** The names of the constructs whose bundled program gives something else than the native one, and what. */
export function wrongConstructs(
  directory: string,
  files: readonly ConstructFile[],
  out: string,
): Record<string, string> {
  const pairs = files.map(({ name, native }, index) => [name, native, join(out, `c${index}.mjs`)]);
  const { stdout, stderr } = runNode(NEW_NODE ?? process.execPath, directory, [
    "--input-type=module",
    "--eval",
    COMPARE,
    JSON.stringify(pairs),
  ]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
}
