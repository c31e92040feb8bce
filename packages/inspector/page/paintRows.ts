import { type Brush, FONT, fittingText } from "./brush.js";
import { duration } from "./format.js";
import { BLOCK, READY, RUNNING, type TaskLane, WAITING } from "./model.js";
import { eachSpan } from "./spans.js";
import { ROWS_TOP } from "./view.js";

/** Of what is drawn, by what the task does: as parts of the height of a row. */
const PARTS = [0.75, 0.4, 0.58] as const;
const BLOCKING = 3;
/** From this width on corners are round: it costs as much as ten rectangles. */
const ROUND = 14;
const LEAST_TEXT = 46;

/** Rectangles of one colour, four numbers each. To change the colour for each of thousands would cost more than to draw them. */
type Batch = number[];

interface Label {
  readonly kind: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The lanes of the tasks that are on the screen. */
export function paintRows(brush: Brush): void {
  const { context, colours, state } = brush;
  const { view, rows, selected, hovered } = state;
  const fills = [colours.running, colours.ready, colours.waiting, colours.block];
  const batches: Batch[] = [[], [], [], []];
  const crowds: Batch[][] = [[], []];
  const labels: Label[] = [];
  for (let row = Math.max(0, view.rowAt(ROWS_TOP)); row < rows.length; row++) {
    const top = view.rowTop(row);
    if (top > view.height) break;
    const task = rows[row] as TaskLane;
    if (task === selected || task === hovered) {
      context.fillStyle = task === selected ? colours.selected : colours.hovered;
      context.fillRect(view.left, top, view.plot, view.row);
    }
    paintDashes(brush, top + view.row - 1);
    collect(brush, task, top + view.row / 2, batches, crowds, labels);
  }
  for (const kind of [WAITING, READY, RUNNING, BLOCKING]) {
    context.fillStyle = fills[kind] as string;
    fill(context, batches[kind] as Batch);
    for (const [share, batch] of (crowds[kind] ?? []).entries()) {
      context.globalAlpha = 0.3 + 0.7 * (share / 8);
      fill(context, batch ?? []);
    }
    context.globalAlpha = 1;
  }
  context.textAlign = "left";
  context.font = `11px ${FONT}`;
  for (const { kind, text, x, y, width } of labels) {
    context.fillStyle =
      kind === WAITING ? colours["waiting-text"] : kind === BLOCKING ? "#fff" : colours["running-text"];
    fittingText(context, text, x, y, width);
  }
}

const DASH = 10;

/** The paint between two lanes of a highway. It moves with the time. */
function paintDashes({ context, colours, state: { view } }: Brush, y: number): void {
  const phase = (view.from / view.scale) % (2 * DASH);
  context.fillStyle = colours.line;
  for (let x = view.left - phase - 2 * DASH; x < view.left + view.plot; x += 2 * DASH)
    context.fillRect(Math.round(x), y, DASH, 1);
}

function collect(
  { state: { view, model } }: Brush,
  task: TaskLane,
  middle: number,
  batches: readonly Batch[],
  crowds: readonly Batch[][],
  labels: Label[],
): void {
  const { segments } = model;
  const heights = PARTS.map((part) => Math.round(view.row * part));
  const put = (batch: Batch, kind: number, from: number, to: number): void => {
    const height = heights[kind] as number;
    const x = Math.round(from);
    // A gap of a pixel tells two of them apart.
    const width = Math.max(1, Math.round(to) - x - (to - from > 3 ? 1 : 0));
    batch.push(x, Math.round(middle - height / 2), width, height);
  };
  eachSpan(segments, task.first, task.last, view, {
    span(at, from, to) {
      const kind = segments.kind[at] as 0 | 1 | 2;
      const time = (segments.to[at] as number) - (segments.from[at] as number);
      const look = kind === RUNNING && time >= BLOCK ? BLOCKING : kind;
      put(batches[look] as Batch, kind, from, to);
      const width = to - from;
      if (width < LEAST_TEXT) return;
      const text =
        look === BLOCKING
          ? `blocks the lane for ${duration(time)}`
          : kind === WAITING
            ? model.waitAndPlace(at)
            : kind === READY
              ? "ready: the lane is taken"
              : "runs";
      if (kind !== READY || width > 150)
        labels.push({ kind: look, text, x: from + 6, y: middle + 0.5, width: width - 12 });
    },
    crowd(from, to, shares) {
      if (shares[WAITING] > 0) put(batches[WAITING] as Batch, WAITING, from, to);
      for (const kind of [READY, RUNNING] as const) {
        const share = shares[kind];
        if (share === 0) continue;
        const own = crowds[kind] as Batch[];
        own[share] ??= [];
        put(own[share], kind, from, to);
      }
    },
  });
}

function fill(context: CanvasRenderingContext2D, batch: Batch): void {
  for (let at = 0; at < batch.length; at += 4) {
    const x = batch[at] as number;
    const y = batch[at + 1] as number;
    const width = batch[at + 2] as number;
    const height = batch[at + 3] as number;
    if (width < ROUND) context.fillRect(x, y, width, height);
    else {
      context.beginPath();
      context.roundRect(x, y, width, height, 3);
      context.fill();
    }
  }
}
