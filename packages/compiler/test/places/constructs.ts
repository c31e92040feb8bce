/** The programs of `../constructs` as files, and what comes out when they have gone through a bundler. */
import { join } from "node:path";
import { transformModule } from "@tsyncio/compiler";
import { CONSTRUCTS, type Construct } from "../constructs/index.js";
import { NEW_NODE, runNode } from "./places.js";

/** The files of a project that has the programs as its modules; the entries are those whose names begin with `c`. */
export function constructFiles(constructs: readonly Construct[], isNative: boolean): Record<string, string> {
  const files: Record<string, string> = {
    "package.json": '{ "name": "app", "type": "module" }',
    "tsconfig.json": "{}",
  };
  constructs.forEach(({ source, extension = ".ts", expected }, index) => {
    const name = `c${index}${extension}`;
    files[name] = isNative ? `/* @tsyncio-off */ ${source}` : source;
    files[`expected${index}.mjs`] =
      expected === undefined
        ? transformModule(`/* @tsyncio-off */ ${source}`, { filename: name, format: "module" }).code
        : `export default () => (${JSON.stringify(expected)});`;
  });
  return files;
}

/** The constructs with these names. */
export function named(names: readonly string[]): Construct[] {
  return names.map((name) => {
    const found = CONSTRUCTS.find((construct) => construct.name === name);
    if (found === undefined) throw new Error(`there is no construct "${name}"`);
    return found;
  });
}

/** A program that prints the names of those, of the rows that it is given, whose two modules give different values. */
export const COMPARE = `
import { deepStrictEqual } from "node:assert";
const valueOf = async (path) => (await import(path)).default();
const wrong = [];
for (const [name, right, built] of JSON.parse(process.argv[1])) {
  try {
    deepStrictEqual(await valueOf(built), await valueOf(right));
  } catch {
    wrong.push(name);
  }
}
console.log(JSON.stringify(wrong));
`;

/** The names of the constructs whose program, as it was built, gives something else than the native one. */
export function wrongConstructs(directory: string, constructs: readonly Construct[]): string[] {
  const rows = constructs.map(({ name }, index) => {
    return [name, join(directory, `expected${index}.mjs`), join(directory, "out", `c${index}.mjs`)];
  });
  const args = ["--input-type=module", "--eval", COMPARE, JSON.stringify(rows)];
  const { stdout, stderr } = runNode(NEW_NODE, directory, args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
