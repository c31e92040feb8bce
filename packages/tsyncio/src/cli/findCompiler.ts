import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CommandError } from "./commandError.js";

/**
 * The URL of a sub-path of `@tsyncio/compiler`: of the one that the program's own project has installed, or else of the one
 * beside this package.
 *
 * @throws CommandError where it is not installed
 */
export function findCompiler(command: string, program: string, subPath: string): string {
  for (const from of [program, fileURLToPath(import.meta.url)]) {
    try {
      return pathToFileURL(createRequire(from).resolve(`@tsyncio/compiler${subPath}`)).href;
    } catch {}
  }
  throw new CommandError(
    `\`tsyncio ${command}\` needs the package @tsyncio/compiler, which is not installed; install it: npm install @tsyncio/compiler`,
  );
}
