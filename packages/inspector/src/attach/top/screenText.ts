/** The lines of the live view. */
import { callText, headOf, loopText } from "../lookText.js";
import type { Look } from "../readTasks.js";
import type { TaskRow } from "../taskRows.js";
import { clean, duration, fit } from "../text.js";
import type { Arrangement, Sort } from "./arrange.js";

/** A line, and how it stands out. */
export interface ScreenLine {
  readonly text: string;
  readonly style: "plain" | "title" | "alarm" | "faint";
}

export interface Screen {
  readonly pid: number;
  readonly look: Look;
  /** Those that pass the filter, in their order. */
  readonly rows: readonly TaskRow[];
  readonly arrangement: Arrangement;
  /** What keeps the view from being renewed. */
  readonly trouble: string | undefined;
  /** Milliseconds between two looks. */
  readonly pause: number;
  readonly cwd: string;
}

interface ScreenColumn {
  readonly title: string;
  readonly sort?: Sort;
  /** Columns of the terminal, or a part of what is left. */
  readonly width: number;
  readonly share?: number;
  readonly of: (row: TaskRow) => string;
}

/** Above and below the rows. */
const FIXED_LINES = 5;

const COLUMNS: readonly ScreenColumn[] = [
  { title: "ID", sort: "id", width: 6, of: ({ id }) => String(id).padStart(6) },
  { title: "TASK", sort: "name", width: 12, share: 0.15, of: ({ name }) => name },
  { title: "COROUTINES", sort: "coroutines", width: 12, share: 0.15, of: ({ coroutines }) => coroutines },
  { title: "STATE", sort: "state", width: 9, of: ({ state }) => state },
  { title: "FOR", sort: "waited", width: 12, of: ({ waitedText }) => waitedText.padStart(12) },
  { title: "WAITS FOR", sort: "waitsFor", width: 14, share: 0.35, of: ({ waitsFor }) => waitsFor },
  { title: "AT", width: 10, share: 0.35, of: ({ at }) => at },
];

/** How many rows have a place on a terminal so high. */
export function pageOf(height: number): number {
  // The last line stays free, or the terminal would scroll.
  return Math.max(1, height - FIXED_LINES - 1);
}

export function screenLines(screen: Screen, width: number, height: number): ScreenLine[] {
  const { pid, look, rows, arrangement, trouble, pause, cwd } = screen;
  const { sort, reversed, filter, typing, paused, offset } = arrangement;
  const page = pageOf(height);
  const shown = rows.slice(offset, offset + page);
  const [tasks = "", waits = ""] = headOf(`process ${pid}`, look, cwd);
  const widths = widthsFor(width);
  const order = `sorted by ${titleOf(sort)}${reversed ? ", the other way round" : ""}`;
  const filtered = typing || filter !== "" ? ` · only with "${filter}${typing ? "_" : ""}": ${rows.length}` : "";
  const range = `${rows.length === 0 ? 0 : offset + 1}-${offset + shown.length} of ${rows.length}`;
  const line = (text: string, style: ScreenLine["style"] = "plain"): ScreenLine => ({ text: fit(text, width), style });
  return [
    line(`${tasks} · held up for ${duration(look.heldUp)} every ${duration(pause)}`),
    state(screen, line, waits),
    line(`${paused ? "PAUSED · " : ""}${order}${filtered}`, trouble === undefined && paused ? "alarm" : "plain"),
    line(
      cells(
        COLUMNS.map(({ title }, index) => (index === 4 ? title.padStart(12) : title)),
        widths,
      ),
      "title",
    ),
    ...shown.map((row) =>
      line(
        cells(
          COLUMNS.map(({ of }) => of(row)),
          widths,
        ),
      ),
    ),
    ...Array.from({ length: page - shown.length }, () => line("")),
    line(`q quit  s sort  r reverse  / filter  space pause  arrows, page up and down  ${range}`, "faint"),
  ];
}

function state(
  { look, trouble, cwd }: Screen,
  line: (text: string, style?: ScreenLine["style"]) => ScreenLine,
  waits: string,
): ScreenLine {
  if (trouble !== undefined) return line(clean(trouble), "alarm");
  const { loop, graph } = look;
  if (loop.state === "running") return line(`${waits === "" ? "" : `${waits} · `}${loopText(loop)}`);
  const running = graph.tasks.find((task) => task.state === "running");
  const [top] = loop.stack;
  const where = [running && `in task '${clean(running.name)}'`, top && callText(top, cwd)];
  return line([loopText(loop), ...where.filter(Boolean)].join(", "), "alarm");
}

function titleOf(sort: Sort): string {
  return COLUMNS.find((column) => column.sort === sort)?.title ?? sort;
}

function widthsFor(width: number): number[] {
  const least = COLUMNS.reduce((sum, column) => sum + column.width, 0) + 2 * (COLUMNS.length - 1);
  const left = Math.max(0, width - least);
  return COLUMNS.map(({ width: own, share = 0 }) => own + Math.floor(left * share));
}

function cells(texts: readonly string[], widths: readonly number[]): string {
  // Of a path the end tells more.
  const last = texts.length - 1;
  return texts.map((text, index) => fit(text, widths[index] as number, index === last ? "start" : "end")).join("  ");
}
