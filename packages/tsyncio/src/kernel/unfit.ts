/** One way to say that an argument is unfit: what was expected, and what came. */
export function unfit(expected: string, value: unknown): TypeError {
  return new TypeError(`${expected}, not ${show(value)}`);
}

/** @throws TypeError where the value is no function */
export function checkFunction(value: unknown, expected: string): void {
  if (typeof value !== "function") throw unfit(expected, value);
}

/** A value, for people: never throws, never long. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `the function '${value.name}'`;
  return value && !(value as object).toString ? "an object" : String(value);
}

/** @throws TypeError where the value is neither a whole number from `least` on nor Infinity */
export function checkCount(value: unknown, least: number, what: string): void {
  if (!(Number.isInteger(value) || value === Infinity) || (value as number) < least)
    throw unfit(`${what} is a whole number from ${least}`, value);
}
