/** Spans of time, one array a field. */
export class Columns<T> {
  owner: number[] = [];
  kind: number[] = [];
  from: number[] = [];
  to: number[] = [];
  info: T[] = [];
  /** By kind: how much of it there is before each span. */
  readonly before: Float64Array[] = [];
  /** The latest end of all up to each span: they may lie in one another. */
  #ends: Float64Array = new Float64Array();

  get length(): number {
    return this.owner.length;
  }

  add(owner: number, kind: number, from: number, to: number, info: T): void {
    this.owner.push(owner);
    this.kind.push(kind);
    this.from.push(from);
    this.to.push(to);
    this.info.push(info);
  }

  /** All spans of an owner together; they must not overlap. */
  sortByOwner(): void {
    this.#sort((a, b) => (this.owner[a] as number) - (this.owner[b] as number) || a - b);
    this.#ends = Float64Array.from(this.to);
  }

  sortByBegin(): void {
    this.#sort(
      (a, b) => (this.from[a] as number) - (this.from[b] as number) || (this.to[b] as number) - (this.to[a] as number),
    );
    let latest = 0;
    this.#ends = Float64Array.from(this.to, (to) => (latest = Math.max(latest, to)));
  }

  #sort(compare: (a: number, b: number) => number): void {
    const order = Uint32Array.from(this.owner.keys()).sort(compare);
    const pick = <V>(values: V[]): V[] => Array.from(order, (at) => values[at] as V);
    this.owner = pick(this.owner);
    this.kind = pick(this.kind);
    this.from = pick(this.from);
    this.to = pick(this.to);
    this.info = pick(this.info);
    for (let kind = 0; kind <= 2; kind++) {
      const sums = new Float64Array(this.length + 1);
      for (let at = 0; at < this.length; at++) {
        const own = this.kind[at] === kind ? (this.to[at] as number) - (this.from[at] as number) : 0;
        sums[at + 1] = (sums[at] as number) + own;
      }
      this.before.push(sums);
    }
  }

  /** The first of those from `first` to before `last` that ends after a time; `last` where none does. */
  firstEndingAfter(time: number, first = 0, last: number = this.length): number {
    let low = first;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** How much time spans of a kind take, of those from `first` to before `last`. */
  sum(kind: number, first: number, last: number): number {
    const sums = this.before[kind] as Float64Array;
    return (sums[last] as number) - (sums[first] as number);
  }
}
