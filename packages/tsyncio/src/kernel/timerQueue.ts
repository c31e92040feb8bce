/**
 * All timers of a loop. However many there are, the host holds one.
 *
 * A pairing heap, whose nodes are the timers themselves: each stands above those that are due after it, and nothing is allocated. Adding
 * a timer, and cancelling one that stands above no others, cost O(1), which is what timeouts do all day; taking the first one costs
 * O(log n), amortized. A cancelled timer is let go at once.
 *
 * Order is exact, by deadline, and equal deadlines fire in the order of creation (CPython's heap leaves that open).
 *
 * Rejected: a binary heap (a million pops of 20 levels with a cache miss each; a cancelled timer stays until it surfaces, or its place has
 * to be kept up to date), buckets of a millisecond in a heap (twice the code), and a hierarchical wheel (fixed granularity, and it needs a tick).
 */

/** Fields that a timer carries for the queue. `run` is called by the loop, from the ready queue. */
export interface Timer {
  /** The deadline in milliseconds of the loop's clock. */
  when: number;
  /** Among those of equal deadline, which was added first. */
  order: number;
  /** The first of those that it stands above; the others follow by `next`. */
  below: Timer | null;
  /** The one before it among those, or that which it stands above them; of the first of all, itself; null while it is not in the queue. */
  prev: Timer | null;
  next: Timer | null;
  run(): void;
}

export class TimerQueue {
  size = 0;
  #added = 0;
  #first: Timer | null = null;
  /** The one that was added last, perhaps gone by now. */
  #recent: Timer | null = null;

  add(timer: Timer): void {
    const recent = this.#recent;
    // Timers come in order for the most part: then they make a chain, from which taking the first costs O(1).
    const chained = recent?.prev && recent.when <= timer.when;
    timer.order = ++this.#added;
    timer.prev = timer;
    if (chained) meld(recent, timer);
    else this.#first = this.#first ? meld(this.#first, timer) : timer;
    this.#recent = timer;
    this.size++;
  }

  /** Does nothing where the timer is not in the queue. */
  remove(timer: Timer): void {
    const { prev, next } = timer;
    if (!prev) return;
    const below = meldAll(timer.below);
    if (timer === this.#first) this.#first = below;
    else {
      if (prev.below === timer) prev.below = next;
      else prev.next = next;
      if (next) next.prev = prev;
      if (below) meld(this.#first as Timer, below);
    }
    timer.below = timer.prev = timer.next = null;
    this.size--;
  }

  /** The timer that is due first, or null. */
  first(): Timer | null {
    return this.#first;
  }
}

/** Puts that which is due later below the other, which is given back. */
function meld(one: Timer, other: Timer): Timer {
  if (one.when > other.when || (one.when === other.when && one.order > other.order)) return meld(other, one);
  const { below } = one;
  other.prev = one;
  other.next = below;
  if (below) below.prev = other;
  one.below = other;
  return one;
}

/** Melds those of a list two by two, and the pairs from the last to the first: this order is what makes the cost logarithmic. */
function meldAll(first: Timer | null): Timer | null {
  let pairs: Timer | null = null;
  let rest = first;
  while (rest) {
    const one = rest;
    const other = one.next;
    rest = other?.next ?? null;
    const pair = other ? meld(one, other) : one;
    pair.next = pairs;
    pairs = pair;
  }
  if (!pairs) return null;
  let all = pairs;
  for (rest = pairs.next; rest; ) {
    const pair = rest;
    rest = pair.next;
    all = meld(all, pair);
  }
  all.prev = all;
  all.next = null;
  return all;
}
