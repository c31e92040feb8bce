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

/** As `shift`, with some left waiting before the one that is taken; costs a step for each of them. */
export function shiftBehind<T>(ring: Ring<T>, count: number): T {
  const { slots } = ring;
  const mask = slots.length - 1;
  let at = ring.head + count;
  const item = slots[at & mask];
  for (; count > 0; count--, at--) slots[at & mask] = slots[(at - 1) & mask];
  slots[at & mask] = item;
  return ring.shift();
}
