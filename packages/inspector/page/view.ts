/** Which part of the trace is on the screen. All lengths are in CSS pixels, all times in milliseconds. */
const LEAST_ROW = 24;
const MOST_ROW = 38;
/** From top to bottom: the overview, the axis, the lane of the loop, the queue in front of it. */
export const OVERVIEW = { top: 0, height: 26 } as const;
export const AXIS = { top: 26, height: 22 } as const;
export const LANE = { top: 50, height: 40 } as const;
export const QUEUE = { top: 92, height: 28 } as const;
export const ROWS_TOP = 128;

/** The least that is shown: a tenth of a microsecond a pixel makes no sense. */
const SHORTEST = 0.002;

export class View {
  from = 0;
  to: number;
  scroll = 0;
  rowCount = 0;
  width = 800;
  height = 600;
  readonly #duration: number;
  #target: { from: number; to: number } | null = null;

  constructor(duration: number) {
    this.#duration = duration;
    this.to = duration;
    this.fit();
    this.animate(true);
  }

  /** Where the names of tasks end and time begins. */
  get left(): number {
    return Math.min(250, Math.max(110, this.width * 0.2));
  }

  /** The height of a row: the fewer there are, the higher. */
  get row(): number {
    const space = (this.height - ROWS_TOP - 8) / Math.max(1, this.rowCount);
    return Math.floor(Math.min(MOST_ROW, Math.max(LEAST_ROW, space)));
  }

  get plot(): number {
    return Math.max(1, this.width - this.left - 10);
  }

  /** Milliseconds a pixel. */
  get scale(): number {
    return (this.to - this.from) / this.plot;
  }

  x(time: number): number {
    return this.left + (time - this.from) / this.scale;
  }

  time(x: number): number {
    return this.from + (x - this.left) * this.scale;
  }

  rowTop(row: number): number {
    return ROWS_TOP + row * this.row - this.scroll;
  }

  /** The row at a height; -1 above the rows. */
  rowAt(y: number): number {
    return y < ROWS_TOP ? -1 : Math.floor((y - ROWS_TOP + this.scroll) / this.row);
  }

  get mostScroll(): number {
    return Math.max(0, this.rowCount * this.row - (this.height - ROWS_TOP) + 8);
  }

  scrollBy(pixels: number): void {
    this.scroll = Math.min(this.mostScroll, Math.max(0, this.scroll + pixels));
  }

  reveal(row: number): void {
    const top = row * this.row;
    const space = this.height - ROWS_TOP;
    if (top < this.scroll) this.scroll = top;
    else if (top + this.row * 2 > this.scroll + space) this.scroll = top + this.row * 2 - space;
    this.scrollBy(0);
  }

  pan(time: number): void {
    const { from, to } = this.#target ?? this;
    this.#set(from + time, to + time);
    this.#target = null;
  }

  /** @param factor - below 1: nearer */
  zoom(factor: number, around: number = (this.from + this.to) / 2): void {
    const span = Math.min(this.#duration * 1.2, Math.max(SHORTEST, (this.to - this.from) * factor));
    const share = (around - this.from) / (this.to - this.from);
    this.#set(around - span * share, around + span * (1 - share));
    this.#target = null;
  }

  /** Goes there in some frames. */
  show(from: number, to: number): void {
    const margin = Math.max((to - from) * 0.03, SHORTEST / 2);
    this.#target = this.#within(from - margin, to + margin);
  }

  fit(): void {
    this.show(0, this.#duration);
  }

  /** Moves towards what is to be shown; false where it is there. */
  animate(still: boolean): boolean {
    const target = this.#target;
    if (!target) return false;
    const span = this.to - this.from;
    const near = Math.abs(target.from - this.from) + Math.abs(target.to - this.to) < (target.to - target.from) / 500;
    if (still || near || span <= 0) {
      this.from = target.from;
      this.to = target.to;
      this.#target = null;
    } else {
      this.from += (target.from - this.from) * 0.3;
      this.to += (target.to - this.to) * 0.3;
    }
    return true;
  }

  #set(from: number, to: number): void {
    const within = this.#within(from, to);
    this.from = within.from;
    this.to = within.to;
  }

  /** At least a fifth of the picture is of the trace. */
  #within(from: number, to: number): { from: number; to: number } {
    const span = to - from;
    const first = Math.min(Math.max(from, -span * 0.8), this.#duration - span * 0.2);
    return { from: first, to: first + span };
  }
}
