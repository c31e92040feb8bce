import { readFileSync } from "node:fs";
import { programPlace } from "./stackFrames.js";

/** The line of the program that a stack points at, with a mark under the column; none where the stack names no file that is there. */
export function codeFrame(stack: string): string | undefined {
  const place = programPlace(stack);
  if (place === undefined) return undefined;
  let text: string | undefined;
  try {
    text = readFileSync(place.path, "utf8").split(/\r\n|[\n\r\u2028\u2029]/)[place.line - 1];
  } catch {
    return undefined;
  }
  if (text === undefined) return undefined;
  const before = text.slice(0, place.column - 1).replace(/[^\t]/g, " ");
  return `${place.path}:${place.line}:${place.column}\n${text.trimEnd()}\n${before}^`;
}
