/** One line of a stack: where a coroutine was made, and where a frame awaits. */

/** A captured stack; the engine formats it when it is first read. */
export interface Captured {
  stack?: string;
}

/** The stack of what made a task: the first line that is not of the library is the program's. */
export interface Origin extends Captured {
  /** How the places of the library's lines can begin. */
  readonly library: readonly string[];
}

const Capturing = Error as ErrorConstructor & {
  stackTraceLimit?: number;
  captureStackTrace?: (target: object, above?: (...args: never[]) => unknown) => void;
};

function withStackLimit<T>(limit: number, make: () => T): T {
  const before = Capturing.stackTraceLimit;
  Capturing.stackTraceLimit = limit;
  const made = make();
  Capturing.stackTraceLimit = before as number;
  return made;
}

/** The stack of the caller of `above`, at most `limit` lines. */
export function captureLine(above: (...args: never[]) => unknown, limit = 1): Captured {
  const line: Captured = {};
  withStackLimit(limit, () => Capturing.captureStackTrace?.(line, above));
  return line;
}

/** An error that the library makes, on behalf of the program: lines of the library would only hide where it arrives. */
export function withoutStack<E extends Error>(make: () => E): E {
  return withStackLimit(0, make);
}

/** `at name (place)`, `at place`, `name@place`. */
const PLACE = /^(?:\s*at (?:async )?(?:[^(]* \()?|.*@)(.*?)\)?$/gm;

/** `file:line:column` of the n-th frame of a captured stack; empty where there is none. */
export function placeOf(captured: Captured | undefined, index = 0): string {
  const lines = [...(captured?.stack ?? "").matchAll(PLACE)];
  return lines[index]?.[1] ?? "";
}
