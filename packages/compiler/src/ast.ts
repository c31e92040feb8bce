/**
 * Small questions to the syntax tree that several parts of the pass ask. The tree is oxc's ESTree with TypeScript nodes
 * and UTF-16 offsets; parentheses are nodes of their own.
 */
import {
  type ArrowFunctionExpression,
  type Function as FunctionExpressionOrDeclaration,
  type Node,
  visitorKeys,
} from "oxc-parser";

export type { Node };
/** A function that has a body, in any of its forms. */
export type FunctionNode = FunctionExpressionOrDeclaration | ArrowFunctionExpression;

/** The nodes of TypeScript that hold code; every other `TS…` node is a type, and types are never looked into. */
const TYPESCRIPT_CODE: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSModuleDeclaration",
  "TSModuleBlock",
  "TSExportAssignment",
  "TSParameterProperty",
]);

/** Calls `visit` with each child that can hold code, in the order of the source. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item !== null) visitCode(item as Node, visit);
    } else if (value !== null && value !== undefined) {
      visitCode(value as Node, visit);
    }
  }
}

function visitCode(node: Node, visit: (child: Node) => void): void {
  if (node.type.startsWith("TS") && !TYPESCRIPT_CODE.has(node.type)) return;
  visit(node);
}

/** The names that a pattern binds. */
export function* boundNames(pattern: Node | null): Generator<string> {
  if (pattern === null) return;
  switch (pattern.type) {
    case "Identifier":
      yield pattern.name;
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        yield* boundNames(property.type === "RestElement" ? property.argument : property.value);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) yield* boundNames(element);
      break;
    case "AssignmentPattern":
      yield* boundNames(pattern.left);
      break;
    case "RestElement":
      yield* boundNames(pattern.argument);
      break;
    case "TSParameterProperty":
      yield* boundNames(pattern.parameter);
      break;
  }
}

/** The expression inside parentheses, casts and `!`, which all keep a member expression a reference. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
      return unwrapped(node.expression);
    default:
      return node;
  }
}

/** Whether the node is `super.x` or `super[x]`, perhaps in parentheses or casts. */
export function isSuperMember(node: Node): boolean {
  const inner = unwrapped(node);
  return inner.type === "MemberExpression" && inner.object.type === "Super";
}

/** Whether the expression is a function or a class that takes the name of the variable which it is assigned to. */
export function takesName(node: Node): boolean {
  const inner = node.type === "ParenthesizedExpression" ? unwrapped(node) : node;
  if (inner.type === "ArrowFunctionExpression") return true;
  return (inner.type === "FunctionExpression" || inner.type === "ClassExpression") && inner.id === null;
}

/** Whether every parameter is a plain identifier, so that nothing of the user's can run when they are bound. */
export function hasSimpleParameters(node: FunctionNode): boolean {
  return node.params.every((parameter) => parameter.type === "Identifier");
}

/** Whether every parameter is a plain identifier or takes properties of an object by their names, as `{ a, b: c }` does. */
export function hasFlatParameters(node: FunctionNode): boolean {
  return node.params.every(
    (parameter) =>
      parameter.type === "Identifier" ||
      (parameter.type === "ObjectPattern" &&
        parameter.properties.every(
          (property) => property.type === "Property" && !property.computed && property.value.type === "Identifier",
        )),
  );
}
