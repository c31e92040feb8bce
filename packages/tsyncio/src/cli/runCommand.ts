import { existsSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { splitAtFirstWord } from "./arguments.js";
import { CommandError } from "./commandError.js";
import { findPackage } from "./findPackage.js";
import { RUN_HELP } from "./help.js";
import { passOn } from "./passOn.js";
import { runAsMain } from "./runAsMain.js";
import { reportUncaught } from "./uncaught.js";

/** `tsyncio run FILE [ARGUMENT…]` */
export async function runCommand(args: readonly string[]): Promise<void> {
  const { options, word: file, rest } = splitAtFirstWord(args, ["help"], "tsyncio run");
  if (options.has("help")) {
    console.log(RUN_HELP);
    return;
  }
  if (file === undefined) throw new CommandError("no file was given; usage: tsyncio run FILE [ARGUMENT…]");
  const path = findProgram(file);
  reportUncaught();
  const loader = findPackage("run", "@tsyncio/compiler/register", path);
  await import(loader);
  passOn(loader);
  process.argv = [process.execPath, path, ...rest];
  await runAsMain(path);
}

const ENDINGS = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"];

/** @throws CommandError where there is no such file */
function findProgram(file: string): string {
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
