/** What the loop tells about things that nobody caught. */

/** The argument of an exception handler besides the loop (source: the context of `loop.call_exception_handler`). */
export interface Report {
  message: string;
  exception?: unknown;
  task?: unknown;
  future?: unknown;
  handle?: unknown;
  coroutine?: unknown;
}

/** Where no exception handler is set: one message on the console, with the error and all its causes. */
export function printReport(report: Report): void {
  const { console } = globalThis as unknown as { console?: { error(...values: unknown[]): void } };
  if (console === undefined) return;
  if ("exception" in report) console.error(`${report.message}\n`, report.exception);
  else console.error(report.message);
}
