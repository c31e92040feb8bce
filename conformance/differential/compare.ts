/** Where two traces of one program part, shown for people. */
import type { Trace } from "./program.ts";

/** The place of the first difference; -1 where the traces are equal. */
export function firstDifference(left: Trace, right: Trace): number {
  const length = Math.max(left.length, right.length);
  for (let place = 0; place < length; place++) if (left[place] !== right[place]) return place;
  return -1;
}

/** Both traces, event by event, with a mark at the first difference. */
export function sideBySide(left: Trace, right: Trace, names: readonly [string, string]): string {
  const place = firstDifference(left, right);
  const width = Math.max(names[0].length, ...left.map((event) => event.length));
  const lines = [`    ${names[0].padEnd(width)}    ${names[1]}`];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const mark = index === place ? ">>>" : "   ";
    lines.push(`${mark} ${(left[index] ?? "").padEnd(width)} ${index < place ? "|" : " "}  ${right[index] ?? ""}`);
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}
