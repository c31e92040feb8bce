/** The commands that look into a process from outside: `tsyncio ps`, `tsyncio pstree` and `tsyncio top`. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { CommandError } from "./commandError.js";
import { PS_HELP, PSTREE_HELP, TOP_HELP } from "./help.js";
import { type LookOptions, withInspector } from "./inspector.js";

/** The command line asks for what is not there. */
const MISUSED = 2;

/** `tsyncio ps [OPTION…] PID` */
export async function psCommand(args: readonly string[]): Promise<void> {
  const asked = readLook("ps", args, PS_HELP);
  if (asked) console.log(await withInspector("ps", ({ ps }) => ps(asked.pid, asked.options)));
}

/** `tsyncio pstree [OPTION…] PID` */
export async function pstreeCommand(args: readonly string[]): Promise<void> {
  const asked = readLook("pstree", args, PSTREE_HELP);
  if (asked) console.log(await withInspector("pstree", ({ pstree }) => pstree(asked.pid, asked.options)));
}

/** `tsyncio top [OPTION…] PID` */
export async function topCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = read("top", args, { interval: { type: "string", short: "i", default: "2" } });
  if (values["help"]) {
    console.log(TOP_HELP);
    return;
  }
  const pid = pidOf("top", positionals);
  const timeout = milliseconds("--timeout", values["timeout"]);
  const interval = milliseconds("--interval", values["interval"]);
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new CommandError("`tsyncio top` needs a terminal; for a file or a pipe there is tsyncio ps", MISUSED);
  await withInspector("top", ({ top }) => top(pid, { timeout, interval }));
}

function readLook(
  command: string,
  args: readonly string[],
  help: string,
): { readonly pid: number; readonly options: LookOptions } | undefined {
  const { values, positionals } = read(command, args, {
    all: { type: "boolean", short: "a" },
    json: { type: "boolean" },
    limit: { type: "string", short: "n", default: "100" },
  });
  if (values["help"]) {
    console.log(help);
    return undefined;
  }
  const pid = pidOf(command, positionals);
  const limit = values["all"] ? Number.MAX_SAFE_INTEGER : wholeNumber("--limit", values["limit"]);
  const timeout = milliseconds("--timeout", values["timeout"]);
  return { pid, options: { limit, timeout, json: values["json"] === true } };
}

function read(
  command: string,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  const common = { help: { type: "boolean", short: "h" }, timeout: { type: "string", default: "5" } } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...common, ...options } });
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; see tsyncio ${command} --help`, MISUSED);
  }
}

function pidOf(command: string, [pid, second]: readonly string[]): number {
  const usage = `usage: tsyncio ${command} PID`;
  if (pid === undefined) throw new CommandError(`no process was given; ${usage}`, MISUSED);
  if (second !== undefined)
    throw new CommandError(`one process can be given, "${second}" is a second one; ${usage}`, MISUSED);
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new CommandError(`"${pid}" is no number of a process; ${usage}`, MISUSED);
  return Number(pid);
}

function wholeNumber(name: string, text: unknown): number {
  if (/^\d{1,9}$/.test(String(text))) return Number(text);
  throw new CommandError(`${name} takes a whole number, not "${text}"`, MISUSED);
}

/** Of seconds. */
function milliseconds(name: string, text: unknown): number {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 3600) return seconds * 1000;
  throw new CommandError(`${name} takes seconds from 0.1 to 3600, not "${text}"`, MISUSED);
}
