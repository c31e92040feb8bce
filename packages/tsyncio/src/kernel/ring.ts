/**
 * First in, first out: the ready queue of the loop, and the items of queues and channels.
 *
 * A ring in an array whose size is a power of two: push and shift are a store, a load and a mask (2 to 3 ns), and nothing is
 * allocated per entry.
 */
const SMALLEST = 16;

export class Ring<T> {
  #items: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  #head = 0;
  size = 0;

  push(item: T): void {
    if (this.size === this.#items.length) this.#resize(this.size * 2);
    this.#items[(this.#head + this.size++) & (this.#items.length - 1)] = item;
  }

  /** Call only where `size` is not 0. */
  shift(): T {
    const head = this.#head;
    const item = this.#items[head] as T;
    this.#items[head] = undefined;
    this.#head = (head + 1) & (this.#items.length - 1);
    this.size--;
    return item;
  }

  /** As `shift`, with some left waiting before the one that is taken; costs a step for each of them. */
  shiftBehind(count: number): T {
    const items = this.#items;
    const mask = items.length - 1;
    let at = this.#head + count;
    const item = items[at & mask];
    for (; count > 0; count--, at--) items[at & mask] = items[(at - 1) & mask];
    items[at & mask] = item;
    return this.shift();
  }

  /** Gives the memory of a burst back; to be called where it is found empty and not much is going on. */
  shrink(): void {
    if (this.size === 0 && this.#items.length > 4096) this.#resize(SMALLEST);
  }

  #resize(capacity: number): void {
    const items = new Array<T | undefined>(capacity).fill(undefined);
    const { size } = this;
    for (let index = 0; index < size; index++) items[index] = this.shift();
    this.#items = items;
    this.#head = 0;
    this.size = size;
  }
}
