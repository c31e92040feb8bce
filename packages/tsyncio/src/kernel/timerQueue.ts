/**
 * All timers of a loop. However many there are, the host holds one.
 *
 * Timers that are due within the same millisecond share a bucket, a doubly linked list; a small binary heap orders the buckets.
 * So adding a timer and cancelling it cost O(1) in the common case (the links are fields of the timer itself, nothing is
 * allocated), a cancelled timer frees its memory at once, and the heap holds as many entries as there are milliseconds in use,
 * not as there are timers: a million sleepers of one second are some hundred buckets.
 *
 * Order is exact: a bucket whose timers came out of order is sorted by deadline, stably, before it is looked at. Equal deadlines
 * fire in the order of creation (CPython's heap leaves that open).
 *
 * Rejected: one binary heap of timers (a million pops of 20 levels with a cache miss each; a cancelled timer stays until it
 * surfaces) and a hierarchical wheel (fixed granularity, and it needs a tick).
 */

/** Fields that a timer carries for the queue. `run` is called by the loop, from the ready queue. */
export interface Timer {
  /** The deadline in milliseconds of the loop's clock. */
  when: number;
  prevTimer: Timer | null;
  nextTimer: Timer | null;
  /** The bucket that holds the timer; null while it is not in the queue. */
  bucket: Bucket | null;
  run(): void;
}

class Bucket {
  readonly tick: number;
  first: Timer | null = null;
  last: Timer | null = null;
  sorted = true;
  constructor(tick: number) {
    this.tick = tick;
  }

  sort(): void {
    if (this.sorted) return;
    const timers: Timer[] = [];
    for (let timer = this.first; timer !== null; timer = timer.nextTimer) timers.push(timer);
    timers.sort((a, b) => a.when - b.when);
    let previous: Timer | null = null;
    for (const timer of timers) {
      timer.prevTimer = previous;
      timer.nextTimer = null;
      if (previous === null) this.first = timer;
      else previous.nextTimer = timer;
      previous = timer;
    }
    this.last = previous;
    this.sorted = true;
  }
}

export type { Bucket };

/** Empty buckets (all their timers cancelled) are swept when more than this many, and more than half, are empty. */
const SWEEP_FROM = 64;

export class TimerQueue {
  size = 0;
  readonly #buckets: Map<number, Bucket> = new Map();
  #heap: Bucket[] = [];
  #recent: Bucket | null = null;
  #empty = 0;

  add(timer: Timer): void {
    const tick = Math.ceil(timer.when);
    let bucket = this.#recent;
    if (bucket === null || bucket.tick !== tick) {
      bucket = this.#buckets.get(tick) ?? this.#open(tick);
      this.#recent = bucket;
    }
    const { last } = bucket;
    if (last === null) {
      bucket.sorted = true;
      bucket.first = timer;
      this.#empty--;
    } else {
      if (timer.when < last.when) bucket.sorted = false;
      last.nextTimer = timer;
    }
    timer.prevTimer = last;
    timer.nextTimer = null;
    timer.bucket = bucket;
    bucket.last = timer;
    this.size++;
  }

  /** Does nothing where the timer is not in the queue. */
  remove(timer: Timer): void {
    const { bucket } = timer;
    if (bucket === null) return;
    this.#unlink(timer, bucket);
    if (bucket.first === null && ++this.#empty > SWEEP_FROM && this.#empty * 2 > this.#heap.length) this.#sweep();
  }

  /** The earliest deadline, or Infinity. */
  next(): number {
    const bucket = this.#front();
    return bucket === null ? Number.POSITIVE_INFINITY : (bucket.first as Timer).when;
  }

  /** Takes the first timer whose deadline is not after `now`, or null. */
  takeDue(now: number): Timer | null {
    const bucket = this.#front();
    if (bucket === null) return null;
    const timer = bucket.first as Timer;
    if (timer.when > now) return null;
    this.#unlink(timer, bucket);
    if (bucket.first === null) this.#empty++;
    return timer;
  }

  #front(): Bucket | null {
    while (this.#heap.length > 0) {
      const bucket = this.#heap[0] as Bucket;
      if (bucket.first !== null) {
        bucket.sort();
        return bucket;
      }
      this.#close(bucket);
    }
    return null;
  }

  #unlink(timer: Timer, bucket: Bucket): void {
    const { prevTimer, nextTimer } = timer;
    if (prevTimer === null) bucket.first = nextTimer;
    else prevTimer.nextTimer = nextTimer;
    if (nextTimer === null) bucket.last = prevTimer;
    else nextTimer.prevTimer = prevTimer;
    timer.prevTimer = null;
    timer.nextTimer = null;
    timer.bucket = null;
    this.size--;
  }

  #open(tick: number): Bucket {
    const bucket = new Bucket(tick);
    this.#buckets.set(tick, bucket);
    // Counted as empty until `add` puts the first timer in.
    this.#empty++;
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(bucket);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as Bucket;
      if (above.tick <= tick) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = bucket;
    return bucket;
  }

  #close(bucket: Bucket): void {
    this.#empty--;
    this.#buckets.delete(bucket.tick);
    if (this.#recent === bucket) this.#recent = null;
    const heap = this.#heap;
    const last = heap.pop() as Bucket;
    if (last !== bucket) this.#sink(last, 0);
  }

  #sink(bucket: Bucket, start: number): void {
    const heap = this.#heap;
    const { length } = heap;
    let hole = start;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= length) break;
      if (child + 1 < length && (heap[child + 1] as Bucket).tick < (heap[child] as Bucket).tick) child++;
      const below = heap[child] as Bucket;
      if (below.tick >= bucket.tick) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = bucket;
  }

  #sweep(): void {
    const kept: Bucket[] = [];
    for (const bucket of this.#heap) {
      if (bucket.first !== null) kept.push(bucket);
      else this.#buckets.delete(bucket.tick);
    }
    this.#recent = null;
    this.#empty = 0;
    this.#heap = kept;
    for (let index = (kept.length >> 1) - 1; index >= 0; index--) this.#sink(kept[index] as Bucket, index);
  }
}
