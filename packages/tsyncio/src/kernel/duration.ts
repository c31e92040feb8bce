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
  if (typeof duration === "number") {
    if (duration >= 0) return duration;
    if (duration < 0) return 0;
  } else if (typeof duration === "string") {
    const parts = TEXT.exec(duration);
    if (parts !== null) return Math.max(0, Number(parts[1]) * (UNITS[parts[2] as string] as number));
  }
  throw unfit('a duration is milliseconds as a number, or "250ms", "1.5s", "2m", "1h"', duration);
}

/**
 * A time of the loop's clock.
 *
 * @throws TypeError where the value is not a number
 */
export function checkedTime(when: number): number {
  if (typeof when !== "number" || Number.isNaN(when)) throw unfit("a time is a number of milliseconds", when);
  return when;
}

/** Infinity, as a time or a duration. */
export const NEVER: number = 1 / 0;
