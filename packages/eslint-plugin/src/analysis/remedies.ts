/** The edits that the rules suggest: await it, or give it to a function of tsyncio. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { awaitWord } from "./coroutineBody.js";
import { importOf } from "./imports.js";
import type { Oracle } from "./oracle.js";

/** What a remedy needs to know. */
export interface Patient {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly oracle: Oracle;
}

/** An edit, and the code that it gives, for the message. */
export interface Remedy {
  readonly fix: TSESLint.ReportFixFunction;
  readonly code: string;
}

/**
 * The expression awaited, in place of `replaced`.
 *
 * @param inside - a function of tsyncio that the expression is given to first
 */
export function awaited(
  { sourceCode, oracle }: Patient,
  node: TSESTree.Node,
  replaced: TSESTree.Node = node,
  inside?: "gather" | "run",
): Remedy | undefined {
  const word = awaitWord(node, oracle);
  if (word === undefined) return undefined;
  // `yield*` asks for an iterator: a coroutine and a future have one, a promise has none.
  const taker = inside ?? (word === "yield*" && !oracle.hasCoroutineType(node) ? "until" : undefined);
  const imported = taker === undefined ? undefined : importOf(taker, "tsyncio", node, sourceCode);
  if (taker !== undefined && imported === undefined) return undefined;
  const text = sourceCode.getText(node);
  const given = imported === undefined ? operand(node, text) : `${imported.local}(${text})`;
  const code = `${word} ${given}`;
  const written = needsParentheses(word, replaced) ? `(${code})` : code;
  return { code, fix: (fixer) => [...(imported?.fix(fixer) ?? []), fixer.replaceText(replaced, written)] };
}

/** The expression given to a function of tsyncio, in place of `replaced`. */
export function givenTo(
  name: "createTask" | "gather" | "run",
  { sourceCode }: Patient,
  node: TSESTree.Node,
  replaced: TSESTree.Node = node,
): Remedy | undefined {
  const imported = importOf(name, "tsyncio", node, sourceCode);
  if (imported === undefined) return undefined;
  const code = `${imported.local}(${sourceCode.getText(node)})`;
  return { code, fix: (fixer) => [...imported.fix(fixer), fixer.replaceText(replaced, code)] };
}

function operand(node: TSESTree.Node, text: string): string {
  switch (node.type) {
    case AST_NODE_TYPES.ArrayExpression:
    case AST_NODE_TYPES.CallExpression:
    case AST_NODE_TYPES.ChainExpression:
    case AST_NODE_TYPES.Identifier:
    case AST_NODE_TYPES.MemberExpression:
    case AST_NODE_TYPES.NewExpression:
    case AST_NODE_TYPES.TaggedTemplateExpression:
    case AST_NODE_TYPES.TSNonNullExpression:
      return text;
    default:
      return `(${text})`;
  }
}

/** `yield* x` is no operand, and `await x` no object of a member. */
function needsParentheses(word: "await" | "yield*", replaced: TSESTree.Node): boolean {
  const { parent } = replaced;
  switch (parent?.type) {
    case AST_NODE_TYPES.LogicalExpression:
    case AST_NODE_TYPES.BinaryExpression:
    case AST_NODE_TYPES.UnaryExpression:
    case AST_NODE_TYPES.TSNonNullExpression:
    case AST_NODE_TYPES.TSAsExpression:
    case AST_NODE_TYPES.TSSatisfiesExpression:
      return word === "yield*";
    case AST_NODE_TYPES.ConditionalExpression:
      return word === "yield*" && parent.test === replaced;
    case AST_NODE_TYPES.MemberExpression:
      return parent.object === replaced;
    default:
      return false;
  }
}

/** Text of the program for a message: on one line, and not long. */
export function inShort(text: string, longest = 40): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** The suggestions of a report: those remedies that there are. */
export function suggestions<Id extends string>(
  ...list: readonly (readonly [Id, Remedy | undefined])[]
): { messageId: Id; data: { code: string }; fix: TSESLint.ReportFixFunction }[] {
  return list.flatMap(([messageId, remedy]) =>
    remedy === undefined ? [] : [{ messageId, data: { code: inShort(remedy.code, 60) }, fix: remedy.fix }],
  );
}
