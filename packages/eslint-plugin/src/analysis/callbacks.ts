/** Who calls a callback and drops what it returns. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { propertyName, unwrap } from "./nodes.js";

/** What happens to the value that a callback returns. */
export type Fate =
  /** It is dropped. */
  | "dropped"
  /** It is taken for a plain value: a truth, an order. */
  | "misread"
  /** It becomes an element of an array that is dropped. */
  | "listed";

/** Functions that are known everywhere, and the place of their callback. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  queueMicrotask: 0,
  requestAnimationFrame: 0,
  requestIdleCallback: 0,
  setImmediate: 0,
  setInterval: 0,
  setTimeout: 0,
};

/** Methods that drop what their callback returns, and its place. */
const METHODS: Readonly<Record<string, number>> = {
  addDoneCallback: 0,
  addEventListener: 1,
  addListener: 1,
  addSignalHandler: 1,
  callAt: 1,
  callLater: 1,
  callSoon: 0,
  callSoonThreadsafe: 0,
  forEach: 0,
  nextTick: 0,
  on: 1,
  once: 1,
  prependListener: 1,
  prependOnceListener: 1,
  setExceptionHandler: 0,
};

/** Methods of arrays that take what their callback returns for a plain value. */
const PLAIN: ReadonlySet<string> = new Set([
  "every",
  "filter",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "some",
  "sort",
  "toSorted",
]);

/** A callback that is given to somebody who does not await it. */
export interface Callback {
  readonly node: TSESTree.Node;
  readonly fate: Fate;
  /** Who takes it, for the message: "setTimeout", "forEach". */
  readonly taker: string;
}

/** The callbacks of a call that are lost, by the name of the function that is called. */
export function callbackOf(node: TSESTree.CallExpression | TSESTree.NewExpression): Callback | undefined {
  const callee = unwrap(node.callee);
  if (node.type === AST_NODE_TYPES.NewExpression) {
    const isPromise = callee.type === AST_NODE_TYPES.Identifier && callee.name === "Promise";
    return isPromise ? at(node, 0, "dropped", "new Promise") : undefined;
  }
  if (callee.type === AST_NODE_TYPES.Identifier) {
    return Object.hasOwn(FUNCTIONS, callee.name)
      ? at(node, FUNCTIONS[callee.name]!, "dropped", callee.name)
      : undefined;
  }
  if (callee.type !== AST_NODE_TYPES.MemberExpression) return undefined;
  const name = propertyName(callee);
  if (name === undefined) return undefined;
  const isGlobal =
    callee.object.type === AST_NODE_TYPES.Identifier && /^(globalThis|window|self)$/.test(callee.object.name);
  if (isGlobal && Object.hasOwn(FUNCTIONS, name)) return at(node, FUNCTIONS[name]!, "dropped", name);
  if (Object.hasOwn(METHODS, name)) return at(node, METHODS[name]!, "dropped", name);
  if (PLAIN.has(name)) return at(node, 0, "misread", name);
  if (name === "map" && isStatement(node)) return at(node, 0, "listed", name);
  return undefined;
}

function at(
  node: TSESTree.CallExpression | TSESTree.NewExpression,
  index: number,
  fate: Fate,
  taker: string,
): Callback | undefined {
  const argument = node.arguments[index];
  return argument === undefined || argument.type === AST_NODE_TYPES.SpreadElement
    ? undefined
    : { node: argument, fate, taker };
}

/** Whether nobody takes the value. */
export function isStatement(node: TSESTree.Node): boolean {
  const { parent } = node;
  if (parent?.type === AST_NODE_TYPES.ChainExpression) return isStatement(parent);
  if (parent?.type === AST_NODE_TYPES.UnaryExpression && parent.operator === "void") return isStatement(parent);
  return parent?.type === AST_NODE_TYPES.ExpressionStatement;
}
