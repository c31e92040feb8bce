import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";

/** A value that an expression makes and that nobody gets. */
export interface Dropped {
  readonly value: TSESTree.Node;
  /** The value, with the `void` in front of it. */
  readonly whole: TSESTree.Node;
  readonly isVoid: boolean;
}

/** The values that are lost where nobody takes the value of an expression: both sides of a choice, the elements of an array. */
export function droppedValues(node: TSESTree.Node, whole: TSESTree.Node = node, isVoid = false): Dropped[] {
  switch (node.type) {
    case AST_NODE_TYPES.ConditionalExpression:
      return [...droppedValues(node.consequent), ...droppedValues(node.alternate)];
    case AST_NODE_TYPES.LogicalExpression:
      // `a() ?? b()`: a coroutine on the left is neither null nor run. Those of && and || are conditions, too.
      return [...(node.operator === "??" ? droppedValues(node.left) : []), ...droppedValues(node.right)];
    case AST_NODE_TYPES.SequenceExpression:
      return droppedValues(node.expressions.at(-1)!);
    case AST_NODE_TYPES.UnaryExpression:
      return node.operator === "void" ? droppedValues(node.argument, node, true) : [];
    case AST_NODE_TYPES.TSAsExpression:
    case AST_NODE_TYPES.TSNonNullExpression:
    case AST_NODE_TYPES.TSSatisfiesExpression:
    case AST_NODE_TYPES.TSTypeAssertion:
      return droppedValues(node.expression, whole, isVoid);
    case AST_NODE_TYPES.ArrayExpression:
    case AST_NODE_TYPES.CallExpression:
    case AST_NODE_TYPES.ChainExpression:
    case AST_NODE_TYPES.TaggedTemplateExpression:
      return [{ value: node, whole, isVoid }];
    default:
      return [];
  }
}
