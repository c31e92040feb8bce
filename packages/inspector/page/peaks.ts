const STEP = 8;

/** A number that changes at certain times, and its peaks between any two times. */
export class Peaks {
  readonly highest: number;
  readonly #times: Float64Array;
  /** The values, then the peaks of each eight of those before. */
  readonly #levels: Float64Array[];

  /** @param values - of each time the value from there to the next */
  constructor(times: readonly number[], values: readonly number[]) {
    this.#times = Float64Array.from(times);
    let level = Float64Array.from(values);
    this.#levels = [level];
    while (level.length > 1) {
      const next = new Float64Array(Math.ceil(level.length / STEP));
      for (let at = 0; at < level.length; at++) {
        const to = Math.floor(at / STEP);
        next[to] = Math.max(next[to] as number, level[at] as number);
      }
      this.#levels.push(next);
      level = next;
    }
    this.highest = level[0] ?? 0;
  }

  /** The peak from one time to before another. */
  between(from: number, to: number): number {
    let first = Math.max(0, this.#indexAfter(from) - 1);
    let last = this.#indexAfter(to);
    let peak = 0;
    for (const level of this.#levels) {
      while (first < last && first % STEP !== 0) peak = Math.max(peak, level[first++] as number);
      while (first < last && last % STEP !== 0) peak = Math.max(peak, level[--last] as number);
      if (first >= last) break;
      first /= STEP;
      last /= STEP;
    }
    return peak;
  }

  #indexAfter(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
