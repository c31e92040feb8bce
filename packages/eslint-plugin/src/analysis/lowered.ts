/**
 * Whether the async functions of a file are lowered, so that calling one gives a lazy coroutine. As the compiler decides it: all files
 * of the project are, but for those that begin with the comment `@tsyncio-off`; what is in node_modules and tsyncio itself never are.
 */
import { dirname } from "node:path";
import type { TSESLint } from "@typescript-eslint/utils";
import ts from "typescript";
import { packageOf } from "./packageOf.js";
import { settingsOf } from "./settings.js";

const OFF = /^[\s*]*@tsyncio-off\b/;

/** Whether the async functions of the file that is linted are lowered. */
export function isLoweredSource(
  sourceCode: Readonly<TSESLint.SourceCode>,
  filename: string,
  settings: unknown,
): boolean {
  if (!settingsOf(settings).lowered || isForeign(filename)) return false;
  const start = sourceCode.ast.body[0]?.range[0] ?? Number.POSITIVE_INFINITY;
  return !sourceCode.getAllComments().some((comment) => comment.range[1] <= start && OFF.test(comment.value));
}

const known: WeakMap<ts.SourceFile, boolean> = new WeakMap();

/** Whether the async functions of another file of the program are lowered; the setting is not asked. */
export function isLoweredFile(file: ts.SourceFile): boolean {
  let lowered = known.get(file);
  if (lowered === undefined) {
    lowered = !file.isDeclarationFile && !isForeign(file.fileName) && !isOptedOut(file);
    known.set(file, lowered);
  }
  return lowered;
}

function isForeign(path: string): boolean {
  if (/[\\/]node_modules[\\/]/.test(path)) return true;
  const name = packageOf(dirname(path));
  return name === "tsyncio" || name?.startsWith("@tsyncio/") === true;
}

function isOptedOut(file: ts.SourceFile): boolean {
  const first = file.statements[0] ?? file.endOfFileToken;
  const comments = ts.getLeadingCommentRanges(file.text, first.pos) ?? [];
  return comments.some(({ pos, end }) => OFF.test(file.text.slice(pos + 2, end)));
}
