/** Drawing the picture: the overview, the axis, the lane of the loop with its queue, and the tasks. */
import { type Brush, FONT, fittingText } from "./brush.js";
import { duration, tick } from "./format.js";
import { BLOCK } from "./model.js";
import { paintRows } from "./paintRows.js";
import { paintArrows, paintMarks } from "./paintSigns.js";
import { eachSpan } from "./spans.js";
import { AXIS, LANE, OVERVIEW, QUEUE, ROWS_TOP } from "./view.js";

/** The whole picture. */
export function paint(brush: Brush, overview: HTMLCanvasElement | null): void {
  const { context, colours, state } = brush;
  const { view } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, view.width, view.height);
  context.textBaseline = "middle";
  inPlot(brush, ROWS_TOP - 4, view.height, () => {
    paintGrid(brush, ROWS_TOP - 4, view.height);
    paintRows(brush);
    paintArrows(brush);
    paintMarks(brush);
  });
  paintNames(brush);
  inPlot(brush, AXIS.top, ROWS_TOP - 4, () => {
    paintGrid(brush, AXIS.top, ROWS_TOP - 4);
    paintAxis(brush);
    paintLane(brush);
    paintQueue(brush);
  });
  paintHeads(brush);
  paintOverview(brush, overview);
  paintScrollBar(brush);
}

function inPlot({ context, state: { view } }: Brush, top: number, bottom: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(view.left, top, view.plot, bottom - top);
  context.clip();
  draw();
  context.restore();
}

/** The distance of two marks of the axis. */
function gridStep(scale: number): number {
  const least = scale * 90;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

function eachTick({ state: { view, model } }: Brush, visit: (time: number, x: number, step: number) => void): void {
  const step = gridStep(view.scale);
  const last = Math.min(view.to, model.duration);
  for (let time = Math.max(0, Math.ceil(view.from / step) * step); time <= last; time += step)
    visit(time, Math.round(view.x(time)) + 0.5, step);
}

function paintGrid(brush: Brush, top: number, bottom: number): void {
  const { context, colours } = brush;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  eachTick(brush, (_time, x) => {
    context.moveTo(x, top);
    context.lineTo(x, bottom);
  });
  context.stroke();
}

function paintAxis(brush: Brush): void {
  const { context, colours } = brush;
  context.fillStyle = colours.muted;
  context.font = `11px ${FONT}`;
  context.textAlign = "left";
  eachTick(brush, (time, x, step) => context.fillText(tick(time, step), x + 4, AXIS.top + AXIS.height / 2));
}

/** The single lane: a road on which one thing at a time is. */
function paintLane(brush: Brush): void {
  const { context, colours, state } = brush;
  const { view, model, selected } = state;
  const { lane } = model;
  const x0 = Math.max(view.left, view.x(0));
  const x1 = Math.min(view.left + view.plot, view.x(model.duration));
  context.fillStyle = colours.road;
  context.beginPath();
  context.roundRect(x0, LANE.top, Math.max(0, x1 - x0), LANE.height, 4);
  context.fill();
  context.strokeStyle = colours.paint;
  context.lineWidth = 1.5;
  context.setLineDash([14, 12]);
  context.lineDashOffset = (view.from / view.scale) % 26;
  context.beginPath();
  context.moveTo(x0 + 4, LANE.top + LANE.height / 2);
  context.lineTo(x1 - 4, LANE.top + LANE.height / 2);
  context.stroke();
  context.setLineDash([]);
  const top = LANE.top + 5;
  const height = LANE.height - 10;
  const others = selected ? 0.45 : 1;
  context.font = `600 11px ${FONT}`;
  eachSpan(lane, 0, lane.length, view, {
    span(at, from, to) {
      const task = lane.owner[at] as number;
      const own = selected !== null && task === selected.id;
      const long = (lane.to[at] as number) - (lane.from[at] as number) >= BLOCK;
      context.globalAlpha = own ? 1 : others;
      context.fillStyle = long ? colours.block : lane.kind[at] === 0 ? colours.running : colours.muted;
      const wide = to - from > 3;
      context.fillRect(from, top, wide ? to - from - 0.5 : to - from, height);
      if (to - from < 34) return;
      context.fillStyle = long ? "#fff" : colours["running-text"];
      const text =
        (lane.info[at] as string) +
        (long ? ` blocks ${duration((lane.to[at] as number) - (lane.from[at] as number))}` : "");
      fittingText(context, text, from + 5, top + height / 2 + 0.5, to - from - 10);
    },
    crowd(from, to, shares) {
      context.globalAlpha = others * (0.25 + 0.75 * (Math.min(8, shares[0] + shares[1]) / 8));
      context.fillStyle = shares[0] > 0 ? colours.running : colours.muted;
      context.fillRect(from, top, to - from, height);
    },
  });
  context.globalAlpha = 1;
  for (const { from, to } of model.blocks) {
    const a = view.x(from);
    const b = view.x(to);
    if (b < view.left || a > view.left + view.plot || b - a > 3) continue;
    context.fillStyle = colours.block;
    context.fillRect(a - 1, top, 3, height);
  }
}

/** How many tasks are ready and have to wait for the lane. */
function paintQueue({ context, colours, state }: Brush): void {
  const { view, model } = state;
  const { queue } = model;
  const bottom = QUEUE.top + QUEUE.height;
  const unit = (QUEUE.height - 4) / Math.max(4, queue.highest);
  const last = Math.min(view.left + view.plot, view.x(model.duration));
  context.fillStyle = colours.ready;
  context.beginPath();
  for (let x = Math.max(view.left, Math.floor(view.x(0))); x < last; x++) {
    const peak = queue.between(view.time(x), view.time(x + 1));
    if (peak > 0) context.rect(x, bottom - peak * unit, 1, peak * unit);
  }
  context.fill();
  context.fillStyle = colours.line;
  context.fillRect(view.left, bottom, view.plot, 1);
}

/** What stands to the left of the lane and its queue. */
function paintHeads({ context, colours, state }: Brush): void {
  const { view, model } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, AXIS.top, view.left, ROWS_TOP - 4 - AXIS.top);
  context.textAlign = "left";
  context.fillStyle = colours.text;
  context.font = `600 13px ${FONT}`;
  fittingText(context, "Event loop: one lane", 12, LANE.top + 13, view.left - 20);
  context.font = `11px ${FONT}`;
  context.fillStyle = colours.muted;
  const busy = Math.round((100 * model.busy) / model.duration);
  fittingText(context, `${model.tasks.size} tasks share it: busy ${busy} %`, 12, LANE.top + 30, view.left - 20);
  fittingText(
    context,
    `ready in front of it: up to ${model.mostReady}`,
    12,
    QUEUE.top + QUEUE.height / 2 + 4,
    view.left - 20,
  );
  context.fillStyle = colours.line;
  context.fillRect(0, ROWS_TOP - 5, view.width, 1);
}

function paintNames({ context, colours, state }: Brush): void {
  const { view, rows, selected, hovered } = state;
  const first = Math.max(0, view.rowAt(ROWS_TOP));
  context.save();
  context.beginPath();
  context.rect(0, ROWS_TOP - 4, view.left, view.height - ROWS_TOP + 4);
  context.clip();
  context.textAlign = "left";
  for (let row = first; row < rows.length; row++) {
    const top = view.rowTop(row);
    if (top > view.height) break;
    const task = rows[row] as (typeof rows)[number];
    if (task === selected || task === hovered) {
      context.fillStyle = task === selected ? colours.selected : colours.hovered;
      context.fillRect(0, top, view.left, view.row);
    }
    const indent = 12 + Math.min(task.depth, 8) * 11;
    if (task.depth > 0) {
      context.strokeStyle = colours.line;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(indent - 7, top);
      context.lineTo(indent - 7, top + view.row / 2);
      context.lineTo(indent - 2, top + view.row / 2);
      context.stroke();
    }
    const sign =
      task.ending === "error" ? "✕" : task.ending === "cancelled" ? "⊘" : task.ending === "unfinished" ? "…" : "";
    context.fillStyle =
      task.ending === "error" ? colours.error : task.ending === "cancelled" ? colours.cancel : colours.muted;
    context.font = `600 12px ${FONT}`;
    if (sign) context.fillText(sign, view.left - 18, top + view.row / 2 + 0.5);
    context.fillStyle = colours.text;
    context.font = `${task === selected ? 600 : 500} 12px ${FONT}`;
    const space = view.left - indent - 24;
    const used = fittingText(context, task.name, indent + 1, top + view.row / 2 + 0.5, space);
    if (task.fn && task.fn !== task.name && space - used > 30) {
      context.fillStyle = colours.muted;
      context.font = `11px ${FONT}`;
      fittingText(context, task.fn, indent + used + 8, top + view.row / 2 + 0.5, space - used - 8);
    }
  }
  context.restore();
}

/** The overview: the lane from begin to end, and which part of it is shown. */
export function makeOverview({ colours, state }: Omit<Brush, "context">, ratio: number): HTMLCanvasElement {
  const { view, model } = state;
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(view.plot * ratio);
  canvas.height = OVERVIEW.height * ratio;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  const whole = { from: 0, to: model.duration, left: 0, scale: model.duration / view.plot };
  const { lane } = model;
  const height = OVERVIEW.height - 8;
  const draw = (x0: number, x1: number, share: number): void => {
    context.globalAlpha = 0.3 + 0.7 * share;
    context.fillRect(x0, 4 + height * (1 - share) * 0.6, Math.max(1, x1 - x0), height * (0.4 + 0.6 * share));
  };
  context.fillStyle = colours.running;
  eachSpan(lane, 0, lane.length, whole, {
    span: (_at, x0, x1) => draw(x0, x1, 1),
    crowd: (x0, x1, shares) => draw(x0, x1, Math.min(8, shares[0] + shares[1]) / 8),
  });
  context.globalAlpha = 1;
  context.fillStyle = colours.block;
  for (const { from, to } of model.blocks)
    context.fillRect(from / whole.scale, 4, Math.max(2, (to - from) / whole.scale), height);
  return canvas;
}

function paintOverview({ context, colours, state }: Brush, overview: HTMLCanvasElement | null): void {
  const { view, model } = state;
  context.fillStyle = colours.ground;
  context.fillRect(0, OVERVIEW.top, view.width, OVERVIEW.height);
  if (overview) context.drawImage(overview, view.left, OVERVIEW.top, view.plot, OVERVIEW.height);
  const x = (time: number): number =>
    view.left + (Math.min(model.duration, Math.max(0, time)) / model.duration) * view.plot;
  const a = x(view.from);
  const b = Math.max(a + 3, x(view.to));
  context.fillStyle = colours.accent;
  context.globalAlpha = 0.14;
  context.fillRect(a, OVERVIEW.top + 1, b - a, OVERVIEW.height - 2);
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
  context.strokeRect(a + 0.5, OVERVIEW.top + 1.5, b - a - 1, OVERVIEW.height - 3);
  context.fillStyle = colours.muted;
  context.font = `11px ${FONT}`;
  context.textAlign = "left";
  fittingText(context, `overview: ${duration(model.duration)}`, 12, OVERVIEW.top + OVERVIEW.height / 2, view.left - 20);
}

function paintScrollBar({ context, colours, state: { view } }: Brush): void {
  if (view.mostScroll === 0) return;
  const space = view.height - ROWS_TOP;
  const length = Math.max(24, (space * space) / (space + view.mostScroll));
  const top = ROWS_TOP + (space - length) * (view.scroll / view.mostScroll);
  context.fillStyle = colours.muted;
  context.globalAlpha = 0.5;
  context.beginPath();
  context.roundRect(view.width - 8, top, 6, length, 3);
  context.fill();
  context.globalAlpha = 1;
}
