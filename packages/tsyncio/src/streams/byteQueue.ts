/** Bytes that have come and were not taken yet. Nothing is copied but where pieces must become one. */

const EMPTY: Buffer = Buffer.alloc(0);

export class ByteQueue {
  size = 0;
  #chunks: Buffer[] = [];
  /** Where pieces were put together: the memory, of which the first chunk is the part from `size` bytes before `#storeEnd` on. */
  #store: Buffer | null = null;
  #storeEnd = 0;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  /** All of it as one piece, which stays in the queue. Looking at ever more of it costs as much as what was added. */
  peek(): Buffer {
    const chunks = this.#chunks;
    if (chunks.length < 2) return chunks[0] ?? EMPTY;
    const first = chunks[0] as Buffer;
    const added = this.size - first.length;
    if (!this.#store || this.#storeEnd + added > this.#store.length) {
      // Twice as much as needed: the next pieces find room.
      this.#store = Buffer.allocUnsafeSlow(this.size * 2);
      this.#storeEnd = first.copy(this.#store);
    }
    const start = this.#storeEnd - first.length;
    for (let index = 1; index < chunks.length; index++) {
      this.#storeEnd += (chunks[index] as Buffer).copy(this.#store, this.#storeEnd);
    }
    this.#chunks = [this.#store.subarray(start, this.#storeEnd)];
    return this.#chunks[0] as Buffer;
  }

  /** The first `count` bytes, at most what there is. */
  take(count: number): Buffer {
    if (count >= this.size) return this.#takeAll();
    const first = this.#chunks[0] as Buffer;
    if (count < first.length) {
      this.#chunks[0] = first.subarray(count);
      this.size -= count;
      return first.subarray(0, count);
    }
    let rest = count;
    let index = 0;
    while (rest >= (this.#chunks[index] as Buffer).length) rest -= (this.#chunks[index++] as Buffer).length;
    const taken = this.#chunks.splice(0, index);
    this.#forgetStore();
    if (rest > 0) {
      const split = this.#chunks[0] as Buffer;
      taken.push(split.subarray(0, rest));
      this.#chunks[0] = split.subarray(rest);
    }
    this.size -= count;
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken, count);
  }

  #takeAll(): Buffer {
    const chunks = this.#chunks;
    let all: Buffer;
    if (chunks.length === 1) all = chunks.pop() as Buffer;
    else {
      all = Buffer.concat(chunks, this.size);
      this.#chunks = [];
    }
    this.size = 0;
    this.#forgetStore();
    return all;
  }

  #forgetStore(): void {
    this.#store = null;
    this.#storeEnd = 0;
  }
}
