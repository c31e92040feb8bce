/**
 * All timers of a loop. However many there are, the host holds one.
 *
 * Timers that are due within the same millisecond share a bucket, a doubly linked list; a small binary heap orders the buckets.
 * So adding a timer and cancelling it cost O(1) in the common case (the links are fields of the timer itself, nothing is
 * allocated), a cancelled timer and an empty bucket free their memory at once, and the heap holds as many entries as there are
 * milliseconds in use, not as there are timers: a million sleepers of one second are some hundred buckets.
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
  prev: Timer | null;
  next: Timer | null;
  /** The bucket that holds the timer; null while it is not in the queue. */
  bucket: Bucket | null;
  run(): void;
}

class Bucket {
  readonly tick: number;
  /** Where it stands in the heap. */
  index = 0;
  first: Timer | null = null;
  last: Timer | null = null;
  sorted = true;

  constructor(tick: number) {
    this.tick = tick;
  }

  sort(): void {
    const timers: Timer[] = [];
    for (let timer = this.first; timer !== null; timer = timer.next) timers.push(timer);
    timers.sort((a, b) => a.when - b.when);
    this.last = null;
    for (const timer of timers) this.append(timer);
    this.sorted = true;
  }

  append(timer: Timer): void {
    const { last } = this;
    timer.prev = last;
    timer.next = null;
    if (last === null) this.first = timer;
    else last.next = timer;
    this.last = timer;
  }
}

export type { Bucket };

export class TimerQueue {
  size = 0;
  readonly #buckets: Map<number, Bucket> = new Map();
  readonly #heap: Bucket[] = [];
  #recent: Bucket | null = null;

  add(timer: Timer): void {
    const tick = Math.ceil(timer.when);
    let bucket = this.#recent;
    if (bucket === null || bucket.tick !== tick) {
      bucket = this.#buckets.get(tick) ?? this.#open(tick);
      this.#recent = bucket;
    }
    if (bucket.last !== null && timer.when < bucket.last.when) bucket.sorted = false;
    bucket.append(timer);
    timer.bucket = bucket;
    this.size++;
  }

  /** Does nothing where the timer is not in the queue. */
  remove(timer: Timer): void {
    const { bucket, prev, next } = timer;
    if (bucket === null) return;
    if (prev === null) bucket.first = next;
    else prev.next = next;
    if (next === null) bucket.last = prev;
    else next.prev = prev;
    timer.bucket = timer.prev = timer.next = null;
    this.size--;
    if (bucket.first === null) this.#close(bucket);
  }

  /** The timer that is due first, or null. */
  first(): Timer | null {
    const bucket = this.#heap[0];
    if (bucket === undefined) return null;
    if (!bucket.sorted) bucket.sort();
    return bucket.first;
  }

  #open(tick: number): Bucket {
    const bucket = new Bucket(tick);
    this.#buckets.set(tick, bucket);
    this.#place(bucket, this.#heap.length);
    return bucket;
  }

  #close(bucket: Bucket): void {
    this.#buckets.delete(bucket.tick);
    if (this.#recent === bucket) this.#recent = null;
    const last = this.#heap.pop() as Bucket;
    if (last !== bucket) this.#place(last, bucket.index);
  }

  /** Puts a bucket into the heap, beginning at a hole in it. */
  #place(bucket: Bucket, hole: number): void {
    const heap = this.#heap;
    const { tick } = bucket;
    let index = hole;
    for (;;) {
      const parent = (index - 1) >> 1;
      let other = heap[parent];
      if (index > 0 && (other as Bucket).tick > tick) {
        index = this.#move(other as Bucket, index, parent);
        continue;
      }
      let child = index * 2 + 1;
      other = heap[child];
      const right = heap[child + 1];
      if (right !== undefined && right.tick < (other as Bucket).tick) {
        other = right;
        child++;
      }
      if (other === undefined || other.tick >= tick) break;
      index = this.#move(other, index, child);
    }
    heap[index] = bucket;
    bucket.index = index;
  }

  #move(bucket: Bucket, to: number, from: number): number {
    this.#heap[to] = bucket;
    bucket.index = to;
    return from;
  }
}
