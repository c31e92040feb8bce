/**
 * First in, first out: the ready queue of the loop, and the items of queues and channels.
 *
 * A ring in an array whose size is a power of two: push and shift are a store, a load and a mask (2 to 3 ns), and nothing is
 * allocated per entry.
 */
const SMALLEST = 16;

export class Ring<T> {
  slots: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  head = 0;
  size = 0;

  push(item: T): void {
    if (this.size === this.slots.length) this.#resize(this.size * 2);
    this.slots[(this.head + this.size++) & (this.slots.length - 1)] = item;
  }

  /** Call only where `size` is not 0. */
  shift(): T {
    const head = this.head;
    const item = this.slots[head] as T;
    this.slots[head] = undefined;
    this.head = (head + 1) & (this.slots.length - 1);
    this.size--;
    return item;
  }

  /** Gives the memory of a burst back; to be called where it is found empty and not much is going on. */
  shrink(): void {
    if (this.size === 0 && this.slots.length > 4096) this.#resize(SMALLEST);
  }

  #resize(capacity: number): void {
    const items = new Array<T | undefined>(capacity).fill(undefined);
    const { size } = this;
    for (let index = 0; index < size; index++) items[index] = this.shift();
    this.slots = items;
    this.head = 0;
    this.size = size;
  }
}

/** Puts something in front of all others. */
export function unshift<T>(ring: Ring<T>, item: T): void {
  // Makes room.
  ring.push(item);
  const { slots } = ring;
  const mask = slots.length - 1;
  slots[(ring.head + ring.size - 1) & mask] = undefined;
  ring.head = (ring.head - 1) & mask;
  slots[ring.head] = item;
}
