import { existsSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "./commandError.js";
import { findPackage } from "./findPackage.js";
import { passOn } from "./passOn.js";
import { runAsMain } from "./runAsMain.js";
import { reportUncaught } from "./uncaught.js";

/**
 * Runs a program, lowered, as the main module of this process.
 *
 * @param command - the name of the command that does so
 * @param prepare - called when the loader is there, before the program begins
 * @throws CommandError where the compiler is not installed
 */
export async function runProgram(
  command: string,
  path: string,
  args: readonly string[],
  prepare?: () => void,
): Promise<void> {
  reportUncaught();
  const loader = findPackage(command, "@tsyncio/compiler/register", path);
  await import(loader);
  passOn(loader);
  process.argv = [process.execPath, path, ...args];
  prepare?.();
  await runAsMain(path);
}

const ENDINGS = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"];

/**
 * The path of the file that the command line names.
 *
 * @throws CommandError where there is no such file
 */
export function findProgram(file: string): string {
  const path = resolve(file);
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const ending = ENDINGS.find((candidate) => existsSync(path + candidate));
    throw new CommandError(
      `there is no file "${file}"${ending === undefined ? "" : `; did you mean "${file}${ending}"?`}`,
    );
  }
  if (stats.isDirectory()) throw new CommandError(`"${file}" is a directory; name a file in it`);
  return path;
}
