/** Starting processes. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { PassThrough, type Readable, type Writable } from "node:stream";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Duration } from "../kernel/duration.js";
import { milliseconds } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { type Captured, captureLine } from "../kernel/stackLine.js";
import { unfit } from "../kernel/unfit.js";
import { feed } from "../streams/feed.js";
import { happened } from "../streams/happened.js";
import { noteOpen } from "../streams/openResources.js";
import { StreamReader } from "../streams/streamReader.js";
import { StreamWriter } from "../streams/streamWriter.js";
import { endProcess, GRACE, Process } from "./process.js";

/** Where a standard stream of the process leads: a pipe to this program, nowhere, the same place as ours, or a file by its descriptor. */
export type Stdio = "pipe" | "ignore" | "inherit" | number | null;

/** Options of {@link createSubprocessExec} and {@link createSubprocessShell}. */
export interface SubprocessOptions {
  /** Default: the same as ours. */
  readonly stdin?: Stdio | undefined;
  readonly stdout?: Stdio | undefined;
  /** `"stdout"`: the same place as its standard output. */
  readonly stderr?: Stdio | "stdout" | undefined;
  /** Bytes: no line may be longer; where twice as much waits to be read the process is held back. Default: 64 KiB. */
  readonly limit?: number | undefined;
  readonly cwd?: string | URL | undefined;
  /** All of its environment variables. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** What it sees as the name of the program. */
  readonly argv0?: string | undefined;
  /**
   * Whether it leads a group of its own, and a session, so that what it starts ends with it, and Ctrl-C at the terminal does not reach it by itself.
   * Default: true, but for Windows.
   */
  readonly processGroup?: boolean | undefined;
  /** Where it is ended by force: the time between SIGTERM and SIGKILL. Default: 5 seconds. */
  readonly grace?: Duration | undefined;
}

/**
 * Starts a program (source: `asyncio.create_subprocess_exec`). It runs on beside the program until it ends; what still runs at the end of the run is
 * named in a report and ended, and `await using` ends it at the end of a block.
 *
 * @param program - its name or path; then come its arguments, each by itself, and the options
 * @throws what the platform says: `ENOENT`, `EACCES`, …
 * @example
 * ```ts
 * const git = await createSubprocessExec("git", "log", "--oneline", { stdout: "pipe" });
 * for await (const line of git.stdout!.lines()) console.log(line);
 * if (await git.wait() !== 0) throw new Error("git has failed");
 * ```
 */
export function createSubprocessExec(
  program: string,
  ...rest: [...args: string[], options: SubprocessOptions] | string[]
): Coroutine<Process> {
  const { args, options } = split(program, rest);
  return create(() => spawn(program, args, spawnOptions(options)), program, options, createSubprocessExec);
}

/**
 * Starts a command line in the system's shell (source: `asyncio.create_subprocess_shell`). What comes from elsewhere has no place in it; give that
 * to {@link createSubprocessExec} as arguments.
 *
 * @throws what the platform says
 */
export function createSubprocessShell(command: string, options: SubprocessOptions = {}): Coroutine<Process> {
  if (typeof command !== "string" || command === "") throw unfit("a command is text", command);
  check(options);
  return create(
    () => spawn(command, { ...spawnOptions(options), shell: true }),
    command,
    options,
    createSubprocessShell,
  );
}

/** Program, arguments and options, as programs give them. */
export function split<O extends SubprocessOptions>(
  program: string,
  rest: readonly unknown[],
): { args: string[]; options: O } {
  const last = rest.at(-1);
  const hasOptions = typeof last === "object" && last !== null && !Array.isArray(last);
  const args = (hasOptions ? rest.slice(0, -1) : rest).flat(1);
  for (const arg of [program, ...args])
    if (typeof arg !== "string") throw unfit("a program and its arguments are text", arg);
  if (program === "") throw unfit("a program is a name or a path", program);
  const options = (hasOptions ? last : {}) as O;
  check(options);
  return { args: args as string[], options };
}

function check(options: SubprocessOptions): void {
  milliseconds(options.grace ?? GRACE);
  for (const name of ["text", "encoding", "errors", "universalNewlines"])
    if (name in options)
      throw new TypeError(`${name}: a process is read and written in bytes; decode them with String()`);
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    const value = options[name];
    const fits = value === undefined || value === null || ["pipe", "ignore", "inherit"].includes(value as string);
    if (!fits && typeof value !== "number" && !(name === "stderr" && value === "stdout"))
      throw unfit(`${name} is "pipe", "ignore", "inherit" or a file descriptor`, value);
  }
}

function hasGroup({ processGroup }: SubprocessOptions): boolean {
  return processGroup ?? process.platform !== "win32";
}

function spawnOptions(options: SubprocessOptions): SpawnOptions {
  const { stdin, stdout, stderr, cwd, env, uid, gid, argv0 } = options;
  return {
    stdio: [stdin ?? "inherit", stdout ?? "inherit", (stderr === "stdout" ? target(stdout) : stderr) ?? "inherit"],
    detached: hasGroup(options),
    windowsHide: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(argv0 === undefined ? {} : { argv0 }),
  };
}

/** Where standard error goes that shall go where standard output goes; two pipes are put together afterwards. */
function target(stdout: Stdio | undefined): Stdio {
  return stdout === undefined || stdout === null || stdout === "inherit" ? 1 : stdout;
}

function create(
  start: () => ChildProcess,
  command: string,
  options: SubprocessOptions,
  above: (...args: never[]) => unknown,
): Coroutine<Process> {
  return noteCreated(creating(start, command, options, captureLine(above)), above) as Coroutine<Process>;
}

const creating = hidden(
  "createSubprocess",
  function* (
    start: () => ChildProcess,
    command: string,
    options: SubprocessOptions,
    line: Captured,
  ): Generator<unknown, Process, unknown> {
    const root = currentRoot();
    const child = start();
    let made: Process | null = null;
    try {
      // Before the first wait: what the process writes at once is not lost.
      const together = options.stderr === "stdout" && child.stderr !== null;
      const outputs = [child.stdout, together ? child.stderr : null].filter((stream) => stream !== null);
      const stdout = outputs.length > 0 ? reading(outputs, options) : null;
      const stderr = child.stderr && !together ? reading([child.stderr], options) : null;
      const stdin = child.stdin && writing(child.stdin);
      yield happened(child, "spawn");
      const group = hasGroup(options);
      made = new Process(child, { stdin, stdout, stderr }, { command, group, grace: options.grace ?? GRACE });
    } finally {
      // Cancelled before it has begun to run: nobody would ever end it.
      if (!made && child.pid !== undefined) child.kill("SIGKILL");
    }
    child.on("error", () => {});
    const process = made;
    // A short one may have ended before this goes on.
    if (process.returnCode === null) {
      const end = { destroy: () => process.kill(), end: () => endProcess(process) };
      child.once("exit", noteOpen({ describe: () => String(process), ...end }, line, root));
    }
    return process;
  },
);

function reading(streams: readonly Readable[], { limit }: SubprocessOptions): StreamReader {
  const reader = new StreamReader({ limit });
  feed(reader, streams.length === 1 ? (streams[0] as Readable) : merged(streams));
  return reader;
}

/** Several streams as one, in the order in which the bytes arrive. */
function merged(streams: readonly Readable[]): Readable {
  const all = new PassThrough();
  let open = streams.length;
  for (const stream of streams) {
    stream.pipe(all, { end: false });
    stream.once("close", () => {
      if (--open === 0) all.end();
    });
  }
  return all;
}

function writing(stdin: Writable): StreamWriter {
  stdin.on("error", () => {});
  return new StreamWriter(stdin);
}
