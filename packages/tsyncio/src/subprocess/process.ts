/** A process that runs beside this one. */
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { gather } from "../concurrency/gather.js";
import { moveOnAfter } from "../concurrency/moveOnAfter.js";
import { withTimeout } from "../concurrency/withTimeout.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds, NEVER } from "../kernel/duration.js";
import { TimeoutError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { runningScheduler } from "../kernel/scheduler.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { unfit } from "../kernel/unfit.js";
import { HostQueue } from "../streams/hostQueue.js";
import { HostWait } from "../streams/hostWait.js";
import { showFields } from "../streams/showFields.js";
import type { StreamReader } from "../streams/streamReader.js";
import type { StreamWriter } from "../streams/streamWriter.js";
import { ProcessLookupError, type ProcessOutput } from "./subprocessErrors.js";

const waitSite = librarySite("Process.wait");

/** The time between SIGTERM and SIGKILL. */
export const GRACE: Duration = "5s";

/** Options of {@link Process.communicate}. */
export interface CommunicateOptions {
  /** After this time: a `TimeoutError` with `stdout` and `stderr` as they are by then. Nothing is lost: it can be called again. */
  readonly timeout?: Duration | undefined;
}

/**
 * What `createSubprocessExec` gives (source: `asyncio.subprocess.Process`). Leaving `await using` ends it: SIGTERM, and SIGKILL where it has not
 * ended after a time.
 */
export class Process {
  readonly pid: number;
  /** Writes to its standard input; null where that is no pipe. */
  readonly stdin: StreamWriter | null;
  /** Reads from its standard output; null where that is no pipe. */
  readonly stdout: StreamReader | null;
  /** Reads from its standard error; null where that is no pipe. */
  readonly stderr: StreamReader | null;
  /** @internal */ readonly exiting: HostQueue = new HostQueue();
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #group: boolean;
  readonly #grace: Duration;
  #returnCode: number | null = null;

  /** @internal */
  constructor(
    child: ChildProcess,
    pipes: Pick<Process, "stdin" | "stdout" | "stderr">,
    { command, group, grace }: { command: string; group: boolean; grace: Duration },
  ) {
    this.pid = child.pid as number;
    this.stdin = pipes.stdin;
    this.stdout = pipes.stdout;
    this.stderr = pipes.stderr;
    this.#child = child;
    this.#command = command;
    this.#group = group;
    this.#grace = grace;
    const exited = (code: number | null, signal: NodeJS.Signals | null): void => {
      this.#returnCode = code ?? -constants.signals[signal as NodeJS.Signals];
      this.exiting.wake(NEVER, CLAIMING);
    };
    if (child.exitCode !== null || child.signalCode !== null) exited(child.exitCode, child.signalCode);
    else child.once("exit", exited);
  }

  /** The exit status; negative: the number of the signal that has ended it; null while it runs. */
  get returnCode(): number | null {
    return this.#returnCode;
  }

  /**
   * Waits until it has ended and gives the return code. Who is cancelled meanwhile leaves it running.
   *
   * Where it writes to a pipe that nobody reads it may never end: {@link communicate} reads.
   */
  wait(): Coroutine<number> {
    return noteCreated(this.ended(), this.wait);
  }

  /**
   * Sends `input` to its standard input and closes that, reads its output to the end and waits for its end. Where it is cancelled, or the
   * time is up, nothing is lost: what was read by then comes with the next call.
   *
   * @throws TimeoutError after `timeout`
   * @example
   * ```ts
   * const sort = await createSubprocessExec("sort", { stdin: "pipe", stdout: "pipe" });
   * const [sorted] = await sort.communicate("b\na\n");
   * ```
   */
  communicate(
    input?: Uint8Array | string | null,
    { timeout = NEVER }: CommunicateOptions = {},
  ): Coroutine<[stdout: Buffer | null, stderr: Buffer | null]> {
    const limit = milliseconds(timeout);
    if (input != null && typeof input !== "string" && !(input instanceof Uint8Array))
      throw unfit("communicate takes bytes or text", input);
    if (input != null && !this.stdin) throw new TypeError('input needs a pipe: stdin: "pipe"');
    return noteCreated(Process.#communicate(this, input ?? null, limit), this.communicate);
  }

  static readonly #communicate = hidden(
    "Process.communicate",
    function* (
      process: Process,
      input: Uint8Array | string | null,
      limit: number,
    ): Generator<unknown, [Buffer | null, Buffer | null], unknown> {
      const { stdin, stdout, stderr } = process;
      try {
        const all = () => gather(read(stdout), read(stderr), feeding(stdin, input), process.ended());
        const [out, err] = (yield withTimeout(limit, all)) as [Buffer | null, Buffer | null];
        return [out, err];
      } catch (error) {
        // Ours, and not one of a stream.
        if (error instanceof TimeoutError) Object.assign(error, process.output());
        throw error;
      }
    },
  );

  /** @internal What it has written and nobody has taken. */
  output(): ProcessOutput {
    const { stdout, stderr } = this;
    return { stdout: stdout && Buffer.from(stdout.bytes.peek()), stderr: stderr && Buffer.from(stderr.bytes.peek()) };
  }

  /**
   * Sends a signal to the process, and to it alone.
   *
   * @throws ProcessLookupError where it has ended
   */
  sendSignal(signal: NodeJS.Signals | number): void {
    if (typeof signal === "string" ? !(signal in constants.signals) : !Number.isInteger(signal))
      throw unfit('a signal is a name, such as "SIGUSR1", or a number', signal);
    if (this.#returnCode !== null) throw new ProcessLookupError();
    if (!this.#child.kill(signal)) throw new ProcessLookupError();
  }

  /** Sends SIGTERM; see {@link sendSignal}. */
  terminate(): void {
    this.sendSignal("SIGTERM");
  }

  /** Sends SIGKILL; see {@link sendSignal}. */
  kill(): void {
    this.sendSignal("SIGKILL");
  }

  /** Ends it, with all processes of its group: SIGTERM, and SIGKILL after the time of grace; waits for its end. */
  [Symbol.asyncDispose](): Coroutine<void> {
    return endProcess(this);
  }

  /** @internal */
  ended(): Coroutine<number> {
    return new Exited(waitSite, this, this.exiting);
  }

  /** @internal Sends a signal to the process and, where it has a group of its own, to all in it; never throws. */
  signalGroup(signal: NodeJS.Signals): void {
    try {
      if (this.#group) process.kill(-this.pid, signal);
      else if (this.#returnCode === null) this.#child.kill(signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  /** @internal */
  get grace(): Duration {
    return this.#grace;
  }

  /** For people. */
  toString(): string {
    return `process ${this.pid} (${this.#command})`;
  }

  static {
    showFields(Process.prototype, "Process", (child) => ({
      pid: child.pid,
      command: child.#command,
      returnCode: child.returnCode,
    }));
  }
}

class Exited extends HostWait<number, Process> {
  ready(): boolean {
    return this.place.returnCode !== null;
  }

  perform(): number {
    return this.place.returnCode as number;
  }
}

/** Ends a process and its group. */
export const endProcess: (process: Process) => Coroutine<void> = hidden(
  "Process.end",
  function* (process: Process): Generator<unknown, void, unknown> {
    if (process.returnCode !== null) return;
    try {
      process.signalGroup("SIGTERM");
      const ended = yield moveOnAfter(process.grace, () => process.ended());
      if (ended === undefined)
        runningScheduler().report({
          message: `${process} has not ended within ${milliseconds(process.grace)} ms of SIGTERM; it is killed`,
        });
    } finally {
      // What has outlived it in its group, too.
      process.signalGroup("SIGKILL");
      yield process.ended();
    }
  },
);

/** Nothing of it is lost where the read is cancelled: it takes all at the end. */
const read = hidden("Process.communicate", function* (stream: StreamReader | null) {
  return stream && ((yield stream.read()) as Buffer);
});

/** A process that does not read its input has no need of it. */
const feeding = hidden(
  "Process.communicate",
  function* (stdin: StreamWriter | null, input: Uint8Array | string | null): Generator<unknown, void, unknown> {
    if (!stdin) return;
    try {
      if (input !== null) stdin.write(input);
      yield stdin.drain();
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
    stdin.close();
  },
);

function isBroken(error: unknown): boolean {
  return ["EPIPE", "ECONNRESET"].includes((error as NodeJS.ErrnoException | null)?.code ?? "");
}
