import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { type FunctionNode, functionAround } from "./nodes.js";
import type { Oracle } from "./oracle.js";

/** Whether the function is the generator function in `coroutine(function* () { … })`. */
export function isCoroutineGenerator(node: FunctionNode, oracle: Oracle): boolean {
  const { parent } = node;
  return (
    node.generator &&
    !node.async &&
    parent.type === AST_NODE_TYPES.CallExpression &&
    parent.arguments[0] === node &&
    oracle.exportedAs(parent.callee) === "coroutine"
  );
}

/** Whether a task runs the body of the function: it is an async function that is lowered, or one given to `coroutine()`. */
export function isCoroutineBody(node: FunctionNode, oracle: Oracle): boolean {
  return (node.async && oracle.lowered) || isCoroutineGenerator(node, oracle);
}

/** How code at a place awaits; nothing where it cannot. */
export function awaitWord(node: TSESTree.Node, oracle: Oracle): "await" | "yield*" | undefined {
  const around = functionAround(node);
  if (around === undefined) return isTopLevel(node) ? "await" : undefined;
  if (isInParameters(node, around)) return undefined;
  if (around.async) return "await";
  return isCoroutineGenerator(around, oracle) ? "yield*" : undefined;
}

/** Whether code at a place runs when the module is evaluated, and may await. */
export function isTopLevel(node: TSESTree.Node): boolean {
  let around: TSESTree.Node | undefined = node;
  while (around?.parent) {
    if (
      around.type === AST_NODE_TYPES.PropertyDefinition ||
      around.type === AST_NODE_TYPES.StaticBlock ||
      around.type === AST_NODE_TYPES.TSModuleBlock
    )
      return false;
    around = around.parent;
  }
  return (
    around?.type === AST_NODE_TYPES.Program && around.sourceType === "module" && functionAround(node) === undefined
  );
}

function isInParameters(node: TSESTree.Node, around: FunctionNode): boolean {
  return node.range[1] <= around.body.range[0];
}
