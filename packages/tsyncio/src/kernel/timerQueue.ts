/**
 * All timers of a loop. However many there are, the host holds one.
 *
 * Timers that are due within the same millisecond share a bucket, a doubly linked list; a small binary heap orders the buckets.
 * So adding a timer and cancelling it cost O(1) in the common case (the links are fields of the timer itself, nothing is
 * allocated), a cancelled timer and an empty bucket (but the one in use) free their memory at once, and the heap holds as many
 * entries as there are milliseconds in use, not as there are timers: a million sleepers of one second are some hundred buckets.
 *
 * Order is exact: a bucket whose timers came out of order is sorted by deadline, stably, before it is looked at. Equal deadlines
 * fire in the order of creation (CPython's heap leaves that open).
 *
 * Rejected: one binary heap of timers (a million pops of 20 levels with a cache miss each; a cancelled timer stays until it
 * surfaces) and a hierarchical wheel (fixed granularity, and it needs a tick).
 */

import { NEVER } from "./duration.js";

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
    for (let timer = this.first; timer; timer = timer.next) timers.push(timer);
    timers.sort((a, b) => a.when - b.when);
    this.last = null;
    for (const timer of timers) this.append(timer);
    this.sorted = true;
  }

  append(timer: Timer): void {
    const { last } = this;
    timer.prev = last;
    timer.next = null;
    if (!last) this.first = timer;
    else last.next = timer;
    this.last = timer;
  }
}

export type { Bucket };

export class TimerQueue {
  size = 0;
  readonly #buckets: Map<number, Bucket> = new Map();
  readonly #heap: Bucket[] = [];
  #recent: Bucket | undefined = undefined;

  add(timer: Timer): void {
    const tick = Math.ceil(timer.when);
    let bucket = this.#recent;
    if (bucket?.tick !== tick) {
      if (bucket && !bucket.first) this.#close(bucket);
      bucket = this.#buckets.get(tick) ?? this.#open(tick);
      this.#recent = bucket;
    }
    if (bucket.last && timer.when < bucket.last.when) bucket.sorted = false;
    bucket.append(timer);
    timer.bucket = bucket;
    this.size++;
  }

  /** Does nothing where the timer is not in the queue. */
  remove(timer: Timer): void {
    const { bucket, prev, next } = timer;
    if (!bucket) return;
    if (!prev) bucket.first = next;
    else prev.next = next;
    if (!next) bucket.last = prev;
    else next.prev = prev;
    timer.bucket = timer.prev = timer.next = null;
    this.size--;
    // The bucket in use may be filled again at once: timeouts come and go within a millisecond.
    if (!bucket.first && bucket !== this.#recent) this.#close(bucket);
  }

  /** The timer that is due first, or null. */
  first(): Timer | null {
    if (this.size === 0) return null;
    let bucket = this.#heap[0] as Bucket;
    if (!bucket.first) {
      this.#close(bucket);
      bucket = this.#heap[0] as Bucket;
    }
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
    if (this.#recent === bucket) this.#recent = undefined;
    const last = this.#heap.pop() as Bucket;
    if (last !== bucket) this.#place(last, bucket.index);
  }

  /** Puts a bucket into the heap, beginning at a hole in it: the hole moves up, or down, as far as it has to. */
  #place(bucket: Bucket, hole: number): void {
    const heap = this.#heap;
    let index = hole;
    const moveHole = (to: number): void => {
      const other = heap[to] as Bucket;
      heap[index] = other;
      other.index = index;
      index = to;
    };
    const tickAt = (at: number): number => heap[at]?.tick ?? NEVER;
    while (index > 0 && tickAt((index - 1) >> 1) > bucket.tick) moveHole((index - 1) >> 1);
    for (;;) {
      const left = index * 2 + 1;
      const child = tickAt(left + 1) < tickAt(left) ? left + 1 : left;
      if (tickAt(child) >= bucket.tick) break;
      moveHole(child);
    }
    heap[index] = bucket;
    bucket.index = index;
  }
}
