import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CommandError } from "./commandError.js";

/** What the command needs of `@tsyncio/compiler`. */
export interface Compiler {
  register(): void;
}

/**
 * The compiler that the program's own project has installed, or else the one beside this package.
 *
 * @throws CommandError where it is not installed
 */
export async function loadCompiler(program: string): Promise<Compiler> {
  for (const from of [program, fileURLToPath(import.meta.url)]) {
    let path: string;
    try {
      path = createRequire(from).resolve("@tsyncio/compiler");
    } catch {
      continue;
    }
    return (await import(pathToFileURL(path).href)) as Compiler;
  }
  throw new CommandError(
    "`tsyncio run` needs the package @tsyncio/compiler, which is not installed; install it: npm install @tsyncio/compiler",
  );
}
