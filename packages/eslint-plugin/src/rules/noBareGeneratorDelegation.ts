/** `yield* f()` where f is a plain generator function. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { isCoroutineGenerator } from "../analysis/coroutineBody.js";
import { declaredFunction } from "../analysis/imports.js";
import { type FunctionNode, functionAround, unwrap } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "itself" | "bare" | "noAwaitable" | "callOuter" | "dropName";

export const noBareGeneratorDelegation: Rule<Messages> = createRule<[], Messages>({
  name: "no-bare-generator-delegation",
  meta: {
    type: "problem",
    docs: {
      description: "Report `yield*` of plain generators in the generators of `coroutine()`",
      recommended: "error",
      withoutTypes: "It knows the generator functions of the file itself.",
    },
    hasSuggestions: true,
    messages: {
      itself:
        "Inside of `coroutine(function* {{name}}() …)` its own name is the bare generator function: a cancellation does not unwind what it delegates to. Call the coroutine function{{outer}}.",
      bare: "`{{name}}` makes a bare generator: a cancellation does not unwind what it delegates to. Wrap its function: `coroutine(function* …)`.",
      noAwaitable: "`yield*` in a coroutine awaits, and this cannot be awaited.",
      callOuter: "Call '{{outer}}', the coroutine function.",
      dropName: "Remove the name of the generator function, so that '{{outer}}' is the coroutine function in it, too.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);

    return {
      "YieldExpression[delegate=true]"(node: TSESTree.YieldExpression): void {
        const around = functionAround(node);
        if (node.argument === null || around === undefined || !isCoroutineGenerator(around, oracle)) return;
        const value = unwrap(node.argument);
        const called = value.type === AST_NODE_TYPES.CallExpression ? unwrap(value.callee) : undefined;
        if (called?.type === AST_NODE_TYPES.Identifier) {
          const definition = declaredFunction(called, sourceCode);
          if (definition?.generator && !definition.async) {
            if (isCoroutineGenerator(definition, oracle)) reportItself(called, definition);
            else context.report({ node: value, messageId: "bare", data: { name: called.name } });
            return;
          }
        }
        if (oracle.isAwaitable(value) !== false) return;
        if (oracle.isGenerator(value)) {
          const name = sourceCode.getText(called ?? value);
          context.report({ node: value, messageId: "bare", data: { name } });
        } else context.report({ node: value, messageId: "noAwaitable" });
      },
    };

    function reportItself(called: TSESTree.Identifier, generator: FunctionNode): void {
      const outer = nameOfCoroutine(generator);
      const suggest: TSESLint.ReportSuggestionArray<Messages> = [];
      if (outer !== undefined && outer !== called.name) {
        suggest.push({ messageId: "callOuter", data: { outer }, fix: (fixer) => fixer.replaceText(called, outer) });
      } else if (outer !== undefined && generator.id) {
        const { id } = generator;
        const before = sourceCode.getTokenBefore(id)!;
        const fix: TSESLint.ReportFixFunction = (fixer) => fixer.replaceTextRange([before.range[1], id.range[1]], " ");
        suggest.push({ messageId: "dropName", data: { outer }, fix });
      }
      context.report({
        node: called,
        messageId: "itself",
        data: { name: called.name, outer: outer === undefined || outer === called.name ? "" : ` '${outer}'` },
        suggest,
      });
    }
  },
});

/** What `coroutine(function* …)` is called, where it is declared as a variable. */
function nameOfCoroutine(generator: FunctionNode): string | undefined {
  const declarator = generator.parent.parent;
  const isVariable = declarator?.type === AST_NODE_TYPES.VariableDeclarator && declarator.init === generator.parent;
  return isVariable && declarator.id.type === AST_NODE_TYPES.Identifier ? declarator.id.name : undefined;
}
