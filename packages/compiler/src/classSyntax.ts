import { parseSync, Visitor } from "oxc-parser";

/** The offsets of the first decorator and of the first `accessor` field of a file, where there are any. */
export interface ClassSyntax {
  readonly decorator: number | null;
  readonly accessor: number | null;
}

/** Finds the syntax of classes that no engine has. */
export function classSyntaxOf(source: string, filename: string): ClassSyntax {
  let decorator: number | null = null;
  let accessor: number | null = null;
  // The tags of comments are not parsed for.
  if (/(?<![*{]\s*)@|\baccessor\b/.test(source)) {
    const { program } = parseSync(filename, source);
    new Visitor({
      Decorator(node) {
        decorator ??= node.start;
      },
      AccessorProperty(node) {
        accessor ??= node.start;
      },
    }).visit(program);
  }
  return { decorator, accessor };
}
