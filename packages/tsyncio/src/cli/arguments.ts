import { type ParseArgsConfig, parseArgs } from "node:util";
import { CommandError } from "./commandError.js";

/** A command line, taken apart where its first word stands that is no option. */
export interface SplitArguments {
  /** The options in front of the word. */
  readonly options: ReadonlySet<string>;
  readonly word: string | undefined;
  /** All that follows the word, untouched. */
  readonly rest: readonly string[];
}

/**
 * Reads the options in front of the first word. What follows belongs to somebody else: the command, or the program that it runs.
 *
 * @param names - the options that are known; each has its first letter as a short form and takes no value
 * @throws CommandError for an option that is not known
 */
export function splitAtFirstWord(args: readonly string[], names: readonly string[], command: string): SplitArguments {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const name of names) options[name] = { type: "boolean", short: name.slice(0, 1) };

  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const at = tokens.find((token) => token.kind === "positional")?.index ?? args.length;
  try {
    const { values } = parseArgs({ args: args.slice(0, at), options, allowPositionals: true });
    return { options: new Set(Object.keys(values)), word: args[at], rest: args.slice(at + 1) };
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; see ${command} --help`);
  }
}
