/** A program from its start to its end. */
import type { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { createSubprocessExec, type SubprocessOptions, split } from "./createSubprocess.js";
import { endProcess, type Process } from "./process.js";
import { CalledProcessError, type ProcessOutput } from "./subprocessErrors.js";

/** Options of {@link runProcess}. */
export interface RunProcessOptions extends Omit<SubprocessOptions, "stdin"> {
  /** What it reads from its standard input. Default: nothing. */
  readonly input?: Uint8Array | string | undefined;
  /** Whether a return code other than 0 is an error. Default: true. */
  readonly check?: boolean | undefined;
}

/** What {@link runProcess} gives. */
export interface CompletedProcess extends ProcessOutput {
  /** The exit status; negative: the number of the signal that has ended it. */
  readonly returnCode: number;
}

/**
 * Runs a program to its end and gives what it has written (source: `trio.run_process`). Where it is cancelled, or a time limit around it has
 * passed, the program is ended with its group: SIGTERM, and SIGKILL after the time of grace.
 *
 * @throws CalledProcessError where the return code is not 0
 * @throws what the platform says where it cannot be started: `ENOENT`, …
 * @example
 * ```ts
 * const { stdout } = await withTimeout("10s", () => runProcess("git", "rev-parse", "HEAD"));
 * console.log(String(stdout).trim());
 * ```
 */
export function runProcess(
  program: string,
  ...rest: [...args: string[], options: RunProcessOptions] | string[]
): Coroutine<CompletedProcess> {
  const { args, options } = split<RunProcessOptions>(program, rest);
  return noteCreated(running(program, args, options), runProcess) as Coroutine<CompletedProcess>;
}

const running = hidden(
  "runProcess",
  function* (
    program: string,
    args: string[],
    { input, check = true, ...options }: RunProcessOptions,
  ): Generator<unknown, CompletedProcess, unknown> {
    const process = (yield createSubprocessExec(program, ...args, {
      stdout: "pipe",
      stderr: "pipe",
      ...options,
      stdin: input === undefined ? "ignore" : "pipe",
    })) as Process;
    try {
      const [stdout, stderr] = (yield process.communicate(input)) as [Buffer | null, Buffer | null];
      const returnCode = process.returnCode as number;
      if (check && returnCode !== 0) throw new CalledProcessError(program, returnCode, { stdout, stderr });
      return { returnCode, stdout, stderr };
    } finally {
      yield endProcess(process);
    }
  },
);
