/** What can stop a cancellation inside of one function: there the language rules, and not the loop. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { isCoroutineBody } from "../analysis/coroutineBody.js";
import { functionAround, isFunction, isLoop } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "goesOn" | "returns" | "caught";

export const noSwallowedCancel: Rule<Messages> = createRule<[], Messages>({
  name: "no-swallowed-cancel",
  meta: {
    type: "problem",
    docs: {
      description: "Report `finally` blocks of coroutines that stop a cancellation, or lose an error",
      recommended: "error",
    },
    messages: {
      goesOn:
        "`{{word}}` in this `finally` ends a cancellation: the function goes on behind it. Move it behind the `try` statement.",
      returns: "`return` in this `finally` loses the error that was on its way. Move it behind the `try` statement.",
      caught:
        "This error replaces a cancellation that is on its way, and the `catch` in line {{line}} takes it: the function goes on. Throw it outside of the `finally`, or let that `catch` end before it.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);

    /** The `try` statement whose `finally` block the node stands in, and that can be cancelled before. */
    function finallyAround(
      node: TSESTree.Node,
      leaves: (block: TSESTree.BlockStatement) => boolean,
    ): TSESTree.TryStatement | undefined {
      const around = functionAround(node);
      if (around === undefined || !isCoroutineBody(around, oracle)) return undefined;
      for (let at: TSESTree.Node = node; at.parent && at !== around; at = at.parent) {
        const { parent } = at;
        if (parent.type !== AST_NODE_TYPES.TryStatement) continue;
        if (parent.finalizer === at && leaves(parent.finalizer) && waits(parent)) return parent;
      }
      return undefined;
    }

    /** Whether a task can be cancelled in the blocks in front of `finally`. */
    function waits({ block, handler }: TSESTree.TryStatement): boolean {
      return (
        hasSuspension(block, sourceCode.visitorKeys) ||
        (handler !== null && hasSuspension(handler.body, sourceCode.visitorKeys))
      );
    }

    function checkJump(node: TSESTree.BreakStatement | TSESTree.ContinueStatement): void {
      const target = targetOf(node);
      if (target === undefined) return;
      const isOutside = (block: TSESTree.BlockStatement): boolean => target.range[0] < block.range[0];
      if (finallyAround(node, isOutside) === undefined) return;
      context.report({
        node,
        messageId: "goesOn",
        data: { word: node.type === AST_NODE_TYPES.BreakStatement ? "break" : "continue" },
      });
    }

    return {
      BreakStatement: checkJump,
      ContinueStatement: checkJump,
      ReturnStatement(node) {
        if (finallyAround(node, () => true) !== undefined) context.report({ node, messageId: "returns" });
      },
      ThrowStatement(node) {
        const cleaning = finallyAround(node, (block) => catchAround(node, block) === undefined);
        const handler = cleaning && catchAround(cleaning);
        if (handler) context.report({ node, messageId: "caught", data: { line: handler.loc.start.line } });
      },
    };
  },
});

/** The `catch` that gets what is thrown at a place, within the function, and within a block if one is named. */
function catchAround(node: TSESTree.Node, within?: TSESTree.Node): TSESTree.CatchClause | undefined {
  for (let at = node; at.parent && at !== within && !isFunction(at); at = at.parent) {
    const { parent } = at;
    if (parent.type === AST_NODE_TYPES.TryStatement && parent.block === at && parent.handler !== null)
      return parent.handler;
  }
  return undefined;
}

/** The statement that a jump ends, or begins again. */
function targetOf(node: TSESTree.BreakStatement | TSESTree.ContinueStatement): TSESTree.Node | undefined {
  for (let at: TSESTree.Node | undefined = node.parent; at && !isFunction(at); at = at.parent) {
    if (node.label !== null) {
      if (at.type === AST_NODE_TYPES.LabeledStatement && at.label.name === node.label.name) return at;
    } else if (
      isLoop(at) ||
      (at.type === AST_NODE_TYPES.SwitchStatement && node.type === AST_NODE_TYPES.BreakStatement)
    ) {
      return at;
    }
  }
  return undefined;
}

type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>;

/** Whether code waits somewhere, functions in it left aside. */
function hasSuspension(node: TSESTree.Node, keys: VisitorKeys): boolean {
  if (isFunction(node)) return false;
  if (node.type === AST_NODE_TYPES.AwaitExpression || node.type === AST_NODE_TYPES.YieldExpression) return true;
  if (node.type === AST_NODE_TYPES.ForOfStatement && node.await) return true;
  if (node.type === AST_NODE_TYPES.VariableDeclaration && node.kind === "await using") return true;
  return (keys[node.type] ?? []).some((key) => {
    const child = node[key as keyof TSESTree.Node] as unknown as TSESTree.Node | (TSESTree.Node | null)[] | null;
    const children = Array.isArray(child) ? child : [child];
    return children.some((it) => it != null && hasSuspension(it, keys));
  });
}
