import { parseArgs } from "node:util";
import { type CheckResult, loadChecker } from "./checkLoad.js";
import { formatFindings } from "./checkReport.js";
import { CommandError } from "./commandError.js";

/** What `tsyncio check --help` prints. */
export const CHECK_HELP: string = `Usage: tsyncio check [OPTION…] [FILE…]

Reports forgotten awaits and other mistakes that nothing but a look at the program shows, with the rules of
@tsyncio/eslint-plugin and the types of the nearest tsconfig.json. Without FILE: all files of that.
It needs no configuration of ESLint, and reads none.

Options:
  -p, --project PATH     the tsconfig.json, or its folder, in place of the nearest
      --native           async functions are not lowered in this project: they give promises
      --json             print the findings as JSON
  -h, --help             print this

Exit status: 0 when nothing was found, 1 after findings, 2 when there was nothing to check.`;

/** `tsyncio check [OPTION…] [FILE…]` */
export async function checkCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  if (values.help) {
    console.log(CHECK_HELP);
    return;
  }
  const cwd = process.cwd();
  const { check } = await loadChecker(cwd);
  let result: CheckResult;
  try {
    result = check({ cwd, files: positionals, project: values.project, lowered: values.native !== true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_TSYNCIO_CHECK") throw error;
    throw new CommandError((error as Error).message, 2);
  }
  const colours = process.stdout.isTTY === true && !process.env["NO_COLOR"];
  console.log(values.json ? JSON.stringify(result, null, 2) : formatFindings(result, cwd, colours));
  if (result.findings.length > 0) process.exitCode = 1;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        json: { type: "boolean" },
        native: { type: "boolean" },
        project: { type: "string", short: "p" },
      },
    });
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; see tsyncio check --help`, 2);
  }
}
