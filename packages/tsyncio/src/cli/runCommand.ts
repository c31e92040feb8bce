import { splitAtFirstWord } from "./arguments.js";
import { cancelBySignal } from "./cancelBySignal.js";
import { CommandError } from "./commandError.js";
import { RUN_HELP } from "./help.js";
import { findProgram, runProgram } from "./runProgram.js";

/** `tsyncio run FILE [ARGUMENT…]` */
export async function runCommand(args: readonly string[]): Promise<void> {
  const { options, word: file, rest } = splitAtFirstWord(args, ["help"], "tsyncio run");
  if (options.has("help")) {
    console.log(RUN_HELP);
    return;
  }
  if (file === undefined) throw new CommandError("no file was given; usage: tsyncio run FILE [ARGUMENT…]");
  await runProgram("run", findProgram(file), rest, cancelBySignal);
}
