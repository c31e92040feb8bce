#!/usr/bin/env node
/** The command `tsyncio`. */
import { readFileSync } from "node:fs";
import { splitAtFirstWord } from "./arguments.js";
import { checkCommand } from "./checkCommand.js";
import { CommandError } from "./commandError.js";
import { HELP } from "./help.js";
import { lowerCommand } from "./lowerCommand.js";
import { psCommand, pstreeCommand, topCommand } from "./processCommands.js";
import { runCommand } from "./runCommand.js";
import { traceCommand } from "./traceCommand.js";

type Command = (args: readonly string[]) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  check: checkCommand,
  lower: lowerCommand,
  ps: psCommand,
  pstree: pstreeCommand,
  // It brings in the whole library, which the others have no need of.
  repl: async (args) => (await import("./replCommand.js")).replCommand(args, version()),
  run: runCommand,
  top: topCommand,
  trace: traceCommand,
};

async function main(args: readonly string[]): Promise<void> {
  const { options, word, rest } = splitAtFirstWord(args, ["help", "version"], "tsyncio");
  if (options.has("help")) console.log(HELP);
  else if (options.has("version")) console.log(version());
  else if (word === undefined) throw new CommandError(`no command was given\n\n${HELP}`);
  else if (Object.hasOwn(commands, word)) await commands[word]?.(rest);
  else throw new CommandError(unknownCommand(word));
}

function unknownCommand(word: string): string {
  const known = Object.keys(commands).join(", ");
  const advice = /\.[cm]?[jt]sx?$/.test(word) ? `to run a file: tsyncio run ${word}` : `commands: ${known}`;
  return `unknown command "${word}"; ${advice}`;
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`tsyncio: ${error.message}\n`);
  process.exitCode = error.status;
}
