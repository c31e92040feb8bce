import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CommandError } from "./commandError.js";

/**
 * The URL of a sub-path of a package that the command needs: of the one that the project has installed, or else of the one beside this
 * package.
 *
 * @param specifier - as it stands in an import, such as `@tsyncio/compiler/register`
 * @param from - a path in the project; its file need not be there
 * @throws CommandError where the package is not installed
 */
export function findPackage(command: string, specifier: string, from: string): string {
  for (const place of [from, fileURLToPath(import.meta.url)]) {
    try {
      return pathToFileURL(createRequire(place).resolve(specifier)).href;
    } catch {}
  }
  throw missingPackage(command, specifier.split("/", 2).join("/"));
}

/** What is told where a package is not installed that the command needs. */
export function missingPackage(command: string, name: string): CommandError {
  const development = name === "@tsyncio/compiler" ? "" : "-D ";
  return new CommandError(
    `\`tsyncio ${command}\` needs the package ${name}, which is not installed; install it: npm install ${development}${name}`,
    command === "check" ? 2 : 1,
  );
}
