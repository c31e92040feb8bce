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

/** What is compared: an object by its `valueOf()`, as a date is. Undefined, which is equal to all, where that has no order either. */
function keyOf(value: unknown): unknown {
  const key = (value as { valueOf?(): unknown } | null | undefined)?.valueOf?.();
  return Object(key) === key ? undefined : key;
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
  return x < y ? -1 : Number(x > y);
}

interface Node<T> {
  readonly item: T;
  /** How many came before: equal items keep their order. */
  readonly number: number;
  left?: Node<T> | undefined;
  right?: Node<T> | undefined;
}

/**
 * A heap that consists of merging: one of two heaps goes into the other on a side that chance decides, which keeps the way down
 * logarithmically short, whatever the items are. It compares on the way down and changes on the way up, so that a `compare` that throws
 * does no harm.
 */
class Heap<T> implements Store<T> {
  readonly #compare: Compare<T>;
  #root: Node<T> | undefined = undefined;
  #count = 0;
  size = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  push(item: T): void {
    this.#root = this.#merge(this.#root, { item, number: this.#count++ });
    this.size++;
  }

  shift(): T {
    const { item, left, right } = this.#root as Node<T>;
    this.#root = this.#merge(left, right);
    this.size--;
    return item;
  }

  #merge(a: Node<T> | undefined, b: Node<T> | undefined): Node<T> | undefined {
    if (!a || !b) return a ?? b;
    if ((this.#compare(a.item, b.item) || a.number - b.number) > 0) [a, b] = [b, a];
    const side = Math.random() < 0.5 ? "left" : "right";
    a[side] = this.#merge(a[side], b);
    return a;
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
