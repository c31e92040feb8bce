/** What `tsyncio check` has found, for people. */
import { relative } from "node:path";
import type { CheckResult, Finding } from "./checkLoad.js";

/** The ways to make text stand out; plain where nobody looks at a terminal. */
interface Paint {
  strong(text: string): string;
  mark(text: string): string;
}

const PLAIN: Paint = { strong: (text) => text, mark: (text) => text };
const COLOURS: Paint = {
  strong: (text) => `\u001B[1m${text}\u001B[22m`,
  mark: (text) => `\u001B[31m${text}\u001B[39m`,
};

/**
 * Each finding with its place, its line and a mark under what it speaks of, and a last line that counts.
 *
 * @param cwd - the folder that the paths are shown from
 */
export function formatFindings({ files, findings }: CheckResult, cwd: string, colours: boolean): string {
  const paint = colours ? COLOURS : PLAIN;
  const blocks = findings.map((finding) => formatFinding(finding, cwd, paint));
  return [...blocks, `${count(findings.length, "finding")} in ${count(files, "file")}`].join("\n\n");
}

function formatFinding(finding: Finding, cwd: string, paint: Paint): string {
  const { file, line, column, endLine, endColumn, rule, message, source } = finding;
  const place = paint.strong(`${relative(cwd, file)}:${line}:${column}`);
  const end = endLine === line ? endColumn - 1 : source.length;
  const before = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  const marks = "^".repeat(Math.max(1, end - column + 1));
  return `${place}: ${message} (${rule})\n${source.trimEnd()}\n${before}${paint.mark(marks)}`;
}

function count(n: number, what: string): string {
  return `${n === 0 ? "no" : n} ${what}${n === 1 ? "" : "s"}`;
}
