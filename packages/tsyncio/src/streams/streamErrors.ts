/** What reading and writing can fail with, besides what the stream itself fails with. */
import { mark } from "../kernel/errorClass.js";

/** The stream ended before all of what was asked for had come (source: `asyncio.IncompleteReadError`). */
export class IncompleteReadError extends Error {
  declare readonly code: "TSYNCIO_INCOMPLETE_READ";
  /** What had come. */
  readonly partial: Buffer;
  /** How many bytes were asked for; null where it was up to a separator. */
  readonly expected: number | null;

  constructor(partial: Buffer, expected: number | null) {
    const asked = expected === null ? "a separator" : `${expected} bytes`;
    super(`the stream ended after ${partial.length} bytes, and ${asked} had been asked for`);
    this.partial = partial;
    this.expected = expected;
  }
}

mark(IncompleteReadError, "IncompleteReadError");

/** What stands before a separator is longer than the limit of the reader (source: `asyncio.LimitOverrunError`). */
export class LimitOverrunError extends Error {
  declare readonly code: "TSYNCIO_LIMIT_OVERRUN";
  /** How many bytes there are before the separator, or in which there is none. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}

mark(LimitOverrunError, "LimitOverrunError");

/** The connection is gone: what was written will not arrive. The code is that of the platform's own error. */
export function connectionLost(cause?: unknown): Error {
  const error = new Error("the connection is lost", cause === undefined ? undefined : { cause });
  return Object.assign(error, { code: "ECONNRESET" });
}
