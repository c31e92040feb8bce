/** Which tasks the live view shows, in which order, and what the keys change about that. */
import type { TaskRow } from "../taskRows.js";

const SORTS = ["waited", "id", "name", "coroutines", "state", "waitsFor"] as const;

export type Sort = (typeof SORTS)[number];

export interface Arrangement {
  readonly sort: Sort;
  readonly reversed: boolean;
  /** Rows that have this text somewhere are shown. */
  readonly filter: string;
  /** The filter is being typed. */
  readonly typing: boolean;
  readonly paused: boolean;
  /** The first row on the screen. */
  readonly offset: number;
}

export const AT_FIRST: Arrangement = {
  sort: "waited",
  reversed: false,
  filter: "",
  typing: false,
  paused: false,
  offset: 0,
};

/** A key, as Ink tells it. */
export interface Key {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

const collator = new Intl.Collator("en", { numeric: true });

/** The rows that pass the filter; what has waited longest comes first, and texts are in the order of the alphabet. */
export function arrange(rows: readonly TaskRow[], { sort, reversed, filter }: Arrangement): TaskRow[] {
  const text = filter.toLowerCase();
  const matches = ({ name, coroutines, state, waitsFor, at }: TaskRow): boolean =>
    [name, coroutines, state, waitsFor, at].some((part) => part.toLowerCase().includes(text));
  const found = text === "" ? [...rows] : rows.filter(matches);
  found.sort((a, b) => compare(a, b, sort) || a.id - b.id);
  return reversed ? found.reverse() : found;
}

function compare(a: TaskRow, b: TaskRow, sort: Sort): number {
  if (sort === "id") return a.id - b.id;
  if (sort === "waited") return (b.waited ?? -1) - (a.waited ?? -1);
  return collator.compare(a[sort], b[sort]);
}

/** What is typed fast, or pasted, comes as one text. */
export function eachKey(input: string, key: Key): readonly (readonly [input: string, key: Key])[] {
  if (input.length < 2 || key.ctrl || key.meta) return [[input, key]];
  return Array.from(input, (character) => [character, KEYS[character] ?? {}] as const);
}

const KEYS: Readonly<Record<string, Key>> = {
  "\r": { return: true },
  "\n": { return: true },
  "\b": { backspace: true },
  "\u007f": { backspace: true },
  "\u001b": { escape: true },
};

/**
 * What a key makes of it.
 *
 * @param count - how many rows pass the filter
 * @param page - how many are on the screen
 * @returns undefined where the key quits
 */
export function press(
  before: Arrangement,
  input: string,
  key: Key,
  count: number,
  page: number,
): Arrangement | undefined {
  if (key.ctrl) return input === "c" ? undefined : before;
  if (before.typing) return type(before, input, key);
  const to = (offset: number): Arrangement => ({ ...before, offset: within(offset, count, page) });
  if (key.upArrow) return to(before.offset - 1);
  if (key.downArrow) return to(before.offset + 1);
  if (key.pageUp) return to(before.offset - page);
  if (key.pageDown) return to(before.offset + page);
  if (key.home) return to(0);
  if (key.end) return to(count);
  if (key.escape) return { ...before, filter: "", offset: 0 };
  switch (input) {
    case "q":
      return undefined;
    case "s":
      return { ...before, sort: SORTS[(SORTS.indexOf(before.sort) + 1) % SORTS.length] as Sort, offset: 0 };
    case "r":
      return { ...before, reversed: !before.reversed, offset: 0 };
    case "/":
      return { ...before, typing: true };
    case " ":
    case "p":
      return { ...before, paused: !before.paused };
    default:
      return before;
  }
}

/** The last page is full, as long as there are so many. */
export function within(offset: number, count: number, page: number): number {
  return Math.max(0, Math.min(offset, count - page));
}

function type(before: Arrangement, input: string, key: Key): Arrangement {
  if (key.return) return { ...before, typing: false };
  if (key.escape) return { ...before, typing: false, filter: "", offset: 0 };
  if (key.backspace || key.delete) return { ...before, filter: before.filter.slice(0, -1), offset: 0 };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys that write nothing
  const written = key.meta ? "" : input.replace(/[\u0000-\u001f\u007f]/g, "");
  return { ...before, filter: before.filter + written, offset: 0 };
}
