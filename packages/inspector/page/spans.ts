import type { Columns } from "./columns.js";

/** A rectangle for spans that are seen, or a column of pixels for many that are too short. */
export interface SpanPainter {
  span(at: number, x0: number, x1: number): void;
  /** @param shares - by kind: how much of the time of these pixels it takes, in steps of an eighth */
  crowd(x0: number, x1: number, shares: readonly [number, number, number]): void;
}

/**
 * Goes through the spans of a picture from left to right. What it costs depends on the pixels and not on the spans: those shorter than a
 * pixel are skipped together.
 */
export function eachSpan<T>(
  columns: Columns<T>,
  first: number,
  last: number,
  view: { readonly from: number; readonly to: number; readonly left: number; readonly scale: number },
  painter: SpanPainter,
): void {
  const { from, to } = columns;
  const { left, scale } = view;
  let crowdFrom = 0;
  let crowdTo = -1;
  let shares: readonly [number, number, number] = [0, 0, 0];
  const flush = (): void => {
    if (crowdTo > crowdFrom) painter.crowd(crowdFrom, crowdTo, shares);
    crowdTo = -1;
  };
  let at = columns.firstEndingAfter(view.from, first, last);
  while (at < last && (from[at] as number) < view.to) {
    const x0 = left + ((from[at] as number) - view.from) / scale;
    const x1 = left + ((to[at] as number) - view.from) / scale;
    if (x1 - x0 >= 1) {
      flush();
      painter.span(at, Math.max(x0, left), Math.min(x1, left + (view.to - view.from) / scale));
      at++;
      continue;
    }
    const pixel = Math.floor(x0);
    const until = view.from + (pixel + 1 - left) * scale;
    const next = Math.max(at + 1, columns.firstEndingAfter(until, at + 1, last));
    const share = (kind: number): number => Math.min(8, Math.ceil((columns.sum(kind, at, next) / scale) * 8));
    const now = [share(0), share(1), share(2)] as const;
    if (pixel !== crowdTo || now.some((value, kind) => value !== shares[kind])) {
      flush();
      crowdFrom = Math.max(pixel, left);
      shares = now;
    }
    crowdTo = pixel + 1;
    at = next;
  }
  flush();
}
