import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CommandError } from "./commandError.js";
import { formatLoweringFailure, isLoweringFailure } from "./errorReport.js";
import { findPackage } from "./findPackage.js";
import { LOWER_HELP } from "./help.js";

/** What the command needs of `@tsyncio/compiler`. */
interface Compiler {
  lowerFolder(
    folder: string,
    options: { out?: string | undefined },
  ): { readonly files: number; readonly lowered: number; readonly functions: number; readonly maps: number };
}

const USAGE = "usage: tsyncio lower FOLDER [-o OUT]";

/** `tsyncio lower FOLDER [-o OUT]` */
export async function lowerCommand(args: readonly string[]): Promise<void> {
  const { help, out, folders } = parse(args);
  if (help) {
    console.log(LOWER_HELP);
    return;
  }
  const [folder, second] = folders;
  if (folder === undefined) throw new CommandError(`no folder was given; ${USAGE}`);
  if (second !== undefined) throw new CommandError(`one folder can be given, "${second}" is a second one; ${USAGE}`);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new CommandError(`there is no folder "${folder}"`);
  if (!stats.isDirectory()) throw new CommandError(`"${folder}" is a file; name the folder that it is in`);
  const { lowerFolder } = (await import(
    findPackage("lower", "@tsyncio/compiler", resolve(folder, "x.js"))
  )) as Compiler;
  try {
    const { files, lowered, functions, maps } = lowerFolder(folder, { out });
    const [what, where] = [counted(functions, "function"), counted(files, "file")];
    console.log(`${out ?? folder}: ${what} lowered, in ${lowered} of ${where}, with ${counted(maps, "map")}`);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    const { errors = [] } = error as { errors?: readonly unknown[] };
    const details = errors.filter(isLoweringFailure).map((failure) => `\n\n${formatLoweringFailure(failure)}`);
    throw new CommandError(`${error.message}; nothing was written${details.join("")}`);
  }
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function parse(args: readonly string[]): { help: boolean; out: string | undefined; folders: readonly string[] } {
  const options = { help: { type: "boolean", short: "h" }, out: { type: "string", short: "o" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { help: values.help === true, out: values.out, folders: positionals };
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; see tsyncio lower --help`);
  }
}
