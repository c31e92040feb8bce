import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";

/** A function of any kind. */
export type FunctionNode =
  | TSESTree.ArrowFunctionExpression
  | TSESTree.FunctionDeclaration
  | TSESTree.FunctionExpression;

export function isFunction(node: TSESTree.Node | null | undefined): node is FunctionNode {
  return (
    node?.type === AST_NODE_TYPES.ArrowFunctionExpression ||
    node?.type === AST_NODE_TYPES.FunctionDeclaration ||
    node?.type === AST_NODE_TYPES.FunctionExpression
  );
}

const LOOPS: ReadonlySet<string> = new Set([
  AST_NODE_TYPES.DoWhileStatement,
  AST_NODE_TYPES.ForInStatement,
  AST_NODE_TYPES.ForOfStatement,
  AST_NODE_TYPES.ForStatement,
  AST_NODE_TYPES.WhileStatement,
]);

export function isLoop(node: TSESTree.Node): boolean {
  return LOOPS.has(node.type);
}

/** Without what changes a type and no value: `x!`, `x as T`, `a?.b` as a whole. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  switch (node.type) {
    case AST_NODE_TYPES.ChainExpression:
    case AST_NODE_TYPES.TSAsExpression:
    case AST_NODE_TYPES.TSNonNullExpression:
    case AST_NODE_TYPES.TSSatisfiesExpression:
    case AST_NODE_TYPES.TSTypeAssertion:
      return unwrap(node.expression);
    default:
      return node;
  }
}

/** The function around a node. */
export function functionAround(node: TSESTree.Node): FunctionNode | undefined {
  // The program has no parent: null, whatever its type says.
  let around = node.parent;
  while (around && !isFunction(around)) {
    // What stands in a class but in no method (a field, a static block) is in none of the functions around the class.
    if (around.type === AST_NODE_TYPES.PropertyDefinition || around.type === AST_NODE_TYPES.StaticBlock)
      return undefined;
    around = around.parent;
  }
  return around ?? undefined;
}

/** The name of a property, where it is written in the source. */
export function propertyName(node: TSESTree.MemberExpression): string | undefined {
  if (!node.computed && node.property.type === AST_NODE_TYPES.Identifier) return node.property.name;
  return node.property.type === AST_NODE_TYPES.Literal ? String(node.property.value) : undefined;
}
