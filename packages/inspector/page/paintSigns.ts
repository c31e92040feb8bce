import type { Brush } from "./brush.js";
import type { Mark } from "./model.js";
import { ROWS_TOP } from "./view.js";

/** More arrows than these make a picture darker and not clearer: then those of the task that is selected or pointed at are shown. */
const MOST_ARROWS = 150;
/** Of the selected task, those next to the time that was clicked on. */
const MOST_OWN = 30;

/** Who made whom, and who woke whom. */
export function paintArrows({ context, colours, state }: Brush): void {
  const { view, model, rowOf, selected, hovered } = state;
  const { arrows } = model;
  const chosen = selected ?? hovered;
  let first = firstAfter(arrows, view.from - 0.0001, ({ to }) => to);
  const shown: (typeof arrows)[number][] = [];
  const all = firstAfter(arrows, view.to, ({ to }) => to) - first;
  for (let seen = 0; first < arrows.length && seen < 200_000; first++, seen++) {
    const arrow = arrows[first] as (typeof arrows)[number];
    if (arrow.from > view.to && arrow.to > view.to) break;
    const mine = chosen !== null && (arrow.a === chosen.id || arrow.b === chosen.id);
    if (!mine && all > 5000) continue;
    const a = rowOf.get(arrow.a);
    const b = rowOf.get(arrow.b);
    if (a === undefined || b === undefined) continue;
    const top = view.rowTop(Math.min(a, b)) + view.row;
    const bottom = view.rowTop(Math.max(a, b));
    if (mine || (bottom > ROWS_TOP - 2 * view.row && top < view.height + 2 * view.row)) shown.push(arrow);
  }
  const isOwn = (arrow: (typeof arrows)[number]): boolean =>
    chosen !== null && (arrow.a === chosen.id || arrow.b === chosen.id);
  const own = shown.filter(isOwn);
  const middle = selected ? state.at : (view.from + view.to) / 2;
  if (own.length > MOST_OWN) own.sort((a, b) => Math.abs(a.to - middle) - Math.abs(b.to - middle)).length = MOST_OWN;
  const others = shown.length > MOST_ARROWS || selected ? [] : shown.filter((arrow) => !isOwn(arrow));
  // Dashes are painted one by one, also those far out of sight: of an arrow to the ten thousandth row some thirty thousand.
  const nearby = (y: number): number => Math.max(-view.height, Math.min(2 * view.height, y));
  context.lineWidth = 1.5;
  for (const arrow of [...others, ...own]) {
    const x0 = view.x(arrow.from);
    const y0 = nearby(view.rowTop(rowOf.get(arrow.a) as number) + view.row / 2);
    const x1 = view.x(arrow.to);
    const y1 = nearby(view.rowTop(rowOf.get(arrow.b) as number) + view.row / 2);
    const down = Math.sign(y1 - y0) || 1;
    context.strokeStyle = context.fillStyle = arrow.kind === "spawn" ? colours.spawn : colours.wake;
    context.setLineDash(arrow.kind === "spawn" ? [] : [4, 3]);
    context.globalAlpha = isOwn(arrow) ? 1 : 0.75;
    const tip = y1 - down * 9;
    const bend = Math.min(60, Math.abs(tip - y0) * 0.6);
    context.beginPath();
    context.moveTo(x0, y0 + down * 6);
    context.bezierCurveTo(x0, y0 + down * (6 + bend), x1, tip - down * (4 + bend), x1, tip - down * 4);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x1, tip + down * 1.5);
    context.lineTo(x1 - 4, tip - down * 5);
    context.lineTo(x1 + 4, tip - down * 5);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Cancellations, errors and the ends that they made. */
export function paintMarks({ context, colours, state }: Brush): void {
  const { view, model, rowOf } = state;
  const { marks } = model;
  const firstRow = view.rowAt(ROWS_TOP) - 1;
  const lastRow = view.rowAt(view.height) + 1;
  const lastX = new Map<number, number>();
  for (let at = firstAfter(marks, view.from, ({ time }) => time); at < marks.length; at++) {
    const mark = marks[at] as Mark;
    if (mark.time > view.to) break;
    const row = rowOf.get(mark.task);
    if (row === undefined || row < firstRow || row > lastRow) continue;
    const x = view.x(mark.time);
    // One of several in one place is enough; that of an end is the last.
    const ends = mark.kind === "error" || mark.kind === "cancelled";
    if (!ends && x - (lastX.get(row) ?? -100) < 7) continue;
    lastX.set(row, x);
    const y = view.rowTop(row) + view.row / 2;
    if (ends) paintEnd(context, x, y, mark.kind === "error" ? colours.error : colours.cancel, mark.kind === "error");
    else {
      context.fillStyle = colours.cancel;
      context.beginPath();
      context.moveTo(x, y - 3);
      context.lineTo(x - 5, y - 11);
      context.lineTo(x + 5, y - 11);
      context.fill();
    }
  }
}

/** A cross for an error, a barred circle for a cancellation. */
function paintEnd(context: CanvasRenderingContext2D, x: number, y: number, colour: string, isError: boolean): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 3, y + (isError ? -3 : 3));
  context.lineTo(x + 3, y + (isError ? 3 : -3));
  if (isError) {
    context.moveTo(x - 3, y + 3);
    context.lineTo(x + 3, y - 3);
  }
  context.stroke();
}

function firstAfter<T>(values: readonly T[], time: number, timeOf: (value: T) => number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(values[middle] as T) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
