/** What a network adds to a folder of files: pages that are slow, that fail at first, and one that never answers. */
export interface Mishap {
  /** Given in place of the true one. */
  readonly status?: number;
  /** Milliseconds before the answer. */
  readonly delay: number;
}

const NEVER_ANSWERS = "/@types/node/zlib.d.ts";

/** The same pages each time, so that two runs can be compared. */
export function mishapFor(path: string, visit: number): Mishap {
  const number = numberOf(path);
  if (path === NEVER_ANSWERS) return { delay: 60_000 };
  if (visit === 1 && number % 41 === 0) return { delay: 5, status: 503 };
  if (visit === 1 && number % 97 === 0) return { delay: 60_000 };
  if (number % 29 === 0) return { delay: 200 + (number % 600) };
  return { delay: number % 20 };
}

function numberOf(text: string): number {
  let number = 7;
  for (const character of text) number = (number * 31 + character.charCodeAt(0)) % 1_000_003;
  return number;
}
