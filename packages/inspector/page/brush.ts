import type { Colours } from "./colours.js";
import type { State } from "./state.js";

export const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly colours: Colours;
  readonly state: State;
}

/** The width of texts, by font and text: measuring is slow. */
const widths = new Map<string, number>();

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const key = context.font + text;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 20_000) widths.clear();
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** Writes as much of a text as fits, with an ellipsis; gives the width of that. */
export function fittingText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  width: number,
): number {
  if (width < 14) return 0;
  const whole = widthOf(context, text);
  if (whole <= width) {
    context.fillText(text, x, y);
    return whole;
  }
  const letters = Math.floor(((width - 10) / whole) * text.length);
  if (letters < 2) return 0;
  context.fillText(`${text.slice(0, letters)}…`, x, y);
  return width;
}
