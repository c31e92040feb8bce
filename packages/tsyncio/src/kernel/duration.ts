/** How long: milliseconds as a number, or text with a unit. */

import { unfit } from "./unfit.js";

/** `250`, `"250ms"`, `"1.5s"`, `"2m"`, `"1h"`; a number is milliseconds, a negative one means 0, Infinity means never. */
export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const TEXT = /^([+-]?(?:\d+\.?\d*|\.\d+|Infinity))(ms|s|m|h)$/;

/**
 * Milliseconds, at least 0.
 *
 * @throws TypeError where the value is not a duration; the message names it
 */
export function milliseconds(duration: Duration): number {
  const parts = typeof duration === "string" && TEXT.exec(duration);
  const value = parts ? Number(parts[1]) * (UNITS[parts[2] as string] as number) : duration;
  if (isTime(value)) return Math.max(0, value);
  throw unfit('a duration is a number of milliseconds, or "250ms", "1.5s", "2m", "1h"', duration);
}

/**
 * A time of the loop's clock.
 *
 * @throws TypeError where the value is not a number
 */
export function checkedTime(when: number): number {
  if (isTime(when)) return when;
  throw unfit("a time is a number of milliseconds", when);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

/** Infinity, as a time or a duration. */
export const NEVER: number = 1 / 0;
