/** Pieces of what is shown to people. */
import { isAbsolute, relative, sep } from "node:path";
import cliTruncate from "cli-truncate";
import stringWidth from "string-width";
import type { Place } from "./scripts.js";

/** A text of the other process: without characters that would steer the terminal, and on one line. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

/** `340 ms`, `12.3 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours === 0) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${hours} h ${twoDigits(minutes % 60)} min`;
}

/** `src/main.ts:12`; a file below the folder by its path from there. */
export function placeText(place: Place, cwd: string): string {
  return clean(`${pathText(place.file, cwd)}:${place.line}`);
}

/** A file below the folder by its path from there; what is no path stays as it is. */
export function pathText(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith(`..${sep}`) || file.includes("://") || !isAbsolute(file) ? file : path;
}

export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** To exactly so many columns of the terminal; what is too long loses its end, or its start. */
export function fit(text: string, width: number, lost: "end" | "start" = "end"): string {
  const cut = stringWidth(text) > width ? cliTruncate(text, width, { position: lost }) : text;
  return cut + " ".repeat(Math.max(0, width - stringWidth(cut)));
}

export interface Column {
  readonly title: string;
  /** The most columns of the terminal that it gets. */
  readonly most: number;
  readonly right?: boolean;
}

/** Rows beneath titles, each column as wide as it has to be; the last one is not padded. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title, most }, index) =>
    Math.min(most, Math.max(title.length, ...rows.map((row) => stringWidth(row[index] ?? "")))),
  );
  return [columns.map(({ title }) => title), ...rows].map((row) =>
    columns
      .map(({ right }, index) => {
        const text = row[index] ?? "";
        const width = widths[index] as number;
        if (right && stringWidth(text) < width) return text.padStart(width);
        return fit(text, width);
      })
      .join("  ")
      .trimEnd(),
  );
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
