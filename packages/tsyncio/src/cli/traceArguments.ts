import { parseArgs } from "node:util";
import { CommandError } from "./commandError.js";

/** The options of `tsyncio trace`. */
export interface TraceOptions {
  readonly help: boolean;
  readonly out: string | undefined;
  readonly format: "html" | "chrome";
  readonly maxEvents: number | undefined;
}

const KNOWN = {
  help: { type: "boolean", short: "h" },
  out: { type: "string", short: "o" },
  format: { type: "string", short: "f" },
  "max-events": { type: "string" },
} as const;

/** An option that takes a value, which is the next word where it is not in this one. */
const WITH_VALUE = /^(-[of]|--(out|format|max-events))(?<value>=.*|(?<=^-.).+)?$/s;
const BEHIND = /^(-[of]|--(out|format|max-events)(=|$))/;

/**
 * Takes the command line apart: options, the file, options directly behind it, and what is the program's.
 *
 * @throws CommandError for an option that is not known in front of the file, and for a value that is none
 */
export function readTraceArguments(args: readonly string[]): {
  readonly options: TraceOptions;
  readonly file: string | undefined;
  readonly rest: readonly string[];
} {
  const before = take(args, (word) => word.startsWith("-") && word !== "--");
  const at = args[before] === "--" ? before + 1 : before;
  const file = args[at];
  const behind = args.slice(at + 1);
  const after = take(behind, (word) => BEHIND.test(word));
  const rest = behind.slice(behind[after] === "--" ? after + 1 : after);
  return { options: parse([...args.slice(0, before), ...behind.slice(0, after)]), file, rest };
}

/** How many of the first words are options, and their values. */
function take(args: readonly string[], isOption: (word: string) => boolean): number {
  let count = 0;
  for (let word = args[count]; word !== undefined && isOption(word); word = args[count]) {
    const match = WITH_VALUE.exec(word);
    count += match && match.groups?.["value"] === undefined ? 2 : 1;
  }
  return Math.min(count, args.length);
}

function parse(args: string[]): TraceOptions {
  let values: { help?: boolean; out?: string; format?: string; "max-events"?: string };
  try {
    values = parseArgs({ args, options: KNOWN }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; see tsyncio trace --help`);
  }
  const { help = false, out, format = "html", "max-events": most } = values;
  if (format !== "html" && format !== "chrome")
    throw new CommandError(`--format is html or chrome, not "${format}"; see tsyncio trace --help`);
  const maxEvents = most === undefined ? undefined : Number(most);
  if (maxEvents !== undefined && !(Number.isInteger(maxEvents) && maxEvents > 0))
    throw new CommandError(`--max-events is a whole number from 1, not "${most}"; see tsyncio trace --help`);
  return { help, out, format, maxEvents };
}
