/** The events of a trace in memory, with a limit: of what is more, the oldest goes, by the chunk. */
import { EXIT, eachEvent, FIELDS, LOST, SPAWN, UNITS_PER_MS } from "./instrumentFormat.js";

const CHUNK = 1 << 16;
/** The most bytes that one event takes: a kind, a time, five fields. */
const LONGEST = 1 + 6 * 8;

interface Chunk {
  readonly bytes: Uint8Array;
  size: number;
  count: number;
  /** The time of the event before its first one. */
  readonly after: number;
}

export class EventStream {
  readonly #limit: number;
  readonly #chunks: Chunk[] = [];
  /** Of tasks that were spawned in a chunk that is gone and had not ended in it: the fields of that event. */
  readonly #carried: Map<number, readonly number[]> = new Map();
  #chunk: Chunk;
  /** The time of the last event. */
  #units = 0;
  /** Events that are kept. */
  count = 0;
  dropped = 0;

  /** @param limit - how many events are kept at least, where there are as many; a chunk of them more at most */
  constructor(limit: number) {
    this.#limit = limit;
    this.#chunk = this.#begin();
  }

  /** @param time - milliseconds since the recording began */
  write(time: number, kind: number, a = 0, b = 0, c = 0, d = 0, e = 0): void {
    if (this.#chunk.size + LONGEST > CHUNK) this.#chunk = this.#begin();
    const chunk = this.#chunk;
    const { bytes } = chunk;
    const units = Math.max(this.#units, Math.round(time * UNITS_PER_MS));
    let at = chunk.size;
    bytes[at++] = kind;
    at = put(bytes, at, units - this.#units);
    const fields = FIELDS[kind] as number;
    if (fields > 0) at = put(bytes, at, a);
    if (fields > 1) at = put(bytes, at, b);
    if (fields > 2) at = put(bytes, at, c);
    if (fields > 3) at = put(bytes, at, d);
    if (fields > 4) at = put(bytes, at, e);
    chunk.size = at;
    chunk.count++;
    this.#units = units;
    this.count++;
  }

  #begin(): Chunk {
    const chunk = { bytes: new Uint8Array(CHUNK), size: 0, count: 0, after: this.#units };
    this.#chunks.push(chunk);
    const [oldest] = this.#chunks as [Chunk];
    if (oldest !== chunk && this.count - oldest.count >= this.#limit) {
      this.#chunks.shift();
      this.count -= oldest.count;
      this.dropped += oldest.count;
      this.#carry(oldest);
    }
    return chunk;
  }

  #carry({ bytes, size }: Chunk): void {
    for (let at = 0; at < size; ) {
      const kind = bytes[at] as number;
      const begin = at++;
      // The time, and the fields: each ends with a byte below 128.
      for (let left = 1 + (FIELDS[kind] as number); left > 0; at++) if ((bytes[at] as number) < 128) left--;
      if (kind !== SPAWN && kind !== EXIT) continue;
      eachEvent(bytes.subarray(begin, at), ({ fields }) => {
        if (kind === SPAWN) this.#carried.set(fields[0] as number, [...fields]);
        else this.#carried.delete(fields[0] as number);
      });
    }
  }

  /** All that is kept, as one stream: in front of it the tasks that were there when what was given up ended. */
  bytes(): Uint8Array {
    const parts = this.#chunks.map(({ bytes, size }) => bytes.subarray(0, size));
    if (this.dropped > 0) parts.unshift(this.#head());
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #head(): Uint8Array {
    const head = new Uint8Array(LONGEST * (1 + this.#carried.size));
    head[0] = LOST;
    let size = put(head, 1, (this.#chunks[0] as Chunk).after);
    for (const fields of this.#carried.values()) {
      head[size++] = SPAWN;
      head[size++] = 0;
      for (const field of fields) size = put(head, size, field);
    }
    return head.subarray(0, size);
  }
}

/** Writes a number as LEB128; gives the place behind it. */
function put(bytes: Uint8Array, at: number, value: number): number {
  while (value > 127) {
    bytes[at++] = (value % 128) | 128;
    value = Math.floor(value / 128);
  }
  bytes[at++] = value;
  return at;
}
