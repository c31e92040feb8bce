/** What a file says of itself in a comment in front of its first statement; see {@link directiveOf}. */
export type Directive = "on" | "off";

const START = /^\uFEFF?(?:#![^\n\r\u2028\u2029]*)?/;
const COMMENT = /\s*(?:\/\/([^\n\r\u2028\u2029]*)|\/\*([\s\S]*?)\*\/)/gy;
const DIRECTIVE = /^[\s*]*@tsyncio-(on|off)\b/m;

/**
 * The directive `// @tsyncio-off` (the file stays native) or `// @tsyncio-on` (it is lowered although the patterns leave
 * it out) in front of the first statement of a file. With both, the file is off.
 */
export function directiveOf(source: string): Directive | undefined {
  if (!source.includes("@tsyncio-o")) return undefined;
  let found: Directive | undefined;
  for (const [, line, block = ""] of source.slice(START.exec(source)?.[0].length).matchAll(COMMENT)) {
    const word = DIRECTIVE.exec(line ?? block)?.[1] as Directive | undefined;
    if (word === "off") return word;
    found ??= word;
  }
  return found;
}
