import { activeRuns } from "../kernel/scheduler.js";
import { describeWaits } from "../runner/describeWaits.js";
import type { Run } from "../runner/runState.js";
import { splitAtFirstWord } from "./arguments.js";
import { CommandError } from "./commandError.js";
import { formatUncaught } from "./errorReport.js";
import { REPL_HELP } from "./help.js";
import { loadReplCompiler } from "./replCompiler.js";
import { ReplServer } from "./replServer.js";

/** `tsyncio repl` */
export async function replCommand(args: readonly string[], version: string): Promise<void> {
  const { options, word } = splitAtFirstWord(args, ["help"], "tsyncio repl");
  if (options.has("help")) {
    console.log(REPL_HELP);
    return;
  }
  if (word !== undefined) throw new CommandError(`\`tsyncio repl\` takes no file; to run one: tsyncio run ${word}`);
  const compiler = await loadReplCompiler(process.cwd());
  console.log(`tsyncio ${version} on Node ${process.version}. Use \`await\`; ps() shows the tasks, .help tells more`);
  const server = new ReplServer(compiler);
  await server.serve();
  await endSession(server);
}

/** What is left is cancelled and awaited; Ctrl-C ends the process although it still cleans up. */
async function endSession({ session }: ReplServer): Promise<void> {
  process.on("SIGINT", () => {
    process.stderr.write(`ending at once. Still running:\n${describeWaits(session.run)}\n`);
    process.exit(130);
  });
  await endOthers(session.run);
  session.end();
  let status = process.exitCode ?? 0;
  try {
    await session.ended;
  } catch (error) {
    process.stderr.write(`${formatUncaught(error)}\n`);
    status = 1;
  }
  // Timers and sockets of the platform that nobody has closed must not keep it.
  process.exit(status);
}

/** Runs of programs that a line has imported: their main tasks are cancelled, and each run ends as it does after that. */
async function endOthers(own: Run): Promise<void> {
  const others = [...activeRuns].filter((root) => root !== own) as Run[];
  const ended = others.map((run) => {
    const { main, settle } = run;
    return new Promise<void>((resolve) => {
      run.settle = () => {
        settle();
        resolve();
      };
      if (!main?.cancel("the session ends")) resolve();
    });
  });
  await Promise.all(ended);
}
