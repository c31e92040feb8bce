/** What the loop tells about things that nobody caught. */

/**
 * The argument of an exception handler besides the loop (source: the context of `loop.call_exception_handler`). What has been collected
 * already is undefined.
 */
export interface Report {
  message: string;
  exception?: unknown;
  /** The task that failed. */
  task?: unknown;
  /** The future or task whose exception nobody has taken. */
  future?: unknown;
  /** The callback that failed. */
  handle?: unknown;
  /** The coroutine that was never awaited. */
  coroutine?: unknown;
}

/** Where no exception handler is set: one message on the console, with the error and all its causes. Never throws. */
export function printReport(report: Report): void {
  const { console } = globalThis as unknown as { console?: { error(...values: unknown[]): void } };
  try {
    if ("exception" in report) console?.error(`${report.message}\n`, report.exception);
    else console?.error(report.message);
  } catch {
    // Nobody is left to tell.
  }
}
