/** A queue that gives the least item first. */
import { checkFunction } from "../kernel/unfit.js";
import { entitle } from "../sync/primitive.js";
import { Queue, type Store } from "./queue.js";

/** Negative where `a` goes before `b`, positive where it goes after, and 0 where they go in the order in which they came. */
export type Compare<T> = (a: T, b: T) => number;

/** Options of a `PriorityQueue`. */
export interface PriorityQueueOptions<T> {
  /** Default: by `<`, and arrays element by element. */
  compare?: Compare<T> | undefined;
}

const isObject = (value: unknown): boolean => typeof value === "object" || typeof value === "function";

/** What is compared: an object by its `valueOf()`, as a date is. */
function keyOf(value: unknown): unknown {
  return isObject(value) ? (value as { valueOf?(): unknown } | null)?.valueOf?.() : value;
}

/** As `<` has it, and arrays as Python compares tuples. What has no order of its own (plain objects, functions) is equal. */
function ascending(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < a.length && index < b.length; index++) {
      const order = ascending(a[index], b[index]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  const x = keyOf(a) as number;
  const y = keyOf(b) as number;
  if (isObject(x) || isObject(y)) return 0;
  return x < y ? -1 : x > y ? 1 : 0;
}

interface Entry<T> {
  readonly item: T;
  /** How many came before: equal items keep their order. */
  readonly number: number;
}

const parentOf = (index: number): number => (index - 1) >> 1;

/** A binary heap. It looks for the place first and moves things afterwards, so that a `compare` that throws does no harm. */
class Heap<T> implements Store<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #compare: Compare<T>;
  #count = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entries = this.#entries;
    const entry = { item, number: this.#count };
    let place = entries.length;
    while (place > 0 && this.#before(entry, parentOf(place))) place = parentOf(place);
    this.#count++;
    for (let hole = entries.length; hole > place; hole = parentOf(hole))
      entries[hole] = entries[parentOf(hole)] as Entry<T>;
    entries[place] = entry;
  }

  shift(): T {
    const entries = this.#entries;
    const last = entries.length - 1;
    let entry = entries[last] as Entry<T>;
    let place = 0;
    for (let child = 1; child < last; child = place * 2 + 1) {
      if (child + 1 < last && this.#before(entries[child + 1] as Entry<T>, child)) child++;
      if (this.#before(entry, child)) break;
      place = child;
    }
    // The last one goes there, and each on the way to the top moves up; what was at the top is left over.
    for (; place >= 0; place = parentOf(place)) {
      const other = entries[place] as Entry<T>;
      entries[place] = entry;
      entry = other;
    }
    entries.pop();
    return entry.item;
  }

  #before({ item, number }: Entry<T>, index: number): boolean {
    const other = this.#entries[index] as Entry<T>;
    return (this.#compare(item, other.item) || number - other.number) < 0;
  }
}

/**
 * A queue that gives the least item first, and equal ones in the order in which they were put in (source: `asyncio.PriorityQueue`).
 *
 * Items are compared by `<`, and arrays element by element as Python's tuples are, so that `[priority, item]` works; what has no order
 * of its own, such as the job in `[1, job]`, counts as equal. Anything else needs `compare`.
 *
 * @example
 * ```ts
 * const jobs = new PriorityQueue<[number, Job]>();
 * jobs.putNowait([2, later]);
 * jobs.putNowait([1, sooner]);
 * const [, job] = await jobs.get();   // sooner
 *
 * const byDate = new PriorityQueue<Job>(0, { compare: (a, b) => a.due - b.due });
 * ```
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  /**
   * @param maxSize - the most items that it holds; 0, the default, or less: without a limit
   * @throws TypeError where `compare` is not a function
   */
  constructor(maxSize = 0, { compare = ascending }: PriorityQueueOptions<T> = {}) {
    checkFunction(compare, "compare is a function of two items");
    super(maxSize, new Heap<T>(compare));
  }

  static {
    entitle(PriorityQueue, "PriorityQueue", "get");
  }
}
