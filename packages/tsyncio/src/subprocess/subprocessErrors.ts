/** What processes fail with. */
import { type CodedError, type ErrorClass, errorClass, mark } from "../kernel/errorClass.js";

/** A signal was to be sent to a process that has ended (source: `ProcessLookupError`). */
export const ProcessLookupError: ErrorClass<"TSYNCIO_PROCESS_LOOKUP"> = /* @__PURE__ */ errorClass(
  "ProcessLookupError",
  "the process has ended already",
);
export type ProcessLookupError = CodedError<"TSYNCIO_PROCESS_LOOKUP">;

/** What a process has written, as far as it was read; null where that was no pipe. */
export interface ProcessOutput {
  readonly stdout: Buffer | null;
  readonly stderr: Buffer | null;
}

/** A process has failed that was to succeed (source: `subprocess.CalledProcessError`). */
export class CalledProcessError extends Error implements ProcessOutput {
  declare readonly code: "TSYNCIO_CALLED_PROCESS";
  /** The exit status; negative: the signal that has ended it. */
  readonly returnCode: number;
  readonly stdout: Buffer | null;
  readonly stderr: Buffer | null;

  constructor(command: string, returnCode: number, { stdout, stderr }: ProcessOutput) {
    const how = returnCode < 0 ? `was ended by signal ${-returnCode}` : `has failed with status ${returnCode}`;
    super(`${command} ${how}${lastLine(stderr)}`);
    this.returnCode = returnCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

mark(CalledProcessError, "CalledProcessError");

function lastLine(stderr: Buffer | null): string {
  const line = stderr?.toString().trimEnd().split("\n").at(-1);
  return line ? `: ${line}` : "";
}
