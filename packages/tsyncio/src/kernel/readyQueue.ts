/**
 * The ready queue: what runs next, first in, first out.
 *
 * A ring in an array whose size is a power of two: push and shift are a store, a load and a mask (2 to 3 ns), and nothing is
 * allocated per entry. The entries are the tasks and handles themselves.
 */

/** Something the loop can run. `run` must not throw: a task and a handle deal with the errors of the code they call. */
export interface Runnable {
  run(): void;
}

const SMALLEST = 64;

export class ReadyQueue {
  #items: (Runnable | undefined)[] = new Array(SMALLEST).fill(undefined);
  #head = 0;
  size = 0;

  push(item: Runnable): void {
    if (this.size === this.#items.length) this.#resize(this.size * 2);
    this.#items[(this.#head + this.size++) & (this.#items.length - 1)] = item;
  }

  /** An iteration begins: how many entries it runs. Another queue may put them in order here. */
  iteration(): number {
    return this.size;
  }

  /** The next to run. Replaced where somebody wants to be around it; see `slowSteps.ts` of the runner. */
  take(): Runnable {
    return this.shift();
  }

  /** Call only where `size` is not 0. */
  shift(): Runnable {
    const head = this.#head;
    const item = this.#items[head] as Runnable;
    this.#items[head] = undefined;
    this.#head = (head + 1) & (this.#items.length - 1);
    this.size--;
    return item;
  }

  /** Gives the memory of a burst back; the loop calls it when it falls idle. */
  shrink(): void {
    if (this.size === 0 && this.#items.length > 4096) this.#resize(SMALLEST);
  }

  #resize(capacity: number): void {
    const items = new Array<Runnable | undefined>(capacity).fill(undefined);
    const { size } = this;
    for (let index = 0; index < size; index++) items[index] = this.shift();
    this.#items = items;
    this.#head = 0;
    this.size = size;
  }
}
